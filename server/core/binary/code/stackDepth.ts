/**
 * Where the stack pointer and the frame pointer stand before each instruction, relative to the stack pointer at entry.
 * One forward pass over the blocks. Where the distance to the entry is lost, counting starts again in a region of its own,
 * so that slots on either side never meet; a frame pointer that can't be computed is NaN.
 */
import type { Architecture } from './architecture';
import { isCall } from './flow';
import type { FunctionCode } from './functionCode';
import { takeUnknowns } from './sharedArrays';
import { isStep, STACK_COMPLEX } from './stackEffect';
import type { Operand, Statement } from './statement';

/** Room given to each dynamic allocation (alloca), so that slots before and after it never meet. */
const DYNAMIC_SPAN = 2 ** 30;

interface Depth {
  stack: number;
  frame: number;
}

/** Bytes a call removes from the stack besides its return address; undefined when that is not known. */
export type PoppedBy = (index: number) => number | undefined;

export class StackDepth {
  readonly #stack: Float64Array;
  readonly #frame: Float64Array;
  /** Depth each block is entered with, and the blocks entered so far, in order. */
  readonly #enteredStack: Float64Array;
  readonly #enteredFrame: Float64Array;
  readonly #isEntered: Uint8Array;
  readonly #entered: number[] = [];

  constructor(
    private readonly code: FunctionCode,
    private readonly architecture: Architecture,
    private readonly poppedBy: PoppedBy,
  ) {
    const { count, blockCount } = code;
    code.measureStack();
    this.#stack = takeUnknowns(count);
    this.#frame = takeUnknowns(count);
    this.#enteredStack = takeUnknowns(blockCount);
    this.#enteredFrame = takeUnknowns(blockCount);
    this.#isEntered = new Uint8Array(blockCount);
    this.#propagate(code.entryBlock, 0, Number.NaN);
    this.#enterOrphans();
  }

  /** Stack pointer before the instruction; NaN in code no path reaches. */
  stackBefore(index: number): number {
    return this.#stack[index] ?? Number.NaN;
  }

  /** Frame pointer before the instruction, while it holds a stack address; else NaN. */
  frameBefore(index: number): number {
    return this.#frame[index] ?? Number.NaN;
  }

  #propagate(start: number, stack: number, frame: number): void {
    const { blocks } = this.code;
    const queue = [start];
    const stacks = [stack];
    const frames = [frame];
    const depth: Depth = { stack, frame };
    for (let block = queue.pop(); block !== undefined; block = queue.pop()) {
      depth.stack = stacks.pop() ?? Number.NaN;
      depth.frame = frames.pop() ?? Number.NaN;
      if (!this.#join(block, depth)) continue;
      this.#walk(block, depth);
      for (let edge = 0; edge < blocks.successorCount(block); edge += 1) {
        queue.push(blocks.successor(block, edge));
        stacks.push(depth.stack);
        frames.push(depth.frame);
      }
    }
  }

