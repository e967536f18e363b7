/**
 * One function cut into instructions and basic blocks, with the edges between them.
 * Knows where control goes, not what instructions mean; edges that can't be known are marked, never left out silently.
 */
import type { Architecture, CodeBytes, InstructionSink } from './architecture';
import { endsBlock, fallsThrough, FLOW_BRANCH, FLOW_JUMP, FLOW_JUMP_INDIRECT } from './flow';
import type { Statements } from './statement';

/** A piece of a function: offsets in a code section, end excluded. */
export interface CodeRange {
  readonly code: CodeBytes;
  readonly begin: number;
  readonly end: number;
}

/** Damaged or hostile ranges stop here; the largest real functions have some 100,000 instructions. */
const MOST_INSTRUCTIONS = 1 << 18;

/** Buffers a sweep fills; one is used for all functions of a thread, and each function copies what it needs. */
class SweepBuffer implements InstructionSink {
  addresses = new Int32Array(4096);
  targets = new Int32Array(4096);
  flows = new Uint8Array(4096);
  stackEffects = new Int16Array(4096);
  count = 0;
  base = 0;

  add(offset: number, flow: number, target: number, stackEffect: number): void {
    const at = this.count;
    if (at === this.addresses.length && !this.#grow()) return;
    this.addresses[at] = this.base + offset;
    this.targets[at] = this.base + target;
    this.flows[at] = flow;
    this.stackEffects[at] = stackEffect;
    this.count = at + 1;
  }

  #grow(): boolean {
    const size = this.addresses.length * 2;
    if (size > MOST_INSTRUCTIONS) return false;
    const enlarge = <T extends Int32Array | Int16Array | Uint8Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.addresses = enlarge(this.addresses, new Int32Array(size));
    this.targets = enlarge(this.targets, new Int32Array(size));
    this.flows = enlarge(this.flows, new Uint8Array(size));
    this.stackEffects = enlarge(this.stackEffects, new Int16Array(size));
    return true;
  }
}

const sweepBuffer = new SweepBuffer();

/** Edges between blocks, grouped by one of their ends. */
class EdgeList {
  readonly #first: Int32Array;
  readonly #ends: Int32Array;

  constructor(blocks: number, by: readonly number[], ends: readonly number[]) {
    this.#first = new Int32Array(blocks + 1);
    this.#ends = new Int32Array(ends.length);
    for (const block of by) this.#first[block + 1] = (this.#first[block + 1] ?? 0) + 1;
    for (let block = 0; block < blocks; block += 1) {
      this.#first[block + 1] = (this.#first[block + 1] ?? 0) + (this.#first[block] ?? 0);
    }
    const next = this.#first.slice();
    for (let edge = 0; edge < by.length; edge += 1) {
      const block = by[edge] ?? 0;
      const at = next[block] ?? 0;
      this.#ends[at] = ends[edge] ?? 0;
      next[block] = at + 1;
    }
  }

  of(block: number): Int32Array {
    return this.#ends.subarray(this.#first[block] ?? 0, this.#first[block + 1] ?? 0);
  }

  count(block: number): number {
    return (this.#first[block + 1] ?? 0) - (this.#first[block] ?? 0);
  }
}

export class FunctionCode {
  readonly count: number;
  readonly entryBlock: number;
  /** An indirect jump leads to places that are not known: any block may be one of them. */
  hasUnknownEdges = false;
  readonly #addresses: Int32Array;
  readonly #targets: Int32Array;
  readonly #flows: Uint8Array;
  readonly #stackEffects: Int16Array;
  /** Index of each block's first instruction, ascending; one more entry holds the count. */
  readonly #blockStarts: Int32Array;
  readonly #blockOf: Int32Array;
  readonly #predecessors: EdgeList;
  readonly #successors: EdgeList;
  readonly #statements: (Statements | undefined)[] = [];

  constructor(
    private readonly architecture: Architecture,
    readonly entry: number,
    readonly ranges: readonly CodeRange[],
    jumpTable: (code: FunctionCode, index: number) => readonly number[] | undefined,
  ) {
    sweepBuffer.count = 0;
    for (const range of ranges) {
      sweepBuffer.base = range.code.rva;
      architecture.sweep(range.code, range.begin, range.end, sweepBuffer);
    }
    this.count = sweepBuffer.count;
    this.#addresses = sweepBuffer.addresses.slice(0, this.count);
    this.#targets = sweepBuffer.targets.slice(0, this.count);
    this.#flows = sweepBuffer.flows.slice(0, this.count);
    this.#stackEffects = sweepBuffer.stackEffects.slice(0, this.count);
    const tables = this.#readJumpTables(jumpTable);
    this.#blockOf = new Int32Array(this.count);
    this.#blockStarts = this.#cutBlocks(tables);
    const edges = this.#findEdges(tables);
    this.#predecessors = new EdgeList(this.blockCount, edges.to, edges.from);
    this.#successors = new EdgeList(this.blockCount, edges.from, edges.to);
    this.entryBlock = this.blockAt(entry) ?? 0;
  }

  get blockCount(): number {
    return this.#blockStarts.length - 1;
  }

  /** First instruction of a block. */
  blockStart(block: number): number {
    return this.#blockStarts[block] ?? this.count;
  }

  /** Blocks control may come from. */
  predecessors(block: number): Int32Array {
    return this.#predecessors.of(block);
  }

