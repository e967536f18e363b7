/**
 * Counters by which a leak hunt, which may outlive reloads and reboots, knows that the machine was started anew. Pure.
 */
import { counterDelta } from '../counters';
import { Row, ROW_STRIDE } from '../sample';

/** Numbers of a watched counter: tag, 1 for paged, allocations. */
const WATCHED_STRIDE = 3;
const MOST_WATCHED = 64;
/** A counter below 2^31 does not wrap between two snapshots without passing for one that went on. */
const LARGEST_WATCHED = 2 ** 31;

/** Counters of allocations that tell, when they fall, that the machine was started anew: they never do otherwise. */
export function watchedCounters(rows: readonly number[]): readonly number[] {
  const found: (readonly [number, 0 | 1, number])[] = [];
  for (let at = 0; at + ROW_STRIDE <= rows.length; at += ROW_STRIDE) {
    for (const paged of [0, 1] as const) {
      const allocs = rows[at + (paged === 1 ? Row.pagedAllocs : Row.nonPagedAllocs)] ?? 0;
      if (allocs > 0 && allocs < LARGEST_WATCHED) found.push([rows[at + Row.tag] ?? 0, paged, allocs]);
    }
  }
  // The larger, the longer until another run of the machine has counted as far.
  return found
    .sort((a, b) => b[2] - a[2])
    .slice(0, MOST_WATCHED)
    .flat();
}

/** Most of the watched counters fell, or are gone. */
export function fellSince(watched: readonly number[], rows: readonly number[]): boolean {
  const now = new Map<number, number>();
  for (let at = 0; at + ROW_STRIDE <= rows.length; at += ROW_STRIDE) now.set(rows[at + Row.tag] ?? 0, at);
  let fallen = 0;
  for (let at = 0; at < watched.length; at += WATCHED_STRIDE) {
    const [tag = 0, paged = 0, before = 0] = watched.slice(at, at + WATCHED_STRIDE);
    const row = now.get(tag);
    const allocs = row === undefined ? 0 : (rows[row + (paged === 1 ? Row.pagedAllocs : Row.nonPagedAllocs)] ?? 0);
    if (counterDelta(before, allocs) < 0) fallen += 1;
  }
  return 2 * fallen * WATCHED_STRIDE > watched.length;
}
