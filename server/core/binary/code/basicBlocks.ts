/**
 * Basic blocks of one function, and the edges between them. Knows where control goes, not what instructions mean.
 */
import { endsBlock, fallsThrough, FLOW_BRANCH, FLOW_JUMP } from './flow';
import { takeNumbers } from './sharedArrays';

/** The instructions of a function, ascending by address. */
export interface InstructionList {
  readonly entry: number;
  readonly count: number;
  readonly addresses: Int32Array;
  readonly targets: Int32Array;
  readonly flows: Uint8Array;
  /** First address of each piece of the function, and the one behind its end. */
  readonly pieces: readonly { readonly begin: number; readonly end: number }[];
  readonly indexAt: (rva: number) => number | undefined;
  /** Whether the instruction does nothing but fill space. */
  readonly isPadding: (index: number) => boolean;
}

/** Instructions that fill up to an alignment of 32. */
const MOST_PADDING = 32;
/** Functions spread wider than this are looked up by binary search. */
const WIDEST_MAP = 1 << 20;

/** Working arrays of a thread, for one function at a time; they only grow. */
let positions = new Int32Array(1 << 16);
let marks = new Uint8Array(4096);
let seen = new Int32Array(1024);
let edgeFrom = new Int32Array(4096);
let edgeTo = new Int32Array(4096);

/** Finds instructions by address: in constant time for functions in one place. */
function indexFinder(list: InstructionList): (rva: number) => number | undefined {
  let low = Number.MAX_SAFE_INTEGER;
  let high = 0;
  for (const { begin, end } of list.pieces) {
    low = Math.min(low, begin);
    high = Math.max(high, end);
  }
  const span = high - low;
  if (span > WIDEST_MAP) return list.indexAt;
  if (span > positions.length) positions = new Int32Array(span * 2);
  const { addresses, count } = list;
  const map = positions;
  for (let index = 0; index < count; index += 1) map[(addresses[index] ?? 0) - low] = index;
  // What earlier functions left in the map is told apart by the address.
  return (rva) => {
    if (rva < low || rva >= high) return undefined;
    const index = map[rva - low] ?? 0;
    return index < count && addresses[index] === rva ? index : undefined;
  };
}

/** Numbers grouped by block: those of a block lie between `first` of it and of the next. */
interface Groups {
  readonly first: Int32Array;
  readonly items: Int32Array;
}

function group(blocks: number, by: Int32Array, items: Int32Array, edges: number): Groups {
  const first = takeNumbers(blocks + 1);
  const grouped = takeNumbers(edges);
  // Counted two further on, so that filling moves each entry to where its group begins.
  for (let edge = 0; edge < edges; edge += 1) {
    const block = by[edge] ?? 0;
    if (block + 2 <= blocks) first[block + 2] = (first[block + 2] ?? 0) + 1;
  }
  for (let block = 2; block <= blocks; block += 1) first[block] = (first[block] ?? 0) + (first[block - 1] ?? 0);
  for (let edge = 0; edge < edges; edge += 1) {
    const block = by[edge] ?? 0;
    const at = first[block + 1] ?? 0;
    grouped[at] = items[edge] ?? 0;
    first[block + 1] = at + 1;
  }
  return { first, items: grouped };
}

export class BasicBlocks {
  readonly count: number;
  readonly entryBlock: number;
  /** Index of each block's first instruction, ascending; one more entry holds the count. */
  readonly #starts: Int32Array;
  readonly #blockOf: Int32Array;
  #edges: { readonly predecessors: Groups; readonly successors: Groups } | undefined;

  constructor(
    private readonly list: InstructionList,
    /** Where indirect jumps lead, by instruction. */
    private readonly tables: ReadonlyMap<number, readonly number[]>,
  ) {
    const find = indexFinder(list);
    this.#blockOf = takeNumbers(list.count);
    this.#starts = this.#cut(find, tables);
    this.count = this.#starts.length - 1;
    const entry = find(list.entry);
    this.entryBlock = entry === undefined ? 0 : this.blockOf(entry);
  }

  start(block: number): number {
    return this.#starts[block] ?? this.list.count;
  }

  blockOf(index: number): number {
    return this.#blockOf[index] ?? 0;
  }