  hasPredecessors(block: number): boolean {
    return this.#predecessors.count(block) > 0;
  }

  successors(block: number): Int32Array {
    return this.#successors.of(block);
  }

  /** RVA of an instruction. */
  address(index: number): number {
    return this.#addresses[index] ?? 0;
  }

  flow(index: number): number {
    return this.#flows[index] ?? 0;
  }

  /** RVA a direct branch, jump or call leads to. */
  target(index: number): number {
    return this.#targets[index] ?? 0;
  }

  /** Bytes the stack pointer moves, or a value of `stackEffect.ts`. */
  stackEffect(index: number): number {
    return this.#stackEffects[index] ?? 0;
  }

  /** Instruction that begins at the RVA. */
  indexAt(rva: number): number | undefined {
    const index = this.#lastAtOrBefore(rva);
    return index >= 0 && this.address(index) === rva ? index : undefined;
  }

  /** Instruction whose bytes contain the RVA. */
  indexContaining(rva: number): number | undefined {
    const index = this.#lastAtOrBefore(rva);
    if (index < 0) return undefined;
    const range = this.rangeAt(rva);
    if (range === undefined) return undefined;
    const end = this.architecture.instructionEnd(range.code, this.address(index) - range.code.rva) + range.code.rva;
    return rva < end ? index : undefined;
  }

  rangeAt(rva: number): CodeRange | undefined {
    for (const range of this.ranges) {
      if (rva >= range.code.rva + range.begin && rva < range.code.rva + range.end) return range;
    }
    return undefined;
  }

  contains(rva: number): boolean {
    return this.rangeAt(rva) !== undefined;
  }

  blockOf(index: number): number {
    return this.#blockOf[index] ?? 0;
  }

  blockAt(rva: number): number | undefined {
    const index = this.indexAt(rva);
    return index === undefined ? undefined : this.blockOf(index);
  }

  /** First instruction behind the block. */
  blockEnd(block: number): number {
    return this.#blockStarts[block + 1] ?? this.count;
  }

  statements(index: number): Statements {
    const known = this.#statements[index];
    if (known !== undefined) return known;
    const rva = this.address(index);
    const range = this.rangeAt(rva);
    const lifted = range === undefined ? [] : this.architecture.lift(range.code, rva - range.code.rva);
    this.#statements[index] = lifted;
    return lifted;
  }

  #lastAtOrBefore(rva: number): number {
    const addresses = this.#addresses;
    let low = 0;
    let high = addresses.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((addresses[middle] ?? 0) <= rva) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #readJumpTables(
    jumpTable: (code: FunctionCode, index: number) => readonly number[] | undefined,
  ): Map<number, readonly number[]> {
    const tables = new Map<number, readonly number[]>();
    for (let index = 0; index < this.count; index += 1) {
      if (this.flow(index) !== FLOW_JUMP_INDIRECT) continue;
      const targets = jumpTable(this, index);
      if (targets === undefined) this.hasUnknownEdges = true;
      else tables.set(index, targets);
    }
    return tables;
  }

  #cutBlocks(tables: ReadonlyMap<number, readonly number[]>): Int32Array {
    const isStart = new Uint8Array(this.count + 1);
    const mark = (rva: number): void => {
      const index = this.indexAt(rva);
      if (index !== undefined) isStart[index] = 1;
    };
    if (this.count > 0) isStart[0] = 1;
    mark(this.entry);
    for (const range of this.ranges) mark(range.code.rva + range.begin);
    for (let index = 0; index < this.count; index += 1) {
      const flow = this.flow(index);
      if (endsBlock(flow)) isStart[index + 1] = 1;
      if (flow === FLOW_BRANCH || flow === FLOW_JUMP) mark(this.target(index));
    }
    for (const targets of tables.values()) for (const target of targets) mark(target);
    const starts: number[] = [];
    for (let index = 0; index < this.count; index += 1) {
      if (isStart[index] === 1) starts.push(index);
      this.#blockOf[index] = starts.length - 1;
    }
    starts.push(this.count);
    return Int32Array.from(starts);
  }

  #findEdges(tables: ReadonlyMap<number, readonly number[]>): { readonly from: number[]; readonly to: number[] } {
    const from: number[] = [];
    const to: number[] = [];
    let own = 0;
    const link = (block: number, rva: number): void => {
      const target = this.blockAt(rva);
      if (target === undefined) return;
      // A branch to the next instruction, or a table that names a case twice, is one edge.
      for (let edge = own; edge < to.length; edge += 1) if (to[edge] === target) return;
      from.push(block);
      to.push(target);
    };
    for (let block = 0; block < this.blockCount; block += 1) {
      own = to.length;
      const last = this.blockEnd(block) - 1;
      const flow = this.flow(last);
      if (fallsThrough(flow) && last + 1 < this.count && this.#isAdjacent(last)) link(block, this.address(last + 1));
      if (flow === FLOW_BRANCH || flow === FLOW_JUMP) link(block, this.target(last));
      for (const target of tables.get(last) ?? []) link(block, target);
    }
    return { from, to };
  }

  /** Whether the next instruction lies right behind, and not in another piece of the function. */
  #isAdjacent(index: number): boolean {
    const range = this.rangeAt(this.address(index));
    return range !== undefined && range === this.rangeAt(this.address(index + 1));
  }
}
