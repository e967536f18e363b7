/**
 * Readings of the kernel's pool tag table. Pure values; the flat row form is what crosses process borders.
 */
import type { PoolTag } from './poolTag';

/** Counters of one tag in one pool. Outstanding blocks are `allocs - frees`. */
export interface PoolCounters {
  readonly allocs: number;
  readonly frees: number;
  readonly bytes: number;
}

/** Totals of the memory manager, in bytes (counts where said). Absent fields are not known for this source. */
export interface MemoryTotals {
  readonly totalBytes?: number;
  readonly availableBytes?: number;
  readonly pageFaults?: number;
  /** Kernel code and pageable data resident in memory ("InRam Krnl"). */
  readonly residentKernelBytes?: number;
  readonly residentPagedPoolBytes?: number;
  readonly commitBytes?: number;
  readonly commitLimitBytes?: number;
  readonly commitPeakBytes?: number;
  readonly nonPagedPoolBytes?: number;
  readonly pagedPoolBytes?: number;
}

/** Numbers per tag in a flat row array: tag, paged allocs, frees, bytes, nonpaged allocs, frees, bytes. */
export const ROW_STRIDE = 7;

/**
 * Offsets inside one row of a flat array. Tags are unsigned 32-bit, counters exact integers up to 2^53.
 */
export const Row = {
  tag: 0,
  pagedAllocs: 1,
  pagedFrees: 2,
  pagedBytes: 3,
  nonPagedAllocs: 4,
  nonPagedFrees: 5,
  nonPagedBytes: 6,
} as const;

/** One reading of all tags. */
export interface Sample {
  /** Milliseconds since 1970 (UTC); for a capture without a time, the file's. */
  readonly time: number;
  /** `system`, `session 1`, `all sessions`. */
  readonly scope: string;
  readonly memory: MemoryTotals;
  /** Rows of ROW_STRIDE numbers, one per tag, in the source's order; a tag occurs once. */
  readonly rows: Float64Array;
}

export interface TagCounters {
  readonly tag: PoolTag;
  readonly paged: PoolCounters;
  readonly nonPaged: PoolCounters;
}

/** The rows of a flat array as objects; for edges (export, tests), not for the per-tick path. */
export function rowsToCounters(rows: Float64Array | readonly number[]): TagCounters[] {
  const list: TagCounters[] = [];
  for (let at = 0; at + ROW_STRIDE <= rows.length; at += ROW_STRIDE) {
    const field = (offset: number): number => rows[at + offset] ?? 0;
    list.push({
      tag: field(Row.tag),
      paged: { allocs: field(Row.pagedAllocs), frees: field(Row.pagedFrees), bytes: field(Row.pagedBytes) },
      nonPaged: { allocs: field(Row.nonPagedAllocs), frees: field(Row.nonPagedFrees), bytes: field(Row.nonPagedBytes) },
    });
  }
  return list;
}
