/**
 * From a tag's readings over a window to a verdict with the numbers that explain it. Pure; knows no tags and no history.
 */
import type { TagGrowth } from '../../../src/shared/growth';
import { varianceInflation } from './autocorrelation';
import { mannKendall, trendProbability } from './mannKendall';
import { theilSenSlope } from './theilSen';

/** Six rising readings in a row happen by chance once in 360 times, up or down: the least that can be significant. */
export const LEAST_POINTS = 6;
/** With thousands of tags tested at once, 5 % would cry wolf; below this a trend is believed. */
const BELIEVED = 0.01;
/** Movement that is worth a word: a page, and a tenth of the highest reading. */
const BURST_BYTES = 4096;
const BURST_SHARE = 0.1;

const MS_PER_MINUTE = 60_000;

/** Readings of one series, the oldest first. Arrays may be longer than `count`. */
export interface SeriesWindow {
  /** Milliseconds; each later than the one before. */
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly count: number;
  /** Readings there are in the window, of which `count` were picked. */
  readonly samples: number;
  /** Of all readings, picked or not. */
  readonly low: number;
  readonly high: number;
}

/** Judges a window of readings in bytes. */
export function judgeGrowth(window: SeriesWindow): TagGrowth {
  const { times, values, count, samples, low, high } = window;
  const spanMs = count === 0 ? 0 : (times[count - 1] ?? 0) - (times[0] ?? 0);
  const swing = high - low;
  const facts = { swing, points: count, samples, spanMs };
  if (count < LEAST_POINTS) return { verdict: 'tooLittle', bytesPerMinute: 0, p: 1, ...facts };
  if (swing === 0) return { verdict: 'stable', bytesPerMinute: 0, p: 1, ...facts };
  const test = mannKendall(values, count);
  const chance = trendProbability(test, count);
  // What may well be chance by itself is so all the more when neighbours resemble each other: most tags, at a fifth of the cost.
  if (chance >= BELIEVED)
    return { verdict: moves(low, high) ? 'bursty' : 'stable', bytesPerMinute: 0, p: chance, ...facts };
  const slope = theilSenSlope(times, values, count);
  const p = trendProbability(test, count, varianceInflation(times, values, count, slope));
  const trend = { bytesPerMinute: slope * MS_PER_MINUTE, p, ...facts };
  // A slope against the sign of S can only be chance.
  if (p < BELIEVED && slope > 0 && test.s > 0) return { verdict: 'growing', ...trend };
  if (p < BELIEVED && slope < 0 && test.s < 0) return { verdict: 'draining', ...trend };
  return { verdict: moves(low, high) ? 'bursty' : 'stable', ...trend };
}

function moves(low: number, high: number): boolean {
  return high - low >= BURST_BYTES && high - low > BURST_SHARE * high;
}
