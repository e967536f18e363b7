/**
 * Growth of both pools together: what the tracker tells of tags that move in both, and that the sum is exact.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GrowthTracker } from '../../../../server/core/trend/growthTracker';
import { sumWindow } from '../../../../server/core/trend/sumWindow';
import { ValueLog } from '../../../../server/core/trend/valueLog';
import { LastGrowth } from '../../../../src/monitor/lastGrowth';
import {
  GROWTH_STRIDE,
  growthAt,
  GrowthField,
  type GrowthMessage,
  type TagGrowth,
} from '../../../../src/shared/growth';
import type { Sample } from '../../../../src/shared/sample';

const TAG = 0x6b61654c;
const OTHER = 0x74736552;
const MINUTE = 60_000;

function sample(second: number, paged: number, nonPaged: number): Sample {
  const allocs = 100 + second;
  const rows = Float64Array.from([
    ...[TAG, allocs, 1, paged, allocs, 1, nonPaged],
    ...[OTHER, allocs, 1, 64 * second, 5, 1, 777],
  ]);
  return { time: 1000 * second, scope: 'system', memory: {}, rows };
}

/** What a receiver has of the sums after these readings, told piece by piece and told again to a page that comes later. */
function sums(
  count: number,
  paged: (second: number) => number,
  nonPaged: (second: number) => number,
): readonly string[] {
  const tracker = new GrowthTracker(MINUTE);
  const known = new Map<number, TagGrowth>();
  const last = new LastGrowth();
  const take = ({ reset, joined }: GrowthMessage): void => {
    if (reset) known.clear();
    for (const [at, line] of joined?.lines.entries() ?? []) {
      const growth = growthAt(joined?.rows ?? [], at * GROWTH_STRIDE, line);
      known.set(joined?.rows[at * GROWTH_STRIDE + GrowthField.tag] ?? 0, growth);
    }
    for (const tag of joined?.settled ?? []) known.delete(tag);
  };
  for (let second = 0; second < count; second += 1) {
    tracker.add(sample(second, paged(second), nonPaged(second)));
    tracker.judge(1000);
    const message = tracker.message();
    take(message);
    last.receive(message);
  }
  const text = (): string[] =>
    [...known].map(([tag, { verdict, bytesPerMinute, swing }]) => [tag, verdict, bytesPerMinute, swing].join(' '));
  const before = text();
  const again = last.replay();
  if (again !== undefined) take(again);
  assert.deepEqual(text(), before);
  return before;
}

test('a tag that grows in both pools grows by the sum; one that moves in one pool needs none', () => {
  const found = sums(
    60,
    (second) => 1000 * second,
    (second) => 500 * second,
  );
  assert.deepEqual(found, [`${String(TAG)} growing 90000 ${String(1500 * 59)}`]);
});

test('what one pool gains and the other loses is no growth', () => {
  const found = sums(
    60,
    (second) => 1000 * second,
    (second) => 100_000 - 1000 * second,
  );
  assert.deepEqual(found, [`${String(TAG)} stable 0 0`]);
});

test('a sum settles when one of the pools has stood still for the window', () => {
  const found = sums(
    200,
    (second) => 1000 * second,
    (second) => 500 * Math.min(second, 60),
  );
  assert.deepEqual(found, []);
});

test('extremes of the sum are those of every reading, also where few are picked', () => {
  const log = new ValueLog({ samples: 4096, changes: 65_536 });
  const blocks = new Float64Array(2);
  for (let second = 0; second < 1000; second += 1) {
    const a = second === 501 ? 5000 : 100 + second;
    const b = second === 502 ? -5000 : 10 * (second % 7);
    log.take(1000 * second, Float64Array.from([a, b]), blocks, 2);
  }
  const [times, values] = [new Float64Array(16), new Float64Array(16)];
  const window = sumWindow(log, 0, 1, 400_000, times, values);
  assert.deepEqual([window.count, window.samples], [16, 600]);
  assert.deepEqual([window.low, window.high], [100 + 502 - 5000, 5000 + 10 * (501 % 7)]);
  assert.deepEqual([times[0], times[15]], [400_000, 999_000]);
  for (const [at, time] of times.entries()) {
    const second = time / 1000;
    assert.equal(values[at], 100 + second + 10 * (second % 7));
  }
});
