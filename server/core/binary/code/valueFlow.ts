/**
 * What a register or stack slot can hold before an instruction: a search backwards over all paths of one function.
 * Complete or marked unknown: a path, store or call that might change the value is never passed over.
 */
import type { AddressesTaken } from './addressesTaken';
import { findAddressesTaken } from './addressesTaken';
import type { Architecture } from './architecture';
import type { BranchEquality } from './branchEquality';
import { FLOW_BRANCH, isCall } from './flow';
import type { FunctionCode } from './functionCode';
import type { ImageContext } from './imageContext';
import type { Written } from './nearValue';
import { addressOf, evaluateOperation } from './operations';
import { coversWord, isPart, registerOfUpper, upperHalf } from './registerParts';
import type { PoppedBy } from './stackDepth';
import { StackDepth } from './stackDepth';
import type { MemoryOperand, Operand, Statement } from './statement';
import { memoryBehind } from './statement';
import type { Location, Value } from './value';
import { constantValue, isSlot, slotLocation, slotOffset, stackOffset, unite, unknown } from './value';

/** Steps one question may take, over all it leads to; real ones need a few dozen. */
const MOST_STEPS = 20000;
const DEEPEST = 48;
/** What flows into a block that no edge leads to. */
export const UNREACHED = 'reached through an exception handler or a table';
const TOO_COMPLEX = 'too many paths';
const PART = 'part of a wider value';
/** Definitions of one instruction: statements, and the upper halves of what they write. */
const MOST_DEFINITIONS = 32;

export class ValueFlow {
  #depth: StackDepth | undefined;
  #addressesTaken: AddressesTaken | undefined;
  readonly #inProgress = new Set<number>();
  readonly #known = new Map<number, Value>();
  readonly #equalities = new Map<number, BranchEquality | undefined>();
  #steps = 0;
  #nesting = 0;

  constructor(
    readonly code: FunctionCode,
    private readonly architecture: Architecture,
    private readonly image: ImageContext,
    private readonly poppedBy: PoppedBy,
  ) {}

  get depth(): StackDepth {
    this.#depth ??= new StackDepth(this.code, this.architecture, this.poppedBy);
    return this.#depth;
  }

  /** Value of a location before the instruction. */
  valueBefore(index: number, location: Location): Value {
    this.#steps = 0;
    return this.#search(index, location);
  }

  /** Value of an operand as the instruction reads it. */
  operandBefore(index: number, operand: Operand): Value {
    this.#steps = 0;
    return this.#operand(index, operand);
  }

