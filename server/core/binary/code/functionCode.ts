/**
 * One function cut into instructions and, on demand, into basic blocks with the edges between them.
 * Knows where control goes, not what instructions mean; edges that can't be known are marked, never left out silently.
 */
import type { Architecture, CodeBytes, InstructionSink } from './architecture';
import { BasicBlocks } from './basicBlocks';
import { FLOW_JUMP_INDIRECT } from './flow';
import type { Statements } from './statement';

/** A piece of a function: offsets in a code section, end excluded. */
export interface CodeRange {
  readonly code: CodeBytes;
  readonly begin: number;
  readonly end: number;
}

/** Damaged or hostile ranges stop here; the largest real functions have some 100,000 instructions. */
const MOST_INSTRUCTIONS = 1 << 18;

const CHUNK = 1 << 15;

/** Arrays a sweep fills, shared by many functions: each owns a stretch. */
class SweepBuffer implements InstructionSink {
  addresses = new Int32Array(CHUNK);
  targets = new Int32Array(CHUNK);
  flows = new Uint8Array(CHUNK);
  /** Where the stretch of the function at hand begins, and where the next instruction goes. */
  first = 0;
  next = 0;
  /** RVA of the section that is swept. */
  base = 0;

  add(offset: number, flow: number, target: number): void {
    if (this.next === this.addresses.length) this.#renew();
    const at = this.next;
    if (at - this.first >= MOST_INSTRUCTIONS) return;
    this.addresses[at] = this.base + offset;
    this.targets[at] = this.base + target;
    this.flows[at] = flow;
    this.next = at + 1;
  }

  /** New arrays, which the function at hand moves to; those before live on with their functions. */
  #renew(): void {
    const count = this.next - this.first;
    const size = Math.max(CHUNK, count * 2);
    const moved = <T extends Int32Array | Uint8Array>(from: T, to: T): T => {
      to.set(from.subarray(this.first, this.next));
      return to;
    };
    this.addresses = moved(this.addresses, new Int32Array(size));
    this.targets = moved(this.targets, new Int32Array(size));
    this.flows = moved(this.flows, new Uint8Array(size));
    this.first = 0;
    this.next = count;
  }
}

const sweepBuffer = new SweepBuffer();

export class FunctionCode {
  readonly count: number;
  readonly #addresses: Int32Array;
  readonly #targets: Int32Array;
  readonly #flows: Uint8Array;
  /** All of them, once a pass over the function has asked. */
  #stackEffects: Int16Array | undefined;
  /** By instruction, once one was asked for: a list that is filled here and there would become a dictionary. */
  #statements: (Statements | undefined)[] | undefined;
  #hasUnknownEdges = false;
  /** Cut when first asked for: of many functions only the calls are looked at. */
  #cut: BasicBlocks | undefined;

  constructor(
    private readonly architecture: Architecture,
    readonly entry: number,
    readonly ranges: readonly CodeRange[],
    private readonly jumpTable: (code: FunctionCode, index: number) => readonly number[] | undefined,
  ) {
    const buffer = sweepBuffer;
    buffer.first = buffer.next;
    for (const range of ranges) {
      buffer.base = range.code.rva;
      architecture.sweep(range.code, range.begin, range.end, buffer);
    }
    this.count = buffer.next - buffer.first;
    this.#addresses = buffer.addresses.subarray(buffer.first, buffer.next);
    this.#targets = buffer.targets.subarray(buffer.first, buffer.next);
    this.#flows = buffer.flows.subarray(buffer.first, buffer.next);
  }

  /** An indirect jump leads to places that are not known: any block may be one of them. */
  get hasUnknownEdges(): boolean {
    this.#cut ??= this.#cutBlocks();
    return this.#hasUnknownEdges;
  }

  get blocks(): BasicBlocks {
    return (this.#cut ??= this.#cutBlocks());
  }

  get entryBlock(): number {
    return this.blocks.entryBlock;
  }

  get blockCount(): number {
    return this.blocks.count;
  }

  /** First instruction of a block. */
  blockStart(block: number): number {
    return this.blocks.start(block);
  }

  hasPredecessors(block: number): boolean {
    return this.blocks.predecessorCount(block) > 0;
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
    if (this.#stackEffects !== undefined) return this.#stackEffects[index] ?? 0;
    const rva = this.address(index);
    const range = this.rangeAt(rva);
    return range === undefined ? 0 : this.architecture.stackEffect(range.code, rva - range.code.rva);
  }

  /** Makes the effects of all instructions ready: cheaper than one by one. */
  measureStack(): void {
    if (this.#stackEffects !== undefined) return;
    const effects = new Int16Array(this.count);
    for (let index = 0; index < this.count; index += 1) effects[index] = this.stackEffect(index);
    this.#stackEffects = effects;
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
    return this.blocks.blockOf(index);
  }

  blockAt(rva: number): number | undefined {
    const index = this.indexAt(rva);
    return index === undefined ? undefined : this.blockOf(index);
  }

  /** First instruction behind the block. */
  blockEnd(block: number): number {
    return this.blocks.start(block + 1);
  }

  statements(index: number): Statements {
    const statements = (this.#statements ??= new Array<Statements | undefined>(this.count));
    const known = statements[index];
    if (known !== undefined) return known;
    const rva = this.address(index);
    const range = this.rangeAt(rva);
    const lifted = range === undefined ? [] : this.architecture.lift(range.code, rva - range.code.rva);
    statements[index] = lifted;
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

  #cutBlocks(): BasicBlocks {
    const tables = new Map<number, readonly number[]>();
    for (let index = 0; index < this.count; index += 1) {
      if (this.flow(index) !== FLOW_JUMP_INDIRECT) continue;
      const targets = this.jumpTable(this, index);
      if (targets === undefined) this.#hasUnknownEdges = true;
      else if (targets.length > 0) tables.set(index, targets);
    }
    const list = {
      entry: this.entry,
      count: this.count,
      addresses: this.#addresses,
      targets: this.#targets,
      flows: this.#flows,
      pieces: this.ranges.map(({ code, begin, end }) => ({ begin: code.rva + begin, end: code.rva + end })),
      indexAt: (rva: number) => this.indexAt(rva),
      isPadding: (index: number) => this.#isPadding(index),
    };
    return new BasicBlocks(list, tables);
  }

  #isPadding(index: number): boolean {
    const rva = this.address(index);
    const range = this.rangeAt(rva);
    return range !== undefined && this.architecture.isPadding(range.code, rva - range.code.rva);
  }
}
