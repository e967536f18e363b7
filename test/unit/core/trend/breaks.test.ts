/** Gaps and new beginnings in rows of readings: what is marked, and what an interval that somebody changed is not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Breaks } from '../../../../server/core/trend/breaks';
import { GrowthTracker } from '../../../../server/core/trend/growthTracker';
import type { EventMark } from '../../../../src/shared/eventMark';
import type { Sample } from '../../../../src/shared/sample';

function found(times: readonly number[]): readonly EventMark[] {
  const breaks = new Breaks();
  for (const time of times) breaks.take(1000 * time);
  return breaks.found();
}

test('a stretch without readings is a gap, once it is over', () => {
  assert.deepEqual(found([0, 1, 2, 62]), []);
  assert.deepEqual(found([0, 1, 2, 62, 63, 64]), [{ kind: 'gap', time: 2000, end: 62_000, text: '' }]);
});

test('another interval, a late reading and a clock set back are none', () => {
  assert.deepEqual(found([0, 1, 2, 62, 122, 182]), [], 'a longer interval stays');
  assert.deepEqual(found([0, 60, 120, 121, 122]), [], 'a shorter one, too');
  assert.deepEqual(found([0, 1, 5, 6, 7]), [], 'below five seconds');
  assert.deepEqual(found([0, 10, 50, 60]), [], 'not so much longer than the others');
  assert.deepEqual(found([100, 101, 40, 41, 42]), []);
  assert.deepEqual(found([5, 5, 5, 5]), []);
});

test('what was found is told once', () => {
  const breaks = new Breaks();
  for (const time of [0, 1, 100, 101]) breaks.take(1000 * time);
  assert.equal(breaks.found().length, 1);
  assert.deepEqual(breaks.found(), []);
});

test('counters that fall mark a restart; another scope marks nothing', () => {
  const tracker = new GrowthTracker(60_000);
  const sample = (second: number, allocs: number, scope = 'system'): Sample => ({
    time: 1000 * second,
    scope,
    memory: {},
    rows: Float64Array.from([7, 0, 0, 0, allocs, 1, 64, 8, allocs, 1, 64, 0, 0, 0]),
  });
  for (const [second, allocs] of [
    [1, 1000],
    [2, 1010],
    [90, 20],
    [91, 25],
    [92, 30],
  ] as const)
    tracker.add(sample(second, allocs));
  assert.deepEqual(tracker.takeBreaks(), [{ kind: 'restart', time: 90_000, text: '' }]);
  tracker.add(sample(93, 5, 'session 1'));
  tracker.add(sample(94, 6, 'session 1'));
  assert.deepEqual(tracker.takeBreaks(), []);
});
