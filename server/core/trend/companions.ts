/**
 * Tags that move together: whose numbers of blocks change in the same intervals as those of a chosen tag, since leaks show
 * as groups. Works a few series at a time; knows no tags and no clock.
 */
import { correlation, standardErrors, unitRanks } from './rankCorrelation';
import type { ValueLog } from './valueLog';

/** Intervals the window is cut into; with fewer than the least nothing can be said. */
export const MOST_INTERVALS = 64;
export const LEAST_INTERVALS = 16;
/** Both must move in as many intervals: fewer coincide by chance. */
const LEAST_MOVES = 5;
/** A correlation worth showing, and surer than chance would be once in 3 million series. */
const LEAST_CORRELATION = 0.7;
const LEAST_STANDARD_ERRORS = 5;

export interface Companion {
  readonly series: number;
  /** Spearman's correlation of changes, a steady pace taken out. */
  readonly r: number;
  /** Blocks it gains for each block the chosen one gains: the median of the intervals in which that moves. */
  readonly each: number;
}

export class CompanionSearch {
  readonly #instants: Float64Array;
  readonly #blocks: Float64Array;
  readonly #changes: Float64Array;
  readonly #target: Float64Array;
  readonly #targetRanks: Float64Array;
  readonly #moved: (series: number) => boolean;
  readonly #found: Companion[] = [];
  #next = 0;
  #tested = 0;

  constructor(
    private readonly log: ValueLog,
    private readonly chosen: number,
    since: number,
    private readonly seriesCount: number,
  ) {
    this.#instants = log.instants(since, MOST_INTERVALS + 1);
    const intervals = Math.max(0, this.#instants.length - 1);
    this.#blocks = new Float64Array(this.#instants.length);
    this.#changes = new Float64Array(intervals);
    this.#moved = log.movedTest(since);
    this.#target = this.#read(chosen) ? this.#changes.slice() : new Float64Array(intervals);
    this.#targetRanks = unitRanks(this.#target);
  }

  get intervals(): number {
    return this.#changes.length;
  }

  /** From the first reading looked at to the last, in milliseconds. */
  get spanMs(): number {
    return (this.#instants.at(-1) ?? 0) - (this.#instants[0] ?? 0);
  }

  /** Series that moved and were compared. */
  get tested(): number {
    return this.#tested;
  }

  /** Whether there is enough to compare with. */
  get possible(): boolean {
    return this.intervals >= LEAST_INTERVALS && moves(this.#target) >= LEAST_MOVES;
  }

  /** Compares up to `budget` series that moved. True when all are done. */
  step(budget: number): boolean {
    if (!this.possible) return true;
    for (let left = budget; left > 0 && this.#next < this.seriesCount; this.#next++) {
      if (this.#next === this.chosen || !this.#moved(this.#next)) continue;
      left--;
      this.#compare(this.#next);
    }
    return this.#next >= this.seriesCount;
  }

  /** The best first. */
  best(most: number): readonly Companion[] {
    return [...this.#found].sort((a, b) => b.r - a.r || a.series - b.series).slice(0, most);
  }

  #compare(series: number): void {
    if (!this.#read(series) || moves(this.#changes) < LEAST_MOVES) return;
    this.#tested++;
    const r = correlation(this.#targetRanks, unitRanks(this.#changes));
    if (r < LEAST_CORRELATION || standardErrors(r, this.intervals) < LEAST_STANDARD_ERRORS) return;
    this.#found.push({ series, r, each: medianRatio(this.#changes, this.#target) });
  }

  #read(series: number): boolean {
    if (!this.log.blocksAt(series, this.#instants, this.#blocks)) return false;
    for (let i = 0; i < this.#changes.length; i++) {
      this.#changes[i] = (this.#blocks[i + 1] ?? 0) - (this.#blocks[i] ?? 0);
    }
    this.#withoutPace();
    return true;
  }

  /**
   * Takes out what a steady pace makes of intervals that are not equally long: without this, all that grows evenly would
   * move together whenever a reading came late. Blocks are whole, and so is what is left.
   */
  #withoutPace(): void {
    const rates = this.#changes.map((change, i) => change / this.#length(i));
    const pace = median(rates.sort());
    for (let i = 0; i < this.#changes.length; i++) {
      this.#changes[i] = Math.round((this.#changes[i] ?? 0) - pace * this.#length(i));
    }
  }

  #length(interval: number): number {
    return Math.max(1, (this.#instants[interval + 1] ?? 0) - (this.#instants[interval] ?? 0));
  }
}

function moves(changes: Float64Array): number {
  let count = 0;
  for (const change of changes) if (change !== 0) count++;
  return count;
}

function medianRatio(changes: Float64Array, target: Float64Array): number {
  const ratios = Float64Array.from(target, (change, i) => (change === 0 ? Number.NaN : (changes[i] ?? 0) / change))
    .filter((ratio) => !Number.isNaN(ratio))
    .sort();
  return median(ratios);
}

function median(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
