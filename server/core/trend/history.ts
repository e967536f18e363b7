/**
 * A week of values in bounded memory: every sample for the last hour, one a minute for a day, one in ten minutes before.
 * Never more than 46 MB and 64 bytes a series. The hour is whole while 320 series change in every second, the day while
 * 310 do in every minute, the week while 780 do in every ten; where more move, that past is shorter.
 */
import { ValueLog, type ValueLogLimits } from './valueLog';

interface Tier {
  readonly log: ValueLog;
  /** Least time between two samples, in milliseconds. */
  readonly stepMs: number;
}

export interface TierLimits extends ValueLogLimits {
  readonly stepMs: number;
}

const MINUTE = 60_000;

/** Finest first. 16,384 samples are an hour at four a second. */
export const HISTORY_TIERS: readonly TierLimits[] = [
  { stepMs: 0, samples: 16_384, changes: 18 * 65_536 },
  { stepMs: MINUTE, samples: 26 * 60, changes: 7 * 65_536 },
  { stepMs: 10 * MINUTE, samples: 8 * 24 * 6, changes: 12 * 65_536 },
];

export class History {
  readonly #tiers: readonly Tier[];

  constructor(tiers: readonly TierLimits[] = HISTORY_TIERS) {
    this.#tiers = tiers.map((limits) => ({ log: new ValueLog(limits), stepMs: limits.stepMs }));
  }

  /** Time of the last sample, in milliseconds. */
  get lastTime(): number | undefined {
    return this.#tiers[0]?.log.lastTime;
  }

  get byteLength(): number {
    return this.#tiers.reduce((sum, { log }) => sum + log.byteLength, 0);
  }

  clear(): void {
    for (const { log } of this.#tiers) log.clear();
  }

  /** Adds a sample, later than the one before: values and blocks of series 0 to `count` − 1. */
  take(time: number, values: Float64Array, blocks: Float64Array, count: number): void {
    for (const { log, stepMs } of this.#tiers) {
      const last = log.lastTime;
      if (last === undefined || time - last >= stepMs) log.take(time, values, blocks, count);
    }
  }

  /** The finest log that still has everything since a time; the coarsest where none has. */
  logSince(since: number): ValueLog | undefined {
    return (this.#tiers.find(({ log }) => log.holds(since)) ?? this.#tiers.at(-1))?.log;
  }
}
