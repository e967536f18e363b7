/**
 * The past of chosen tags, for charts, and which tags move together with one. Pure values of the monitor's protocol.
 */

/** One tag in one pool. */
export interface TagPool {
  readonly tag: number;
  readonly paged: boolean;
}

export interface TracesParams {
  /** At most MOST_TRACED of them are answered. */
  readonly tags: readonly number[];
  /** How far back from the last reading, in milliseconds. */
  readonly spanMs: number;
}

/** What a tag was in one pool from each time on: steps, oldest first. Where there are very many, peaks are kept. */
export interface TagTrace extends TagPool {
  /** Milliseconds since 1970, ascending; as long as the others. */
  readonly times: readonly number[];
  readonly bytes: readonly number[];
  readonly blocks: readonly number[];
}

export interface TracesResult {
  readonly spanMs: number;
  /** Two a tag; none for a tag that was never seen. */
  readonly traces: readonly TagTrace[];
}

export interface CompanionsParams extends TagPool {
  readonly spanMs: number;
}

/** A tag whose number of blocks changes in the same intervals. */
export interface TagCompanion extends TagPool {
  /** Spearman's correlation of the changes, up to 1. */
  readonly r: number;
  /** Blocks it gains for each block of the chosen tag. */
  readonly each: number;
}

export interface CompanionsResult extends TagPool {
  /** The best first, at most MOST_COMPANIONS. */
  readonly companions: readonly TagCompanion[];
  /** False: the tag moved too little, or there are too few readings, to say anything. */
  readonly possible: boolean;
  /** Intervals that were compared, over this time, and with how many others that moved. */
  readonly intervals: number;
  readonly spanMs: number;
  readonly tested: number;
}

export const MOST_TRACED = 8;
export const MOST_COMPANIONS = 6;
