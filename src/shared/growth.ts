/**
 * Growth of tags as the monitor reports it: one verdict a tag and pool, with the numbers that explain it.
 * Pure values; the flat row form is what crosses process borders.
 */

/**
 * `tooLittle`: not enough readings to say. `stable`: no trend and little movement. `bursty`: no trend, much movement.
 * In the order of their codes in flat rows.
 */
export const GROWTH_VERDICTS = ['tooLittle', 'stable', 'bursty', 'growing', 'draining'] as const;
export type GrowthVerdict = (typeof GROWTH_VERDICTS)[number];

/** Numbers per tag and pool in a flat array of growth. */
export const GROWTH_STRIDE = 9;

/** Offsets inside one row of such an array. */
export const GrowthField = {
  tag: 0,
  /** 1 for paged pool. */
  paged: 1,
  /** Index in GROWTH_VERDICTS. */
  verdict: 2,
  /** Theil–Sen slope, signed. */
  bytesPerMinute: 3,
  /** Mann–Kendall, two-sided; 1 where there is no trend at all. */
  p: 4,
  /** Highest minus lowest reading, in bytes. */
  swing: 5,
  /** Readings the statistics were made from, and those there are in the window. */
  points: 6,
  samples: 7,
  /** From the first to the last of them, in milliseconds. */
  spanMs: 8,
} as const;

/** One tag's growth in one pool, as an object for edges (tooltips, tests). */
export interface TagGrowth {
  readonly verdict: GrowthVerdict;
  readonly bytesPerMinute: number;
  readonly p: number;
  readonly swing: number;
  readonly points: number;
  readonly samples: number;
  readonly spanMs: number;
  /** The window's bytes drawn small (historyLine.ts); absent where nothing moved. */
  readonly line?: string;
}

/** What changed about growth. A tag and pool that is not listed has not moved in the window: `still` holds for it. */
export interface GrowthMessage {
  /** Forget all that was said before. */
  readonly reset: boolean;
  /** The window that was asked for. */
  readonly windowMs: number;
  /** What holds for all tags that are not listed. */
  readonly still: TagGrowth;
  /** Rows of GROWTH_STRIDE numbers. */
  readonly rows: readonly number[];
  /** By row: its line, empty where there is none. Absent from monitors that draw none. */
  readonly lines?: readonly string[];
  /** Keys of tags and pools for which `still` holds again. */
  readonly settled: readonly number[];
  /** Of tags that move in both pools: growth of the sum. For all others the pool that moves tells it. */
  readonly joined?: JoinedGrowth;
}

/** Growth of tags over both pools, as a GrowthMessage has it of each. */
export interface JoinedGrowth {
  /** Rows of GROWTH_STRIDE numbers; `paged` is 0 and says nothing. */
  readonly rows: readonly number[];
  readonly lines: readonly string[];
  /** Tags that no longer move in both. */
  readonly settled: readonly number[];
}

/** One number for a tag in a pool. */
export function growthKey(tag: number, paged: boolean): number {
  return 2 * (tag >>> 0) + (paged ? 1 : 0);
}

export const LEAST_GROWTH_MINUTES = 1;
export const USUAL_GROWTH_MINUTES = 10;
/** A week: as far as history goes. */
export const MOST_GROWTH_MINUTES = 7 * 24 * 60;

/** A window in whole minutes within what history holds; the usual one where it is no number. */
export function checkedGrowthMinutes(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return USUAL_GROWTH_MINUTES;
  return Math.round(Math.min(MOST_GROWTH_MINUTES, Math.max(LEAST_GROWTH_MINUTES, value)));
}

/** A row of a flat array as an object; `line` as it stands beside it. */
export function growthAt(rows: readonly number[], at: number, line = ''): TagGrowth {
  const field = (offset: number): number => rows[at + offset] ?? 0;
  return {
    verdict: GROWTH_VERDICTS[field(GrowthField.verdict)] ?? 'tooLittle',
    bytesPerMinute: field(GrowthField.bytesPerMinute),
    p: field(GrowthField.p),
    swing: field(GrowthField.swing),
    points: field(GrowthField.points),
    samples: field(GrowthField.samples),
    spanMs: field(GrowthField.spanMs),
    ...(line === '' ? {} : { line }),
  };
}
