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

class InstructionList implements InstructionSink {
  readonly addresses: number[] = [];
  readonly flows: number[] = [];
  readonly targets: number[] = [];
  readonly movesStack: boolean[] = [];
  base = 0;

  add(offset: number, flow: number, target: number, movesStack: boolean): void {
    if (this.addresses.length >= MOST_INSTRUCTIONS) return;
    this.addresses.push(this.base + offset);
    this.flows.push(flow);
    this.targets.push(this.base + target);
    this.movesStack.push(movesStack);
  }
}

export class FunctionCode {
  readonly #list = new InstructionList();
  /** Index of each block's first instruction, ascending. */
  readonly blockStarts: number[] = [];
  /** Blocks control may come from, by block. */
  readonly predecessors: number[][] = [];
  readonly successors: number[][] = [];
  readonly entryBlock: number;
  /** An indirect jump leads to places that are not known: any block may be one of them. */
  hasUnknownEdges = false;
  readonly #statements = new Map<number, Statements>();
  readonly #blockOf: Int32Array;

  constructor(
    private readonly architecture: Architecture,
    readonly entry: number,
    readonly ranges: readonly CodeRange[],
    jumpTable: (code: FunctionCode, index: number) => readonly number[] | undefined,
  ) {
    for (const range of ranges) {
      this.#list.base = range.code.rva;
      architecture.sweep(range.code, range.begin, range.end, this.#list);
    }
    const tables = this.#readJumpTables(jumpTable);
    this.#blockOf = new Int32Array(this.count);
    this.#cutBlocks(tables);
    this.#connect(tables);
    this.entryBlock = this.blockAt(entry) ?? 0;
  }

  get count(): number {
    return this.#list.addresses.length;
  }

  /** RVA of an instruction. */
  address(index: number): number {
    return this.#list.addresses[index] ?? 0;
  }

  flow(index: number): number {
    return this.#list.flows[index] ?? 0;
  }

  /** RVA a direct branch, jump or call leads to. */
  target(index: number): number {
    return this.#list.targets[index] ?? 0;
  }

  /** Whether the instruction may move or copy the stack pointer. */
  movesStack(index: number): boolean {
    return this.#list.movesStack[index] ?? false;
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
    return this.ranges.find((range) => rva >= range.code.rva + range.begin && rva < range.code.rva + range.end);
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
    return this.blockStarts[block + 1] ?? this.count;
  }

  statements(index: number): Statements {
    const known = this.#statements.get(index);
    if (known !== undefined) return known;
    const rva = this.address(index);
    const range = this.rangeAt(rva);
    const lifted = range === undefined ? [] : this.architecture.lift(range.code, rva - range.code.rva);
    this.#statements.set(index, lifted);
    return lifted;
  }

  #lastAtOrBefore(rva: number): number {
    const { addresses } = this.#list;
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

  #cutBlocks(tables: ReadonlyMap<number, readonly number[]>): void {
    const starts = new Uint8Array(this.count + 1);
    starts[0] = 1;
    const mark = (rva: number): void => {
      const index = this.indexAt(rva);
      if (index !== undefined) starts[index] = 1;
    };
    mark(this.entry);
    for (const range of this.ranges) mark(range.code.rva + range.begin);
    for (let index = 0; index < this.count; index += 1) {
      const flow = this.flow(index);
      if (endsBlock(flow)) starts[index + 1] = 1;
      if (flow === FLOW_BRANCH || flow === FLOW_JUMP) mark(this.target(index));
    }
    for (const targets of tables.values()) for (const target of targets) mark(target);
    for (let index = 0; index < this.count; index += 1) {
      if (starts[index] === 1) this.blockStarts.push(index);
      this.#blockOf[index] = this.blockStarts.length - 1;
    }
  }

  #connect(tables: ReadonlyMap<number, readonly number[]>): void {
    for (let block = 0; block < this.blockStarts.length; block += 1) {
      this.predecessors.push([]);
      this.successors.push([]);
    }
    const link = (from: number, rva: number): void => {
      const to = this.blockAt(rva);
      if (to === undefined || this.successors[from]?.includes(to) === true) return;
      this.successors[from]?.push(to);
      this.predecessors[to]?.push(from);
    };
    for (let block = 0; block < this.blockStarts.length; block += 1) {
      const last = this.blockEnd(block) - 1;
      const flow = this.flow(last);
      if (fallsThrough(flow) && last + 1 < this.count && this.#isAdjacent(last)) link(block, this.address(last + 1));
      if (flow === FLOW_BRANCH || flow === FLOW_JUMP) link(block, this.target(last));
      for (const target of tables.get(last) ?? []) link(block, target);
    }
  }

  /** Whether the next instruction lies right behind, and not in another piece of the function. */
  #isAdjacent(index: number): boolean {
    const range = this.rangeAt(this.address(index));
    return range !== undefined && range === this.rangeAt(this.address(index + 1));
  }
}
