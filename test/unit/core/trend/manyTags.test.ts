/**
 * 100,000 tags over simulated days, every one of them moving: memory has its bound, and the last of them its history.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { GrowthTracker } from '../../../../server/core/trend/growthTracker';
import { growthAt, GROWTH_STRIDE } from '../../../../src/shared/growth';
import { Row, ROW_STRIDE, type Sample } from '../../../../src/shared/sample';

const TAGS = 100_000;
const STEP = 2 * 60 * 60_000;
/** History's own bound, whatever there is: 37 times 65,536 changes of 20 bytes, and times. */
const CHANGES = 47 * 2 ** 20;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function held(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test('100,000 tags that all move, for days', () => {
  const rows = new Float64Array(TAGS * ROW_STRIDE);
  const sample = (turn: number): Sample => {
    for (let tag = 0; tag < TAGS; tag++) {
      const at = tag * ROW_STRIDE;
      rows[at + Row.tag] = tag + 1;
      rows[at + Row.nonPagedAllocs] = turn * 2;
      rows[at + Row.nonPagedFrees] = turn;
      rows[at + Row.nonPagedBytes] = (turn % 64) * 4096 + tag;
      rows[at + Row.pagedAllocs] = turn;
      rows[at + Row.pagedBytes] = turn * 16;
    }
    return { time: Date.UTC(2026, 1, 14) + turn * STEP, scope: 'system', memory: {}, rows };
  };
  const first = sample(0);
  const before = held();
  const tracker = new GrowthTracker(7 * 24 * 60 * 60_000);
  tracker.add(first);
  const sizes: number[] = [];
  const day = (24 * 60 * 60_000) / STEP;
  for (let turn = 1; turn <= 4 * day; turn++) {
    tracker.add(sample(turn));
    tracker.judge(100);
    if (turn % day === 0) sizes.push(held() - before);
  }
  assert.equal(tracker.seriesCount, 2 * TAGS);
  assert.ok(tracker.byteLength < CHANGES + TAGS * 200, String(tracker.byteLength));
  for (const size of sizes) assert.ok(size < CHANGES + TAGS * 500, sizes.join());
  const [firstDay = 0, , lastDay = 0] = sizes;
  assert.ok(lastDay < firstDay * 1.1, `it grows: ${sizes.join()}`);
  const [trace] = tracker.traces([TAGS], 7 * 24 * 60 * 60_000, 1000);
  assert.ok((trace?.times.length ?? 0) > 1, 'the last tag has a past');
  const { rows: judged } = tracker.message();
  assert.ok(judged.length > 0);
  assert.notEqual(growthAt(judged, judged.length - GROWTH_STRIDE).verdict, 'stable');
});
