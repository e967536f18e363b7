/**
 * Where the stack pointer and the frame pointer stand before each instruction, relative to the stack pointer at entry.
 * One forward pass over the blocks. Where the distance to the entry is lost, counting starts again in a region of its own,
 * so that slots on either side never meet; a frame pointer that can't be computed is NaN.
 */
import type { Architecture } from './architecture';
import { isCall } from './flow';
import type { FunctionCode } from './functionCode';
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
  readonly #entered = new Map<number, Depth>();

  constructor(
    private readonly code: FunctionCode,
    private readonly architecture: Architecture,
    private readonly poppedBy: PoppedBy,
  ) {
    this.#stack = new Float64Array(code.count).fill(Number.NaN);
    this.#frame = new Float64Array(code.count).fill(Number.NaN);
    this.#propagate([{ block: code.entryBlock, depth: { stack: 0, frame: Number.NaN } }]);
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

  #propagate(starts: { block: number; depth: Depth }[]): void {
    const queue = [...starts];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const depth = this.#join(next.block, next.depth);
      if (depth === undefined) continue;
      const leaving = this.#walk(next.block, { ...depth });
      const { blocks } = this.code;
      for (let edge = 0; edge < blocks.successorCount(next.block); edge += 1)
        queue.push({ block: blocks.successor(next.block, edge), depth: leaving });
    }
  }

  /** Depth to walk the block with, or undefined when it brings nothing new. */
  #join(block: number, depth: Depth): Depth | undefined {
    const known = this.#entered.get(block);
    if (known === undefined) {
      this.#entered.set(block, { ...depth });
      return depth;
    }
    // Paths that disagree meet in a region of their own: what is pushed behind the meeting is known again.
    const meeting = this.#newRegion(this.code.blockStart(block)) - DYNAMIC_SPAN / 2;
    const stack = same(known.stack, depth.stack) ? known.stack : meeting;
    const frame = same(known.frame, depth.frame) ? known.frame : Number.NaN;
    if (same(stack, known.stack) && same(frame, known.frame)) return undefined;
    const joined = { stack, frame };
    this.#entered.set(block, { ...joined });
    return joined;
  }

  #walk(block: number, depth: Depth): Depth {
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
    return depth;
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
        if (this.#entered.has(block) || (!withEdges && this.code.hasPredecessors(block))) continue;
        const region = this.#newRegion(this.code.blockStart(block)) - DYNAMIC_SPAN / 4;
        const stack = this.architecture.fixedFrames ? (body?.stack ?? region) : region;
        this.#propagate([{ block, depth: { stack, frame: body?.frame ?? Number.NaN } }]);
      }
    }
  }

  #bodyDepth(): Depth | undefined {
    let deepest: Depth | undefined;
    for (const depth of this.#entered.values()) {
      if (!Number.isNaN(depth.stack) && (deepest === undefined || depth.stack < deepest.stack)) deepest = depth;
    }
    return deepest;
  }
}

/** Equality under which an unknown depth equals itself. */
function same(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
