/** The past of chosen tags with the readings that follow it: steps held, thinned by time, never more tags than colours. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChartModel } from '../../../media/panel/model/chartModel';
import { MOST_TRACED } from '../../../src/shared/trace';

const MINUTE = 60_000;

function model(): ChartModel {
  const made = new ChartModel();
  made.add(7);
  made.take({
    spanMs: 10 * MINUTE,
    traces: [
      { tag: 7, paged: false, times: [1000, 3000, 5000], bytes: [10, 30, 30], blocks: [1, 3, 3] },
      { tag: 7, paged: true, times: [1000, 5000], bytes: [0, 0], blocks: [0, 0] },
      { tag: 9, paged: false, times: [1000], bytes: [5], blocks: [1] },
    ],
  });
  return made;
}

const figure = (of: ChartModel): ReturnType<ChartModel['figure']> =>
  of.figure('bytes', 'Bytes', (tag, paged) => `${String(tag)}${paged ? 'p' : 'n'}`, String, of.times());
const reading = (bytes: number, blocks: number): { tag: number; paged: boolean; bytes: number; blocks: number } => ({
  tag: 7,
  paged: false,
  bytes,
  blocks,
});

test('only chosen tags, only pools in which they ever had something', () => {
  assert.deepEqual(
    figure(model()).lines.map((line) => [line.label, line.values]),
    [['7n', [10, 30, 30]]],
  );
});

test('values hold until the next step, and are not known before the first', () => {
  const made = model();
  made.add(9);
  made.take({
    spanMs: MINUTE,
    traces: [
      { tag: 7, paged: false, times: [1000, 4000], bytes: [1, 4], blocks: [1, 4] },
      { tag: 9, paged: false, times: [2000, 3000], bytes: [2, 3], blocks: [2, 3] },
    ],
  });
  assert.deepEqual(made.times(), [1, 2, 3, 4]);
  assert.deepEqual(
    figure(made).lines.map((line) => line.values),
    [
      [1, 1, 1, 4],
      [null, 2, 3, 3],
    ],
  );
});

test('readings follow; while nothing changes, only the last moves on', () => {
  const made = model();
  made.append(6000, [reading(30, 3)]);
  assert.deepEqual(made.times(), [1, 3, 6]);
  made.append(7000, [reading(40, 4)]);
  made.append(6500, [reading(99, 9)]);
  assert.deepEqual(made.times(), [1, 3, 6, 7]);
  assert.deepEqual(figure(made).lines[0]?.values, [10, 30, 30, 40]);
});

test('what is behind the span goes, but for what holds where it begins', () => {
  const made = model();
  made.setSpan(1);
  made.append(3000 + MINUTE + 1, [reading(50, 5)]);
  assert.deepEqual(made.times(), [3, 5, 63.001]);
});

test('a day at one reading a second stays within its bound', () => {
  const made = model();
  made.setSpan(10_080);
  for (let second = 6; second < 20_000; second++) made.append(second * 1000, [reading(second, second)]);
  assert.ok(made.times().length <= 6001, String(made.times().length));
  assert.equal(made.times().at(-1), 19_999);
});

test('a tag too many takes the place of the oldest', () => {
  const made = new ChartModel();
  for (let tag = 1; tag <= MOST_TRACED + 2; tag++) made.add(tag);
  assert.deepEqual([made.tags.length, made.tags[0]], [MOST_TRACED, 3]);
});

test('a summary has first, last, lowest and highest', () => {
  const made = model();
  made.append(6000, [reading(4, 2)]);
  assert.deepEqual(made.summaries(), [
    { tag: 7, paged: false, first: 10, last: 4, low: 4, high: 30, blocksFirst: 1, blocksLast: 2 },
  ]);
});