  predecessorCount(block: number): number {
    return countOf(this.#grouped.predecessors, block);
  }

  predecessor(block: number, at: number): number {
    return itemOf(this.#grouped.predecessors, block, at);
  }

  successorCount(block: number): number {
    return countOf(this.#grouped.successors, block);
  }

  successor(block: number, at: number): number {
    return itemOf(this.#grouped.successors, block, at);
  }

  /** Found when first asked for: where a call's block begins is often enough. */
  get #grouped(): { readonly predecessors: Groups; readonly successors: Groups } {
    if (this.#edges === undefined) {
      const edges = this.#findEdges(indexFinder(this.list), this.tables);
      this.#edges = {
        predecessors: group(this.count, edgeTo, edgeFrom, edges),
        successors: group(this.count, edgeFrom, edgeTo, edges),
      };
    }
    return this.#edges;
  }

  #cut(find: (rva: number) => number | undefined, tables: ReadonlyMap<number, readonly number[]>): Int32Array {
    const { count, flows, targets, entry, pieces } = this.list;
    if (count + 1 > marks.length) marks = new Uint8Array(count * 2);
    marks.fill(0, 0, count + 1);
    const mark = (rva: number): void => {
      const index = find(rva);
      if (index !== undefined) marks[index] = 1;
    };
    if (count > 0) marks[0] = 1;
    mark(entry);
    for (const piece of pieces) mark(piece.begin);
    for (let index = 0; index < count; index += 1) {
      const flow = flows[index] ?? 0;
      if (endsBlock(flow)) marks[index + 1] = 1;
      if (flow === FLOW_BRANCH || flow === FLOW_JUMP) mark(targets[index] ?? 0);
    }
    for (const list of tables.values()) for (const target of list) mark(target);
    let blocks = 0;
    for (let index = 0; index < count; index += 1) {
      blocks += marks[index] ?? 0;
      this.#blockOf[index] = blocks - 1;
    }
    const starts = takeNumbers(blocks + 1);
    for (let index = 0, block = 0; index < count; index += 1) {
      if (marks[index] !== 1) continue;
      starts[block] = index;
      block += 1;
    }
    starts[blocks] = count;
    return starts;
  }

  /** Fills the working arrays with the edges, in order of the blocks they leave; their number. */
  #findEdges(find: (rva: number) => number | undefined, tables: ReadonlyMap<number, readonly number[]>): number {
    const { addresses, flows, targets, count } = this.list;
    if (this.count > seen.length) seen = new Int32Array(this.count * 2);
    seen.fill(0, 0, this.count);
    let edges = 0;
    const link = (block: number, rva: number): void => {
      const index = find(rva);
      if (index === undefined) return;
      const target = this.blockOf(index);
      // A branch to the next instruction, or a table that names a case twice, is one edge.
      if (seen[target] === block + 1) return;
      seen[target] = block + 1;
      if (edges === edgeFrom.length) {
        edgeFrom = enlarged(edgeFrom);
        edgeTo = enlarged(edgeTo);
      }
      edgeFrom[edges] = block;
      edgeTo[edges] = target;
      edges += 1;
    };
    for (let block = 0; block < this.count; block += 1) {
      const last = this.start(block + 1) - 1;
      const flow = flows[last] ?? 0;
      if (fallsThrough(flow) && last + 1 < count && this.#isAdjacent(last)) link(block, addresses[last + 1] ?? 0);
      if (flow === FLOW_BRANCH || flow === FLOW_JUMP) link(block, targets[last] ?? 0);
      if (tables.size > 0) for (const target of tables.get(last) ?? []) link(block, target);
    }
    return this.#withoutPadding(edges);
  }

  /** Padding behind a jump or return runs into the next block on paper only: nothing leads to the padding. */
  #withoutPadding(edges: number): number {
    const entered = seen;
    entered.fill(0, 0, this.count);
    for (let edge = 0; edge < edges; edge += 1) entered[edgeTo[edge] ?? 0] = 1;
    let kept = 0;
    for (let edge = 0; edge < edges; edge += 1) {
      const from = edgeFrom[edge] ?? 0;
      if (entered[from] === 0 && from > 0 && from !== this.entryBlock && this.#isPadding(from)) continue;
      edgeFrom[kept] = from;
      edgeTo[kept] = edgeTo[edge] ?? 0;
      kept += 1;
    }
    return kept;
  }

  #isPadding(block: number): boolean {
    const [first, end] = [this.start(block), this.start(block + 1)];
    const size = (this.list.addresses[end] ?? 0) - (this.list.addresses[first] ?? 0);
    // One byte alone also marks places of exception handling, which a table may lead to.
    if (end - first > MOST_PADDING || size < 2) return false;
    for (let index = first; index < end; index += 1) if (!this.list.isPadding(index)) return false;
    return true;
  }

  /** Whether the next instruction lies right behind, and not in another piece of the function. */
  #isAdjacent(index: number): boolean {
    const { addresses, pieces } = this.list;
    if (pieces.length === 1) return true;
    const [own, next] = [addresses[index] ?? 0, addresses[index + 1] ?? 0];
    const piece = pieces.find(({ begin, end }) => own >= begin && own < end);
    return piece !== undefined && next >= piece.begin && next < piece.end;
  }
}

function countOf({ first }: Groups, block: number): number {
  return (first[block + 1] ?? 0) - (first[block] ?? 0);
}

function itemOf({ first, items }: Groups, block: number, at: number): number {
  return items[(first[block] ?? 0) + at] ?? 0;
}

function enlarged(from: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(from.length * 2);
  larger.set(from);
  return larger;
}
