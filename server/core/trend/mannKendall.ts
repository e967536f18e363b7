/**
 * Mann–Kendall test: whether later values tend to be larger (or smaller) than earlier ones. Pure statistics.
 * H. B. Mann 1945, Econometrica 13; M. G. Kendall, "Rank Correlation Methods"; ties and the continuity correction as in
 * R. O. Gilbert 1987, "Statistical Methods for Environmental Pollution Monitoring", ch. 16.
 */

/** As many values as Gilbert's tables of the exact distribution; above, the normal approximation is used. */
const MOST_EXACT = 10;

export interface MannKendall {
  /** Pairs that rise minus pairs that fall. */
  readonly s: number;
  /** Var(S) under no trend: [n(n−1)(2n+5) − Σ t(t−1)(2t+5)] / 18 over groups of t equal values. */
  readonly variance: number;
  /** Whether two values are equal. */
  readonly ties: boolean;
}

export function mannKendall(values: Float64Array, count: number): MannKendall {
  let s = 0;
  for (let i = 0; i < count; i++) {
    const earlier = values[i] ?? 0;
    for (let j = i + 1; j < count; j++) {
      const later = values[j] ?? 0;
      if (later > earlier) s++;
      else if (later < earlier) s--;
    }
  }
  const sorted = values.slice(0, count).sort();
  let tied = 0;
  let ties = false;
  for (let at = 0; at < count;) {
    let end = at + 1;
    while (end < count && sorted[end] === sorted[at]) end++;
    const t = end - at;
    if (t > 1) ties = true;
    tied += t * (t - 1) * (2 * t + 5);
    at = end;
  }
  return { s, variance: (count * (count - 1) * (2 * count + 5) - tied) / 18, ties };
}

/**
 * Two-sided probability of an S at least this far from 0 without any trend: exact for up to ten values without ties,
 * else Z = (|S| − 1) / √(variance × inflation) on the normal curve. `inflation`: see autocorrelation.ts.
 */
export function trendProbability({ s, variance, ties }: MannKendall, count: number, inflation = 1): number {
  if (s === 0 || variance <= 0) return 1;
  if (count <= MOST_EXACT && !ties) return exactProbability(Math.abs(s), count);
  return Math.min(1, 2 * normalTail((Math.abs(s) - 1) / Math.sqrt(variance * inflation)));
}

/** Orders of `count` different values by number of pairs that fall: the Mahonian numbers, so S = pairs − 2 × falling. */
function exactProbability(s: number, count: number): number {
  const pairs = (count * (count - 1)) / 2;
  let orders = [1];
  for (let n = 2; n <= count; n++) {
    const next = new Array<number>(orders.length + n - 1).fill(0);
    orders.forEach((ways, falling) => {
      for (let more = 0; more < n; more++) next[falling + more] = (next[falling + more] ?? 0) + ways;
    });
    orders = next;
  }
  const all = orders.reduce((sum, ways) => sum + ways, 0);
  const extreme = orders.slice(0, Math.floor((pairs - s) / 2) + 1).reduce((sum, ways) => sum + ways, 0);
  return Math.min(1, (2 * extreme) / all);
}

/** Upper tail of the normal curve; Abramowitz and Stegun 26.2.17, error below 7.5e-8. */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
