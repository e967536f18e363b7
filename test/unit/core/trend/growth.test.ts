/**
 * Verdicts: what a driver developer would say of the curve, and how often chance alone makes one.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { judgeGrowth } from '../../../../server/core/trend/growth';
import type { TagGrowth } from '../../../../src/shared/growth';

function judge(values: readonly number[], stepMs = 10_000): TagGrowth {
  return judgeGrowth({
    times: Float64Array.from(values, (_, i) => i * stepMs),
    values: Float64Array.from(values),
    count: values.length,
    samples: values.length,
    low: Math.min(...values),
    high: Math.max(...values),
  });
}

const points = (count: number, value: (i: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => value(i));

/** Numbers from 0 to 1 that are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test('a leak grows at its rate, whatever the noise on it', () => {
  assert.deepEqual(judge(points(60, (i) => 1_000_000 + 4096 * i)), {
    verdict: 'growing',
    bytesPerMinute: 6 * 4096,
    p: judge(points(60, (i) => i)).p,
    swing: 59 * 4096,
    points: 60,
    samples: 60,
    spanMs: 590_000,
  });
  const random = seeded(5);
  const noisy = judge(points(60, (i) => Math.round(1e6 + 500 * i + 8000 * random())));
  assert.equal(noisy.verdict, 'growing');
  assert.ok(Math.abs(noisy.bytesPerMinute - 3000) < 600, String(noisy.bytesPerMinute));
});

test('a leak in steps, a leak with bursts on it, and one that speeds up are all leaks', () => {
  assert.equal(judge(points(60, (i) => 65_536 * Math.floor(i / 6))).verdict, 'growing');
  assert.equal(judge(points(60, (i) => 4096 * i + (i % 9 === 4 ? 10_000_000 : 0))).verdict, 'growing');
  assert.equal(judge(points(60, (i) => 100 * i * i)).verdict, 'growing');
});

test('what is given back drains', () => {
  const { verdict, bytesPerMinute } = judge(points(30, (i) => 1_000_000 - 1000 * i));
  assert.deepEqual([verdict, bytesPerMinute], ['draining', -6000]);
});

test('one step, spikes and waves are bursts; small movement is stable', () => {
  assert.equal(judge(points(60, (i) => (i < 30 ? 100_000 : 1_000_000))).verdict, 'bursty');
  assert.equal(judge(points(60, (i) => (i % 11 === 5 ? 5_000_000 : 1_000_000))).verdict, 'bursty');
  assert.equal(judge(points(60, (i) => Math.round(1e6 + 5e5 * Math.sin(i / 5)))).verdict, 'bursty');
  assert.equal(judge(points(60, (i) => 1_000_000 + 64 * (i % 3))).verdict, 'stable');
  assert.deepEqual(judge(points(60, () => 77)), {
    verdict: 'stable',
    bytesPerMinute: 0,
    p: 1,
    swing: 0,
    points: 60,
    samples: 60,
    spanMs: 590_000,
  });
});

test('too little is said to be too little', () => {
  assert.equal(judge([]).verdict, 'tooLittle');
  assert.equal(judge([1, 2, 3, 4, 5]).verdict, 'tooLittle');
  assert.equal(judge([1, 2, 3, 4, 5, 6]).verdict, 'growing');
});

test('chance: of 1,000 series of noise few have a trend', () => {
  const random = seeded(3);
  let trends = 0;
  for (let run = 0; run < 1000; run++) {
    const { verdict } = judge(points(64, () => Math.floor(1e6 * random())));
    if (verdict === 'growing' || verdict === 'draining') trends++;
  }
  assert.ok(trends < 25, `${String(trends)} of 1000 where 10 are expected`);
});

test('the verdict does not depend on where bytes start or how long a minute is', () => {
  const values = fc.array(fc.nat(100_000), { minLength: 6, maxLength: 64 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 50 }), (list, factor) => {
      const [slow, fast] = [judge(list, 10_000 * factor), judge(list, 10_000)];
      assert.equal(slow.verdict, fast.verdict);
      assert.ok(
        Math.abs(slow.bytesPerMinute * factor - fast.bytesPerMinute) <= 1e-6 * Math.abs(fast.bytesPerMinute) + 1e-9,
      );
      const lifted = judge(
        list.map((value) => value + 2 ** 40),
        10_000,
      );
      const trend = ({ verdict }: TagGrowth): boolean => verdict === 'growing' || verdict === 'draining';
      assert.equal(trend(lifted), trend(fast));
    }),
  );
});
