/**
 * Neighbouring readings of a pool resemble each other, which makes chance look like a trend. How much wider S spreads:
 * K. H. Hamed and A. R. Rao 1998, J. Hydrology 204, "A modified Mann-Kendall trend test for autocorrelated data".
 */

/** A lag counts when its correlation is beyond what 19 of 20 series without any show. */
const SIGNIFICANT = 1.96;
/** Residuals closer than this part of their spread are equal: what differs below it is rounding. */
const ROUNDING = 1e-9;

/**
 * Factor on Var(S): 1 + 2 / (n(n−1)(n−2)) · Σ (n−k)(n−k−1)(n−k−2) ρ(k), over lags k whose ρ, of the ranks of what is left
 * when the trend is taken out, is significant. Never below 1: the correction may make us doubt, not believe.
 */
export function varianceInflation(times: Float64Array, values: Float64Array, count: number, slope: number): number {
  if (count < 4) return 1;
  const ranks = residualRanks(times, values, count, slope);
  let square = 0;
  for (const rank of ranks) square += rank * rank;
  if (square === 0) return 1;
  const limit = SIGNIFICANT / Math.sqrt(count);
  let sum = 0;
  for (let lag = 1; lag < count - 2; lag++) {
    let product = 0;
    for (let i = 0; i + lag < count; i++) product += (ranks[i] ?? 0) * (ranks[i + lag] ?? 0);
    const correlation = product / square;
    const left = count - lag;
    if (Math.abs(correlation) > limit) sum += left * (left - 1) * (left - 2) * correlation;
  }
  return Math.max(1, 1 + (2 * sum) / (count * (count - 1) * (count - 2)));
}

/** Ranks of values without their trend, equal ones sharing the mean of theirs, moved so that they add up to 0. */
function residualRanks(times: Float64Array, values: Float64Array, count: number, slope: number): Float64Array {
  const residuals = new Float64Array(count);
  const firstTime = times[0] ?? 0;
  const firstValue = values[0] ?? 0;
  let most = 0;
  for (let i = 0; i < count; i++) {
    const rise = (values[i] ?? 0) - firstValue;
    residuals[i] = rise - slope * ((times[i] ?? 0) - firstTime);
    most = Math.max(most, Math.abs(rise));
  }
  const grain = most * ROUNDING || 1;
  for (let i = 0; i < count; i++) residuals[i] = Math.round((residuals[i] ?? 0) / grain);
  // Value and place in one number, which is exact: sorted as numbers are, without a call for each comparison.
  for (let i = 0; i < count; i++) residuals[i] = (residuals[i] ?? 0) * count + i;
  residuals.sort();
  const valueAt = (at: number): number => Math.floor((residuals[at] ?? 0) / count);
  const ranks = new Float64Array(count);
  for (let at = 0; at < count;) {
    const value = valueAt(at);
    let end = at + 1;
    while (end < count && valueAt(end) === value) end++;
    for (let i = at; i < end; i++) ranks[(residuals[i] ?? 0) - value * count] = (at + end - count) / 2;
    at = end;
  }
  return ranks;
}
