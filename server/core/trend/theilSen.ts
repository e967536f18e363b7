/**
 * Theil–Sen slope: the median of the slopes of all pairs of points, which a few wild readings can't move.
 * H. Theil 1950, "A rank-invariant method of linear and polynomial regression analysis"; P. K. Sen 1968, J. Am. Stat.
 * Assoc. 63, "Estimates of the regression coefficient based on Kendall's tau" (equal times are left out, as there).
 */

let slopes = new Float64Array(2016);

/**
 * Median of (values[j] − values[i]) / (times[j] − times[i]) over i < j < count with different times; of an even number
 * of slopes the mean of the middle two. 0 for fewer than two different times. Costs count² / 2.
 */
export function theilSenSlope(times: Float64Array, values: Float64Array, count: number): number {
  const pairs = (count * (count - 1)) / 2;
  if (slopes.length < pairs) slopes = new Float64Array(pairs);
  let length = 0;
  for (let i = 0; i < count; i++) {
    const time = times[i] ?? 0;
    const value = values[i] ?? 0;
    for (let j = i + 1; j < count; j++) {
      const run = (times[j] ?? 0) - time;
      if (run !== 0) slopes[length++] = ((values[j] ?? 0) - value) / run;
    }
  }
  return length === 0 ? 0 : medianOf(slopes, length);
}

/** Median of the first `length` numbers, which it reorders. */
export function medianOf(numbers: Float64Array, length: number): number {
  const middle = length >>> 1;
  const upper = selectNth(numbers, length, middle);
  if (length % 2 === 1) return upper;
  // Everything before the middle is no larger than it now.
  let lower = numbers[0] ?? 0;
  for (let i = 1; i < middle; i++) lower = Math.max(lower, numbers[i] ?? 0);
  return (lower + upper) / 2;
}

/** Below this many numbers a sample to choose the pivot from costs more than it saves. */
const SAMPLED_FROM = 600;

/**
 * The number that would stand at `nth` if the first `length` were sorted; equal ones don't slow it. R. W. Floyd and
 * R. L. Rivest 1975, Commun. ACM 18, "Algorithm 489: SELECT": of many, bounds close around it are found in a sample first.
 */
function selectNth(numbers: Float64Array, length: number, nth: number): number {
  narrow(numbers, 0, length - 1, nth);
  return numbers[nth] ?? 0;
}

function narrow(numbers: Float64Array, from: number, to: number, nth: number): void {
  let [low, high] = [from, to];
  while (low < high) {
    const count = high - low + 1;
    if (count > SAMPLED_FROM) {
      const place = nth - low + 1;
      const log = Math.log(count);
      const size = 0.5 * Math.exp((2 * log) / 3);
      const spread = 0.5 * Math.sqrt((log * size * (count - size)) / count) * Math.sign(place - count / 2);
      const first = Math.max(low, Math.floor(nth - (place * size) / count + spread));
      narrow(numbers, first, Math.min(high, Math.floor(nth + ((count - place) * size) / count + spread)), nth);
    }
    // After a sample the number at `nth` itself is close to what is looked for.
    const pivot = numbers[count > SAMPLED_FROM ? nth : (low + high) >>> 1] ?? 0;
    let i = low;
    let j = high;
    while (i <= j) {
      while ((numbers[i] ?? 0) < pivot) i++;
      while ((numbers[j] ?? 0) > pivot) j--;
      if (i > j) break;
      const held = numbers[i] ?? 0;
      numbers[i++] = numbers[j] ?? 0;
      numbers[j--] = held;
    }
    if (nth <= j) high = j;
    else if (nth >= i) low = i;
    else return;
  }
}
