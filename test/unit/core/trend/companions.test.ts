/**
 * Tags that move together, on series whose answer is known: those made to follow are found with their ratio, and of
 * hundreds that walk by themselves none is.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { openRecording } from '../../../../server/core/capture/recordingReader';
import { CompanionSearch, LEAST_INTERVALS, MOST_INTERVALS } from '../../../../server/core/trend/companions';
import { GrowthTracker } from '../../../../server/core/trend/growthTracker';
import { correlation, unitRanks } from '../../../../server/core/trend/rankCorrelation';
import { ValueLog } from '../../../../server/core/trend/valueLog';
import { tagFromText } from '../../../../src/shared/poolTag';
import { Row, ROW_STRIDE, type Sample } from '../../../../src/shared/sample';
import { seeded } from '../../../panel/support/samples';

type Maker = (second: number, random: () => number, all: readonly number[]) => number;

const step = (random: () => number, most: number): number => Math.floor(random() * most);

/** A log of series, each made from its own last value; `blocks` only, bytes stay. */
function logOf(seconds: number, makers: readonly Maker[], seed = 1): ValueLog {
  const log = new ValueLog({ changes: 1_000_000, samples: seconds });
  const random = seeded(seed);
  const blocks = new Float64Array(makers.length).fill(10_000);
  const changes = new Array<number>(makers.length).fill(0);
  for (let second = 0; second < seconds; second++) {
    for (const [at, make] of makers.entries()) {
      changes[at] = make(second, random, changes);
      blocks[at] = (blocks[at] ?? 0) + (changes[at] ?? 0);
    }
    log.take(second * 1000, new Float64Array(makers.length), blocks, makers.length);
  }
  return log;
}

function found(log: ValueLog, chosen: number, count: number, since = 0): readonly string[] {
  const search = new CompanionSearch(log, chosen, since, count);
  while (!search.step(7));
  return search.best(10).map(({ series, each }) => `${String(series)} x${each.toFixed(1)}`);
}

const leak: Maker = (_, random) => step(random, 20);
const follows =
  (factor: number, noise = 0): Maker =>
  (_, random, all) =>
    Math.round(factor * (all[0] ?? 0)) + step(random, noise + 1);
const walk: Maker = (_, random) => step(random, 41) - 20;

test('those that follow are found with their ratio, the exact one first', () => {
  const makers = [leak, follows(2), follows(1, 4), walk, follows(-1)];
  const answer = found(logOf(300, makers), 0, makers.length);
  assert.deepEqual(
    answer.map((text) => text.split(' ')[0]),
    ['1', '2'],
  );
  assert.equal(answer[0], '1 x2.0');
});

test('of many that walk by themselves none moves together with another', () => {
  const makers = Array.from({ length: 400 }, () => walk);
  for (const seed of [1, 2, 3]) {
    const log = logOf(200, makers, seed);
    for (let chosen = 0; chosen < 20; chosen++) assert.deepEqual(found(log, chosen, makers.length), [], String(seed));
  }
});

test('even growth, rare coincidences and standing still say nothing', () => {
  const line: Maker = () => 3;
  const twice: Maker = (second) => (second === 50 || second === 120 ? 500 : 0);
  const still: Maker = () => 0;
  const makers = [line, line, twice, twice, still, still];
  const log = logOf(200, makers);
  for (const chosen of makers.keys()) assert.deepEqual(found(log, chosen, makers.length), [], String(chosen));
});

test('readings that come late make nothing move together', () => {
  const log = new ValueLog({ changes: 100_000, samples: 400 });
  const random = seeded(5);
  const paces = [3, 3, 2.5, 1000, 1000.25];
  for (let n = 0, time = 0; n < 300; n++) {
    const blocks = Float64Array.from(paces, (pace, at) => Math.floor((pace * time) / 1000 + 0.3 * at));
    log.take(time, new Float64Array(paces.length), blocks, paces.length);
    time += 1000 + Math.floor(random() * 15) + (n % 17 === 0 ? 4000 : 0);
  }
  for (const chosen of [0, 1, 2]) assert.deepEqual(found(log, chosen, paces.length), [], String(chosen));
});

