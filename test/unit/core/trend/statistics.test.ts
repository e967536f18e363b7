/**
 * Theil–Sen and Mann–Kendall against values worked out by hand, and against what must hold for any series.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { varianceInflation } from '../../../../server/core/trend/autocorrelation';
import { mannKendall, normalTail, trendProbability } from '../../../../server/core/trend/mannKendall';
import { medianOf, theilSenSlope } from '../../../../server/core/trend/theilSen';

const array = (values: readonly number[]): Float64Array => Float64Array.from(values);
const evenly = (count: number): Float64Array => Float64Array.from({ length: count }, (_, i) => 10 * i);
const slopeOf = (values: readonly number[], times = evenly(values.length)): number =>
  theilSenSlope(times, array(values), values.length);
const kendallOf = (values: readonly number[]): ReturnType<typeof mannKendall> =>
  mannKendall(array(values), values.length);
const chanceOf = (values: readonly number[]): number => trendProbability(kendallOf(values), values.length);

const series = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 40 });

test('slopes worked out by hand', () => {
  // Pairs of (0,1) (1,3) (2,2) (3,8): 2, 1/2, 7/3, −1, 5/2, 6; sorted −1 1/2 2 7/3 5/2 6; median (2 + 7/3) / 2.
  const { length } = [1, 3, 2, 8];
  assert.ok(Math.abs(theilSenSlope(array([0, 1, 2, 3]), array([1, 3, 2, 8]), length) - 13 / 6) < 1e-12);
  // Uneven times; three pairs: 4/1, 6/3, 2/2; median 2.
  assert.equal(slopeOf([0, 4, 6], array([0, 1, 3])), 2);
  // Two readings at one time make no pair.
  assert.equal(slopeOf([0, 100, 6], array([0, 0, 3])), (6 / 3 + -94 / 3) / 2);
  assert.equal(slopeOf([5]), 0);
  assert.equal(slopeOf([5, 9], array([7, 7])), 0);
});

test('one reading in four gone wild does not move the slope far', () => {
  const values = Array.from({ length: 60 }, (_, i) => 30 * i);
  const wild = values.map((value, i) => (i % 4 === 1 ? value + 1e9 : value));
  assert.equal(slopeOf(values), 3);
  assert.ok(Math.abs(slopeOf(wild) - 3) < 1e-6, String(slopeOf(wild)));
});

test('S and its variance worked out by hand', () => {
  assert.deepEqual(kendallOf([1, 2, 3, 4, 5, 6]), { s: 15, variance: (6 * 5 * 17) / 18, ties: false });
  // Rises: (1,3)(1,2)(1,3)(2,3) = 4 with 2 < 3 once; falls: (3,2) = 1; the two 3s are a tie: t(t−1)(2t+5) = 18.
  assert.deepEqual(kendallOf([1, 3, 2, 3]), { s: 3, variance: (4 * 3 * 13 - 18) / 18, ties: true });
  assert.deepEqual(kendallOf([7, 7, 7]), { s: 0, variance: 0, ties: true });
});

test('exact probabilities up to ten values without ties', () => {
  // One of 6! orders rises all the way, one falls.
  assert.ok(Math.abs(chanceOf([1, 2, 3, 4, 5, 6]) - 2 / 720) < 1e-15);
  // S = 4 of at most 6: orders of four with at most one falling pair: 1 + 3 of 24; twice that.
  assert.ok(Math.abs(chanceOf([1, 2, 4, 3]) - 8 / 24) < 1e-15);
  assert.equal(chanceOf([2, 1, 4, 3].reverse()), chanceOf([2, 1, 4, 3]));
  // Gilbert's table A18: n = 10, S = 21 → 0.036 on one side.
  assert.ok(Math.abs(trendProbability({ s: 21, variance: 125, ties: false }, 10) / 2 - 0.036) < 5e-4);
});

test('the normal approximation with its continuity correction, and the tail of the curve', () => {
  // Var = 20·19·45/18 = 950; Z = (50 − 1) / √950 = 1.58977.
  assert.ok(Math.abs(trendProbability({ s: 50, variance: 950, ties: false }, 20) - 0.11188) < 1e-4);
  assert.ok(Math.abs(normalTail(1.959964) - 0.025) < 1e-6);
  assert.ok(Math.abs(normalTail(3.090232) - 0.001) < 1e-6);
  assert.ok(Math.abs(normalTail(-1) - 0.8413447) < 1e-6);
  assert.equal(trendProbability({ s: 0, variance: 950, ties: false }, 20), 1);
});

test('shift and scale do not touch the test; the slope scales', () => {
  fc.assert(
    fc.property(
      series,
      fc.integer({ min: -(10 ** 9), max: 10 ** 9 }),
      fc.integer({ min: 1, max: 64 }),
      (values, by, times) => {
        const other = values.map((value) => value * times + by);
        assert.deepEqual(kendallOf(other), kendallOf(values));
        const [a, b] = [slopeOf(values) * times, slopeOf(other)];
        assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a)), `${String(a)} ${String(b)}`);
      },
    ),
  );
});

test('mirrored in time, slope and S change their sign; a constant has none; a line has its own', () => {
  fc.assert(
    fc.property(series, (values) => {
      const mirrored = [...values].reverse();
      assert.equal(kendallOf(mirrored).s + kendallOf(values).s, 0);
      assert.ok(Math.abs(slopeOf(mirrored) + slopeOf(values)) < 1e-9);
      assert.ok(chanceOf(values) > 0 && chanceOf(values) <= 1);
      assert.equal(slopeOf(values.map(() => 5)), 0);
      assert.equal(chanceOf(values.map(() => 5)), 1);
      assert.equal(slopeOf(values.map((_, i) => 70 * i)), 7);
    }),
  );
});

test('a series that never falls has no slope below 0, and the more it rises the surer', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100), { minLength: 12, maxLength: 64 }), (steps) => {
      let sum = 0;
      const values = steps.map((step) => (sum += step));
      assert.ok(slopeOf(values) >= 0);
      assert.ok(kendallOf(values).s >= 0);
      const strict = values.map((value, i) => value + i + 1);
      assert.ok(chanceOf(strict) <= chanceOf(values) + 1e-12);
    }),
  );
});

test('the median is that of sorted numbers', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 50 }), (numbers) => {
      const sorted = [...numbers].sort((a, b) => a - b);
      const middle = numbers.length >>> 1;
      const wanted =
        numbers.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
      assert.equal(medianOf(array(numbers), numbers.length), wanted);
    }),
  );
});

test('neighbours that resemble each other widen the spread; noise and a clean line do not', () => {
  const count = 64;
  const inflation = (values: readonly number[], slope: number): number =>
    varianceInflation(evenly(count), array(values), count, slope);
  const at = Array.from({ length: count }, (_, i) => i);
  assert.equal(
    inflation(
      at.map((i) => 30 * i),
      3,
    ),
    1,
  );
  assert.equal(
    inflation(
      at.map(() => 9),
      0,
    ),
    1,
  );
  assert.ok(
    inflation(
      at.map((i) => (i < 32 ? 0 : 1000)),
      0,
    ) > 5,
    'one step',
  );
  assert.ok(
    inflation(
      at.map((i) => 1000 * Math.sin(i / 8)),
      0,
    ) > 2,
    'a slow wave',
  );
  // Up and down by turns: correlated, but not in a way that makes a trend.
  assert.equal(
    inflation(
      at.map((i) => (i % 2) * 1000),
      0,
    ),
    1,
  );
});
