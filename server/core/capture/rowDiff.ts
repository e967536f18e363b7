/**
 * What changed between two readings: pairs rows of the same tag, whatever their order.
 * Rows are flat arrays as in src/shared/sample.ts.
 */
import { counterDelta } from '../../../src/shared/counters';
import { Row, ROW_STRIDE } from '../../../src/shared/sample';

export interface RowDiff {
  /** Offsets in `next` of rows that are new or differ, ascending. */
  readonly changed: readonly number[];
  /** For each of `changed`, the offset of the same tag's row in `previous`; -1 for a new tag. */
  readonly basis: readonly number[];
  /** Offsets in `previous` of rows whose tag is gone, ascending. */
  readonly removed: readonly number[];
}

/** Whether both hold the same tags in the same order: the usual case between two ticks. */
export function sameTags(previous: Float64Array, next: Float64Array): boolean {
  if (previous.length !== next.length) return false;
  for (let at = Row.tag; at < next.length; at += ROW_STRIDE) if (previous[at] !== next[at]) return false;
  return true;
}

/** Differences from `previous` to `next`. */
export function diffRows(previous: Float64Array, next: Float64Array): RowDiff {
  return diffAligned(previous, next) ?? diffByTag(previous, next);
}

/** One pass over both; undefined when a tag is elsewhere. */
function diffAligned(previous: Float64Array, next: Float64Array): RowDiff | undefined {
  if (previous.length !== next.length) return undefined;
  const changed: number[] = [];
  for (let at = 0; at < next.length; at += ROW_STRIDE) {
    if (previous[at] !== next[at]) return undefined;
    if (rowDiffers(previous, at, next, at)) changed.push(at);
  }
  return { changed, basis: changed, removed: [] };
}

function diffByTag(previous: Float64Array, next: Float64Array): RowDiff {
  const changed: number[] = [];
  const basis: number[] = [];
  const gone = offsetsByTag(previous);
  for (let at = 0; at < next.length; at += ROW_STRIDE) {
    const tag = next[at + Row.tag] ?? 0;
    const before = gone.get(tag);
    gone.delete(tag);
    if (before !== undefined && !rowDiffers(previous, before, next, at)) continue;
    changed.push(at);
    basis.push(before ?? -1);
  }
  return { changed, basis, removed: [...gone.values()].sort((a, b) => a - b) };
}

/** Written out: this runs for every tag at every tick. */
function rowDiffers(a: Float64Array, atA: number, b: Float64Array, atB: number): boolean {
  return (
    a[atA + 1] !== b[atB + 1] ||
    a[atA + 2] !== b[atB + 2] ||
    a[atA + 3] !== b[atB + 3] ||
    a[atA + 4] !== b[atB + 4] ||
    a[atA + 5] !== b[atB + 5] ||
    a[atA + 6] !== b[atB + 6]
  );
}

function offsetsByTag(rows: Float64Array): Map<number, number> {
  const offsets = new Map<number, number>();
  for (let at = 0; at < rows.length; at += ROW_STRIDE) offsets.set(rows[at + Row.tag] ?? 0, at);
  return offsets;
}

/**
 * Whether counters that never fall did so for most tags: the machine, or what was captured, began anew. A wrap of a
 * 32-bit counter is no fall.
 */
export function beganAnew(previous: Float64Array, next: Float64Array, { changed, basis }: RowDiff): boolean {
  let fallen = 0;
  let added = 0;
  for (const [index, at] of changed.entries()) {
    const before = basis[index] ?? -1;
    if (before < 0) added++;
    else if (fell(previous, before, next, at, Row.pagedAllocs) || fell(previous, before, next, at, Row.nonPagedAllocs))
      fallen++;
  }
  return 2 * fallen > next.length / ROW_STRIDE - added;
}

function fell(previous: Float64Array, before: number, next: Float64Array, at: number, field: number): boolean {
  return counterDelta(previous[before + field] ?? 0, next[at + field] ?? 0) < 0;
}