test('one burst does not decide: ranks count, not sizes', () => {
  const burst =
    (at: number): Maker =>
    (second, random) =>
      second === at ? 1e6 : step(random, 10);
  const makers = [burst(80), burst(80)];
  assert.deepEqual(found(logOf(200, makers), 0, 2), []);
});

test('too few readings are said to be too few; a window longer than history is cut', () => {
  const makers = [leak, follows(1)];
  const short = logOf(LEAST_INTERVALS, makers);
  assert.equal(new CompanionSearch(short, 0, 0, 2).possible, false);
  assert.deepEqual(found(short, 0, 2), []);
  const long = logOf(500, makers);
  const search = new CompanionSearch(long, 0, -1e9, 2);
  assert.deepEqual([search.possible, search.intervals], [true, MOST_INTERVALS]);
});

test('ranks: equal values share theirs, a constant correlates with nothing', () => {
  const ranks = unitRanks(Float64Array.from([1, 5, 5, 9]));
  assert.equal(ranks[1], ranks[2]);
  assert.ok(Math.abs(correlation(ranks, ranks) - 1) < 1e-12);
  assert.equal(correlation(ranks, unitRanks(Float64Array.from([2, 2, 2, 2]))), 0);
  const turned = unitRanks(Float64Array.from([9, 5, 5, 1]));
  assert.ok(Math.abs(correlation(ranks, turned) + 1) < 1e-12);
});

/** The demo's recorded leak; in it every tag goes its own way. */
function recorded(): readonly Sample[] {
  const file = path.join(__dirname, '../../../fixtures/demo/leak.poolrec');
  const reader = openRecording(readFileSync(file)).value;
  assert.ok(reader);
  return Array.from({ length: reader.sampleCount }, () => reader.read() as Sample);
}

function companionsIn(samples: readonly Sample[]): ReadonlyMap<number, readonly number[]> {
  const tracker = new GrowthTracker(600_000);
  for (const sample of samples) tracker.add(sample);
  const answer = new Map<number, readonly number[]>();
  for (let series = 0; series < tracker.seriesCount; series++) {
    const search = tracker.companions(tracker.tagPool(series), 3_600_000);
    assert.ok(search);
    while (!search.step(1000));
    const best = search.best(9).map((companion) => tracker.tagPool(companion.series).tag);
    if (best.length > 0) answer.set(tracker.tagPool(series).tag, best);
  }
  return answer;
}

test('a recording in which nothing moves together says so of every tag', () => {
  assert.deepEqual([...companionsIn(recorded())], []);
});

test('a tag put into it that loses a block with every one that leaks is found from both sides', () => {
  const [leaks, beside] = ['Leak', 'Besi'].map((text) => tagFromText(text) ?? 0);
  const samples = recorded().map((sample): Sample => {
    const at = Array.from({ length: sample.rows.length / ROW_STRIDE }, (_, row) => row * ROW_STRIDE).find(
      (row) => sample.rows[row + Row.tag] === leaks,
    );
    const row = Array.from(sample.rows.subarray(at, (at ?? 0) + ROW_STRIDE));
    const [allocs = 0, frees = 0] = [row[Row.nonPagedAllocs], row[Row.nonPagedFrees]];
    const made = [beside ?? 0, 0, 0, 0, 3 * (allocs - frees) + 77, 7, 64 * (allocs - frees)];
    return { ...sample, rows: Float64Array.from([...sample.rows, ...made]) };
  });
  const answer = companionsIn(samples);
  assert.deepEqual(answer.get(leaks ?? 0), [beside]);
  assert.deepEqual(answer.get(beside ?? 0), [leaks]);
});
