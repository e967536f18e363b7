/**
 * Readings of two series together: what a tag holds in both pools at once. Pure; nothing is kept of the sum, it is made
 * from the steps of both when somebody judges it.
 */
import type { SeriesWindow } from './growth';
import type { Trace, ValueLog } from './valueLog';

/** Readings of `a + b` since a time, evenly picked where there are more than fit into the arrays. */
export function sumWindow(
  log: ValueLog,
  a: number,
  b: number,
  since: number,
  times: Float64Array,
  values: Float64Array,
): SeriesWindow {
  const all = Number.MAX_SAFE_INTEGER;
  const [first, second] = [log.trace(a, since, all), log.trace(b, since, all)];
  // Where one of the two has given way, nothing is known of the sum.
  const start = Math.max(since, first.times[0] ?? since, second.times[0] ?? since);
  const picked = log.instants(start, times.length);
  times.set(picked);
  const { low, high } = addSteps(first, second, picked, values);
  return { times, values, count: picked.length, samples: log.countSince(start), low, high };
}

/** Walks both series once: the sum at each picked time, and its extremes from the first of them on. */
function addSteps(
  first: Trace,
  second: Trace,
  picked: Float64Array,
  values: Float64Array,
): { readonly low: number; readonly high: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [atFirst, atSecond, point] = [0, 0, 0];
  const start = picked[0] ?? Number.POSITIVE_INFINITY;
  for (;;) {
    const sum = (first.bytes[atFirst] ?? 0) + (second.bytes[atSecond] ?? 0);
    const nextFirst = first.times[atFirst + 1] ?? Number.POSITIVE_INFINITY;
    const nextSecond = second.times[atSecond + 1] ?? Number.POSITIVE_INFINITY;
    const next = Math.min(nextFirst, nextSecond);
    // What holds at the start counts, and each step after it.
    if (next > start) {
      low = Math.min(low, sum);
      high = Math.max(high, sum);
    }
    while (point < picked.length && (picked[point] ?? 0) < next) values[point++] = sum;
    if (next === Number.POSITIVE_INFINITY) return { low, high };
    if (nextFirst === next) atFirst++;
    if (nextSecond === next) atSecond++;
  }
}