  /** Value a statement of the function writes. */
  result({ index, statement }: Written): Value {
    this.#steps = 0;
    return evaluateOperation(statement, (operand) => this.#operand(index, operand));
  }

  #search(index: number, location: Location): Value {
    if (!isSlot(location) && location === this.architecture.stackRegister)
      return stackAddress(this.depth.stackBefore(index));
    if (!isSlot(location) && location === this.architecture.frameRegister) {
      const frame = this.depth.frameBefore(index);
      if (!Number.isNaN(frame)) return stackAddress(frame);
    }
    if (this.#nesting >= DEEPEST) return unknown(TOO_COMPLEX);
    this.#nesting += 1;
    const value = this.#searchPaths(index, location);
    this.#nesting -= 1;
    return value;
  }

  #searchPaths(start: number, location: Location): Value {
    const { code } = this;
    const startBlock = code.blockOf(start);
    let value = this.#walk(start, code.blockStart(startBlock), location);
    if (value !== undefined) return value;
    value = [];
    const visited = new Set<number>();
    const queue = [startBlock];
    for (let block = queue.pop(); block !== undefined; block = queue.pop()) {
      value = unite(value, this.#atStartOf(block, location));
      for (let edge = 0; edge < code.blocks.predecessorCount(block); edge += 1) {
        const predecessor = code.blocks.predecessor(block, edge);
        if (visited.has(predecessor)) continue;
        const proved = this.#provedOnEdge(predecessor, block, location);
        if (proved !== undefined) {
          value = unite(value, proved);
          continue;
        }
        visited.add(predecessor);
        const found = this.#walk(code.blockEnd(predecessor), code.blockStart(predecessor), location);
        if (found === undefined) queue.push(predecessor);
        else value = unite(value, found);
        if (this.#isSpent()) return unknown(TOO_COMPLEX);
      }
    }
    return value;
  }

  #isSpent(): boolean {
    return this.#steps > MOST_STEPS || this.image.budget.steps < 0;
  }

  /** Constant that the branch at the end of a block proves for the location on the way to another block. */
  #provedOnEdge(from: number, to: number, location: Location): Value | undefined {
    const { code } = this;
    const last = code.blockEnd(from) - 1;
    if (code.flow(last) !== FLOW_BRANCH || code.blocks.successorCount(from) !== 2) return undefined;
    const equality = this.#equality(last);
    if (equality === undefined || (code.blockAt(code.target(last)) === to) !== equality.whenTaken) return undefined;
    const { operand, at, value } = equality;
    const isSame = operand.kind === 'register' ? operand.register === location : this.#isSlotOf(at, operand, location);
    const isCopy = !isSame && operand.kind === 'register' && this.#isCopy(at, operand.register, location);
    if ((!isSame && !isCopy) || this.#walk(last, at + 1, location) !== undefined) return undefined;
    return constantValue(value);
  }

  /** Whether an instruction finds two registers equal and leaves them so: one was last set to the other in the block. */
  #isCopy(index: number, a: number, b: Location): boolean {
    // What is zero after an AND was not so before it, nor is a copy made before.
    const isChanged = this.code
      .statements(index)
      .some(({ target }) => target.kind === 'register' && target.register === a);
    if (isSlot(b) || isChanged) return false;
    const first = this.code.blockStart(this.code.blockOf(index));
    for (let before = index - 1; before >= first; before -= 1) {
      if (isCall(this.code.flow(before))) return false;
      for (const { target, operation, left } of this.code.statements(before)) {
        if (target.kind !== 'register' || (target.register !== a && target.register !== b)) continue;
        const other = target.register === a ? b : a;
        return operation === 'copy' && left?.kind === 'register' && left.register === other;
      }
    }
    return false;
  }

  #equality(index: number): BranchEquality | undefined {
    if (!this.#equalities.has(index)) this.#equalities.set(index, this.image.branchEquality(this.code, index));
    return this.#equalities.get(index);
  }

