/**
 * Spearman's rank correlation of changes: whether two series rise in the same intervals, whatever the size of their
 * steps, so that one burst doesn't decide. Pure statistics.
 * Standard error by E. C. Fieller, H. O. Hartley and E. S. Pearson 1957, Biometrika 44.
 */

/** Ranks of values, equal ones sharing the mean of theirs, moved and scaled to sum 0 and length 1; all 0 when all are equal. */
export function unitRanks(values: Float64Array): Float64Array {
  const count = values.length;
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Float64Array(count);
  let square = 0;
  for (let at = 0; at < count;) {
    let end = at + 1;
    while (end < count && values[order[end] ?? 0] === values[order[at] ?? 0]) end++;
    const rank = (at + end - count) / 2;
    for (let i = at; i < end; i++) ranks[order[i] ?? 0] = rank;
    square += (end - at) * rank * rank;
    at = end;
  }
  if (square === 0) return ranks;
  const scale = 1 / Math.sqrt(square);
  for (let i = 0; i < count; i++) ranks[i] = (ranks[i] ?? 0) * scale;
  return ranks;
}

/** Correlation of two series given as unit ranks: −1 to 1. */
export function correlation(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return Math.max(-1, Math.min(1, sum));
}

/** How many standard errors a correlation of `count` pairs lies above none. */
export function standardErrors(r: number, count: number): number {
  return count < 5 ? 0 : Math.atanh(Math.min(r, 1 - 1e-12)) * Math.sqrt((count - 3) / 1.06);
}