  /** Makes `depth` the one to walk the block with; false when it brings nothing new. */
  #join(block: number, depth: Depth): boolean {
    if (this.#isEntered[block] !== 1) {
      this.#isEntered[block] = 1;
      this.#entered.push(block);
    } else {
      const knownStack = this.#enteredStack[block] ?? Number.NaN;
      const knownFrame = this.#enteredFrame[block] ?? Number.NaN;
      // Paths that disagree meet in a region of their own: what is pushed behind the meeting is known again.
      const meeting = this.#newRegion(this.code.blockStart(block)) - DYNAMIC_SPAN / 2;
      depth.stack = same(knownStack, depth.stack) ? knownStack : meeting;
      depth.frame = same(knownFrame, depth.frame) ? knownFrame : Number.NaN;
      if (same(depth.stack, knownStack) && same(depth.frame, knownFrame)) return false;
    }
    this.#enteredStack[block] = depth.stack;
    this.#enteredFrame[block] = depth.frame;
    return true;
  }

  /** Takes `depth` through the block. */
  #walk(block: number, depth: Depth): void {
    const { code } = this;
    const end = code.blockEnd(block);
    for (let index = code.blockStart(block); index < end; index += 1) {
      this.#stack[index] = depth.stack;
      this.#frame[index] = depth.frame;
      if (isCall(code.flow(index))) {
        if (this.architecture.calleePops) depth.stack = this.#afterCall(depth.stack, index);
        continue;
      }
      const effect = code.stackEffect(index);
      if (isStep(effect)) depth.stack += effect;
      else if (effect === STACK_COMPLEX) {
        for (const statement of code.statements(index)) this.#apply(statement, depth, index);
      }
    }
  }

  #afterCall(stack: number, index: number): number {
    const popped = this.poppedBy(index);
    return popped === undefined ? this.#newRegion(index) : stack + popped;
  }

  #apply(statement: Statement, depth: Depth, index: number): void {
    const { stackRegister, frameRegister } = this.architecture;
    if (statement.target.kind !== 'register') return;
    const { register } = statement.target;
    if (register !== stackRegister && register !== frameRegister) return;
    const value = this.#evaluate(statement, depth, index);
    if (register === stackRegister) depth.stack = Number.isNaN(value) ? this.#newRegion(index) : value;
    else depth.frame = value;
  }

  #evaluate(statement: Statement, depth: Depth, index: number): number {
    const { left, right, operation } = statement;
    if (operation === 'copy') return this.#operand(left, depth);
    if (operation === 'address') {
      if (left?.kind !== 'memory' || left.index >= 0 || left.inImage) return Number.NaN;
      return this.#register(left.base, depth) + left.displacement;
    }
    if (operation === 'and' && statement.target.kind === 'register') {
      // Alignment of the stack: everything below is a new region.
      return statement.target.register === this.architecture.stackRegister ? this.#newRegion(index) : Number.NaN;
    }
    if (operation !== 'add' && operation !== 'subtract') return Number.NaN;
    const amount = right?.kind === 'constant' ? right.value | 0 : this.#allocated(right, index);
    if (amount === undefined) return operation === 'subtract' ? this.#newRegion(index) : Number.NaN;
    const base = this.#operand(left, depth);
    return operation === 'add' ? base + amount : base - amount;
  }

  #newRegion(index: number): number {
    return -DYNAMIC_SPAN * (index + 1);
  }

  /** Large frames: `mov eax, size`, a call that probes the stack, `sub rsp, rax`. */
  #allocated(operand: Operand | undefined, index: number): number | undefined {
    if (operand?.kind !== 'register') return undefined;
    for (let before = index - 1; before >= Math.max(0, index - 3); before -= 1) {
      if (isCall(this.code.flow(before))) continue;
      for (const statement of this.code.statements(before)) {
        if (statement.target.kind !== 'register' || statement.target.register !== operand.register) continue;
        return statement.operation === 'copy' && statement.left?.kind === 'constant' ? statement.left.value : undefined;
      }
    }
    return undefined;
  }

  #operand(operand: Operand | undefined, depth: Depth): number {
    return operand?.kind === 'register' ? this.#register(operand.register, depth) : Number.NaN;
  }

  #register(register: number, depth: Depth): number {
    if (register === this.architecture.stackRegister) return depth.stack;
    return register === this.architecture.frameRegister ? depth.frame : Number.NaN;
  }

  /**
   * Exception handlers and unread table targets have no edge. Their frame stands as in the body; so does the stack pointer
   * where the convention keeps it in place, else it begins a region of its own.
   */
  #enterOrphans(): void {
    const body = this.#bodyDepth();
    // Those without any edge first; what is then left is only reached from itself.
    for (const withEdges of [false, true]) {
      for (let block = 0; block < this.code.blockCount; block += 1) {
        if (this.#isEntered[block] === 1 || (!withEdges && this.code.hasPredecessors(block))) continue;
        const region = this.#newRegion(this.code.blockStart(block)) - DYNAMIC_SPAN / 4;
        const stack = this.architecture.fixedFrames ? (body?.stack ?? region) : region;
        this.#propagate(block, stack, body?.frame ?? Number.NaN);
      }
    }
  }

  #bodyDepth(): Depth | undefined {
    let deepest: Depth | undefined;
    for (const block of this.#entered) {
      const stack = this.#enteredStack[block] ?? Number.NaN;
      if (Number.isNaN(stack) || (deepest !== undefined && stack >= deepest.stack)) continue;
      deepest = { stack, frame: this.#enteredFrame[block] ?? Number.NaN };
    }
    return deepest;
  }
}

/** Equality under which an unknown depth equals itself. */
function same(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