  /** Whether a memory operand, on the stack by its base register, is the slot. */
  #isSlotOf(index: number, operand: Operand, location: Location): boolean {
    if (operand.kind !== 'memory' || operand.index >= 0 || operand.width < 4 || !isSlot(location)) return false;
    const { stackRegister, frameRegister } = this.architecture;
    let base = Number.NaN;
    if (operand.base === stackRegister) base = this.depth.stackBefore(index);
    else if (operand.base === frameRegister) base = this.depth.frameBefore(index);
    return base + operand.displacement === slotOffset(location);
  }

  /** What flows into a block other than from its predecessors. */
  #atStartOf(block: number, location: Location): Value {
    const { code } = this;
    if (block === code.entryBlock) {
      const isOwnSlot = isSlot(location) && slotOffset(location) < this.architecture.returnAddressSize;
      if (isOwnSlot) return unknown('uninitialised stack');
      return isPart(location) ? unknown(PART) : [{ kind: 'entry', location }];
    }
    if (code.hasUnknownEdges) return unknown('an indirect jump may lead here');
    return !code.hasPredecessors(block) ? unknown(UNREACHED) : [];
  }

  /** Walks back from before `from` to `to`; undefined when nothing on the way changes the location. */
  #walk(from: number, to: number, location: Location): Value | undefined {
    for (let index = from - 1; index >= to; index -= 1) {
      this.#steps += 1;
      this.image.budget.steps -= 1;
      if (this.#isSpent()) return unknown(TOO_COMPLEX);
      if (isCall(this.code.flow(index)) && this.#callChanges(index, location)) {
        const isResult = location === this.architecture.resultRegister;
        return unknown(isResult ? 'result of a call' : 'left over from a call');
      }
      const statements = this.code.statements(index);
      for (let at = statements.length - 1; at >= 0; at -= 1) {
        const statement = statements[at];
        const value = statement === undefined ? undefined : this.#effect(index, at, statement, location);
        if (value !== undefined) return value;
      }
    }
    return undefined;
  }

  #callChanges(index: number, location: Location): boolean {
    if (this.image.preservesRegisters(this.code, index)) return false;
    if (isPart(location)) {
      const whole = registerOfUpper(location);
      return whole === undefined || this.architecture.isVolatile(whole);
    }
    if (!isSlot(location))
      return this.architecture.isVolatile(location) && !this.image.keepsRegister(this.code, index, location);
    const offset = slotOffset(location);
    const stack = this.depth.stackBefore(index);
    if (Number.isNaN(stack)) return true;
    // Below the stack pointer, and in the home space, the callee writes what it likes.
    if (offset < stack + this.architecture.homeSpace) return true;
    return this.#mayBePointedTo(offset);
  }

  /** Value the statement gives to the location, or undefined when it leaves it alone. */
  #effect(index: number, at: number, statement: Statement, location: Location): Value | undefined {
    const { target } = statement;
    if (target.kind === 'register') {
      if (target.register === location) return this.#evaluate(index, at, statement);
      return isPart(location) ? this.#partEffect(index, at, statement, location) : undefined;
    }
    if (!isSlot(location) || target.inImage) return undefined;
    return this.#storeEffect(index, at, statement, target, slotOffset(location));
  }

  /** What a write of a register does to its upper half, or to a word of a vector. */
  #partEffect(index: number, at: number, statement: Statement, part: Location): Value | undefined {
    const { target, operation, wide } = statement;
    if (target.kind !== 'register') return undefined;
    const whole = registerOfUpper(part);
    if (whole === undefined) return coversWord(target.register, part) ? unknown(PART) : undefined;
    if (target.register !== whole) return undefined;
    // Parts of a constant are put in one by one; the others stay.
    if (wide === true && operation === 'insert') return undefined;
    return wide === true ? this.#upperOf(index, at, statement) : unknown(PART);
  }

  /** Upper half of the 64 bits a statement copies. */
  #upperOf(index: number, at: number, { operation, left }: Statement): Value {
    if (operation !== 'copy' || left === undefined || left.kind === 'image') return unknown(PART);
    if (left.kind === 'register' && isPart(left.register)) return unknown(PART);
    if (left.kind === 'constant') return constantValue(left.upper ?? (left.value | 0) >> 31);
    return this.#define(index * MOST_DEFINITIONS + MOST_DEFINITIONS / 2 + at, () =>
      left.kind === 'register'
        ? this.#search(index, upperHalf(left.register).register)
        : this.#memory(index, memoryBehind(left, 4, 4)),
    );
  }

  #storeEffect(
    index: number,
    at: number,
    statement: Statement,
    target: MemoryOperand,
    slot: number,
  ): Value | undefined {
    const address = this.#storeAddress(index, target, slot);
    if (address === undefined) return undefined;
    if (Number.isNaN(address)) return unknown('a store through a pointer may have changed it');
    if (slot >= address + target.width || slot + 4 <= address) return undefined;
    if (slot === address && target.width >= 4 && target.width <= 8) return this.#evaluate(index, at, statement);
    if (slot === address + 4 && target.width === 8) return this.#upperOf(index, at, statement);
    return unknown('partly overwritten on the stack');
  }

  /** Stack offset a store goes to; NaN when it may be the slot; undefined when it can't be. */
  #storeAddress(index: number, target: MemoryOperand, slot: number): number | undefined {
    const { base } = target;
    if (base < 0) return undefined;
    const isStack = base === this.architecture.stackRegister;
    const frame = base === this.architecture.frameRegister ? this.depth.frameBefore(index) : Number.NaN;
    if (isStack || !Number.isNaN(frame)) {
      const origin = isStack ? this.depth.stackBefore(index) : frame;
      // An indexed store stays inside its array, which begins at or behind the displacement.
      if (target.index >= 0) return slot >= origin + target.displacement ? Number.NaN : undefined;
      return origin + target.displacement;
    }
    // Frames larger than a displacement are written from an address in their midst, downwards too.
    if (!this.#mayBePointedTo(slot - Math.min(target.displacement, 0))) return undefined;
    const offset = stackOffset(this.#search(index, base));
    if (offset === undefined) return Number.NaN;
    return target.index >= 0 ? Number.NaN : offset + target.displacement;
  }

  /**
   * Whether a pointer to the slot may exist: its own address or a lower one on the same side of the return address
   * was computed somewhere in the function. Objects extend upwards from their address.
   */
  #mayBePointedTo(slot: number): boolean {
    this.#addressesTaken ??= findAddressesTaken(this.code, this.architecture, this.depth);
    const { below, above } = this.#addressesTaken;
    return slot < 0 ? slot >= below : slot >= above;
  }

  #evaluate(index: number, at: number, statement: Statement): Value {
    return this.#define(index * MOST_DEFINITIONS + at, () =>
      evaluateOperation(statement, (operand) => this.#operand(index, operand)),
    );
  }

  /** Value of a definition, worked out once; a way back to it while that goes on is a cycle. */
  #define(definition: number, find: () => Value): Value {
    const known = this.#known.get(definition);
    if (known !== undefined) return known;
    if (this.#inProgress.has(definition)) return [{ kind: 'cycle', definition }];
    this.#inProgress.add(definition);
    const found = find();
    this.#inProgress.delete(definition);
    const value = found.filter((atom) => atom.kind !== 'cycle' || atom.definition !== definition);
    const isFinal = !value.some((atom) => atom.kind === 'cycle') && !this.#isSpent() && this.#nesting < DEEPEST;
    if (isFinal) this.#known.set(definition, value);
    return value;
  }

  #operand(index: number, operand: Operand): Value {
    switch (operand.kind) {
      case 'constant':
        return constantValue(operand.value);
      case 'image':
        return [operand];
      case 'register':
        return this.#search(index, operand.register);
      case 'memory':
        return this.#memory(index, operand);
    }
  }

  #memory(index: number, operand: MemoryOperand): Value {
    const isPlain = operand.base < 0 && operand.index < 0;
    if (isPlain)
      return operand.inImage ? this.image.load(operand.displacement, operand.width) : unknown('read from memory');
    let value: Value = [];
    // Unoptimized code reads tables at an index that is a constant.
    for (const atom of addressOf(operand, (part) => this.#operand(index, part))) {
      if (atom.kind === 'stack') value = unite(value, this.#slotValue(index, atom.offset, operand.width));
      else if (atom.kind === 'image') value = unite(value, this.image.load(atom.rva, operand.width));
      else if (atom.kind === 'constant') value = unite(value, this.image.loadAbsolute(atom.value, operand.width));
      else if (atom.kind === 'cycle') value = unite(value, unknown('changes in a loop'));
      else
        value = unite(value, unknown(operand.index < 0 && !operand.inImage ? 'read from memory' : 'read from a table'));
    }
    return value;
  }

  #slotValue(index: number, offset: number, width: number): Value {
    return width >= 4 ? this.#search(index, slotLocation(offset)) : unknown('part of a stack variable');
  }
}

function stackAddress(offset: number): Value {
  return Number.isNaN(offset) ? unknown('stack pointer not known') : [{ kind: 'stack', offset }];
}
