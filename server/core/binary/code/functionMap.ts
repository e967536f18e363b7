/**
 * Which function an address belongs to: from .pdata where there is one, else from call targets and known starts.
 * Gives bounds; the instructions are `functionCode.ts`.
 */
import type { RuntimeFunction } from '../exceptionDirectory';
import type { Architecture, CodeBytes } from './architecture';
import type { DirectCalls } from './directCalls';
import type { CodeRange } from './functionCode';

export interface FunctionBounds {
  readonly entry: number;
  readonly ranges: readonly CodeRange[];
}

/** Distance over which a start is looked for where no record gives it. */
const FARTHEST_START = 1 << 16;
/** More than the grid below can put in front of an address. */
const LONGEST_FUNCTION = 1 << 18;
/** Bytes compilers put between functions. */
const INT3 = 0xcc;
const NOP = 0x90;

export class FunctionMap {
  readonly #pieces = new Map<number, RuntimeFunction[]>();
  /** Per code section: where functions are known to begin, ascending. */
  readonly #starts = new Map<CodeBytes, Int32Array>();

  constructor(
    private readonly sections: readonly CodeBytes[],
    private readonly records: readonly RuntimeFunction[],
    private readonly architecture: Architecture,
    private readonly calls: DirectCalls,
    private readonly knownStarts: readonly number[],
  ) {
    for (const record of records) {
      const pieces = this.#pieces.get(record.primary);
      if (pieces === undefined) this.#pieces.set(record.primary, [record]);
      else pieces.push(record);
    }
  }

  sectionAt(rva: number): CodeBytes | undefined {
    return this.sections.find((code) => rva >= code.rva && rva < code.rva + code.size);
  }

  /** The function whose code contains the RVA. */
  functionAt(rva: number): FunctionBounds | undefined {
    const code = this.sectionAt(rva);
    if (code === undefined) return undefined;
    const index = this.#recordBefore(rva);
    const record = this.records[index];
    if (record !== undefined && rva < record.end) return this.#recorded(record.primary);
    return this.#between(code, rva, record?.end ?? code.rva, this.records[index + 1]?.begin ?? code.rva + code.size);
  }

  #recorded(primary: number): FunctionBounds | undefined {
    const ranges: CodeRange[] = [];
    for (const piece of this.#pieces.get(primary) ?? []) {
      const code = this.sectionAt(piece.begin);
      if (code === undefined) continue;
      const previous = ranges.at(-1);
      // Records that overlap are damaged; no byte is read twice.
      const begin = Math.max(piece.begin - code.rva, previous?.code === code ? previous.end : 0);
      const end = Math.min(piece.end - code.rva, code.size);
      if (begin >= end) continue;
      // Pieces that touch are one run of instructions: only their unwind information differs.
      if (previous?.code === code && previous.end === begin)
        ranges[ranges.length - 1] = { code, begin: previous.begin, end };
      else ranges.push({ code, begin, end });
    }
    return ranges.length === 0 ? undefined : { entry: primary, ranges };
  }

  /** Last record that begins at or before the RVA; -1 when none does. */
  #recordBefore(rva: number): number {
    let low = 0;
    let high = this.records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.records[middle]?.begin ?? 0) <= rva) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** A function without a record: from the nearest known start, or the end of the padding, to the next start. */
  #between(code: CodeBytes, rva: number, from: number, to: number): FunctionBounds | undefined {
    const starts = this.#startsOf(code);
    const offset = rva - code.rva;
    // Without a start nearby, a grid keeps neighbouring addresses in one function.
    const grid = Math.floor(offset / FARTHEST_START) * FARTHEST_START - FARTHEST_START / 2;
    const lowest = Math.max(from - code.rva, 0, grid);
    const nearest = starts[lastAtOrBefore(starts, offset)] ?? -1;
    const begin = nearest >= lowest ? nearest : this.#skipPadding(code, lowest, offset);
    // Depends on the start alone, so that every address of the function gives the same bounds.
    const next = starts[lastAtOrBefore(starts, begin) + 1] ?? code.size;
    const end = Math.min(to - code.rva, code.size, begin + LONGEST_FUNCTION, next);
    return { entry: code.rva + begin, ranges: [{ code, begin, end }] };
  }

  #skipPadding(code: CodeBytes, from: number, to: number): number {
    let at = from;
    while (at < to && (code.bytes[at] === INT3 || code.bytes[at] === NOP || code.bytes[at] === 0)) at += 1;
    return at;
  }

  #startsOf(code: CodeBytes): Int32Array {
    if (this.#starts.size === 0) this.#findStarts();
    return this.#starts.get(code) ?? new Int32Array();
  }

  #findStarts(): void {
    const found = new Map(this.sections.map((section) => [section, new Array<number>()]));
    const add = (rva: number): void => {
      const section = this.sectionAt(rva);
      if (section !== undefined) found.get(section)?.push(rva - section.rva);
    };
    for (const start of this.knownStarts) add(start);
    for (const section of this.sections) {
      this.architecture.findStarts(section, this.calls, this.records.length > 0, add);
    }
    for (const [section, offsets] of found) this.#starts.set(section, ascending(offsets));
  }
}

/** Each of the numbers once. */
function ascending(numbers: readonly number[]): Int32Array {
  const sorted = Int32Array.from(numbers).sort();
  let count = 0;
  for (const number of sorted) {
    if (count > 0 && sorted[count - 1] === number) continue;
    sorted[count] = number;
    count += 1;
  }
  return sorted.subarray(0, count);
}

/** Index of the last entry not above the value; -1 when there is none. */
function lastAtOrBefore(sorted: Int32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
