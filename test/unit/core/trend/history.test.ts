/**
 * History: what a window shows is what was put in, as far back as memory goes, and memory has its bound.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { History } from '../../../../server/core/trend/history';
import { ValueLog } from '../../../../server/core/trend/valueLog';

interface Read {
  readonly times: number[];
  readonly values: number[];
  readonly low: number;
  readonly high: number;
  readonly samples: number;
}

function read(log: ValueLog | undefined, series: number, since: number, most = 1000): Read {
  assert.ok(log);
  const [times, values] = [new Float64Array(most), new Float64Array(most)];
  const { count, low, high, samples } = log.window(series, since, times, values);
  return { times: [...times.subarray(0, count)], values: [...values.subarray(0, count)], low, high, samples };
}

const take = (log: ValueLog | History, time: number, ...values: readonly number[]): void =>
  log.take(
    time,
    Float64Array.from(values),
    Float64Array.from(values, (value) => value % 7),
    values.length,
  );

test('readings between changes hold the last value; a series that came late was 0', () => {
  const log = new ValueLog({ changes: 100, samples: 100 });
  take(log, 10, 5);
  take(log, 20, 5, 7);
  take(log, 30, 6, 7);
  assert.deepEqual(read(log, 0, 0), { times: [10, 20, 30], values: [5, 5, 6], low: 5, high: 6, samples: 3 });
  assert.deepEqual(read(log, 1, 0), { times: [10, 20, 30], values: [0, 7, 7], low: 0, high: 7, samples: 3 });
  assert.deepEqual(read(log, 0, 15).values, [5, 6]);
  assert.deepEqual(read(log, 9, 0).values, [0, 0, 0]);
  const moved = log.movedTest(0);
  assert.deepEqual([moved(0), moved(1), moved(9)], [true, true, false]);
  assert.equal(log.movedTest(25)(0), false);
});

test('many samples are picked evenly, first and last among them; lows and highs between them count', () => {
  const log = new ValueLog({ changes: 1000, samples: 1000 });
  for (let i = 0; i < 100; i++) take(log, i, i === 1 ? 999 : i);
  const { times, low, high, samples } = read(log, 0, 0, 4);
  assert.deepEqual(times, [0, 33, 66, 99]);
  assert.deepEqual([low, high, samples], [0, 999, 100]);
});

test('any series comes back as it went in, from the first reading that is still known', () => {
  const rows = fc.array(fc.array(fc.nat(3), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(rows, fc.nat(60), fc.integer({ min: 5, max: 80 }), (samples, since, kept) => {
      const log = new ValueLog({ changes: 1, samples: kept });
      samples.forEach((values, at) => take(log, at, ...values));
      const first = Math.max(Math.min(since, samples.length), samples.length - kept);
      for (let series = 0; series < 3; series++) {
        const wanted = samples.slice(first).map((values) => values[series] ?? 0);
        assert.deepEqual(read(log, series, since).values, wanted);
        const moved = wanted.some((value) => value !== wanted[0]);
        if (moved) assert.ok(log.movedTest(since)(series));
      }
    }),
  );
});

test('when changes give way, what is left is right and what is gone is not made up', () => {
  const log = new ValueLog({ changes: 65_536, samples: 4000 });
  const series = 40;
  const value = (sample: number, at: number): number =>
    at === 0 ? 1 : at === 1 ? Math.floor(sample / 500) : sample * 100 + at;
  const values = new Float64Array(series);
  for (let sample = 0; sample < 4000; sample++) {
    for (let at = 0; at < series; at++) values[at] = value(sample, at);
    log.take(sample, values, values, series);
  }
  assert.equal(log.holds(0), false);
  assert.equal(log.holds(3000), true);
  for (const at of [0, 1, 5]) {
    const { times, values: got } = read(log, at, 0, 5000);
    assert.equal(times.at(-1), 3999);
    assert.ok(times.length >= 1500 && times.length < 4000, String(times.length));
    assert.deepEqual(
      got,
      times.map((time) => value(time, at)),
    );
  }
});

test('a day and a week are kept in coarser steps; memory has its bound', () => {
  const history = new History();
  const series = 700;
  const values = new Float64Array(series);
  const minutes = 9 * 24 * 60;
  for (let minute = 0; minute < minutes; minute++) {
    for (let at = 0; at < series; at++) values[at] = minute * 10 + at;
    history.take(minute * 60_000, values, values, series);
  }
  assert.ok(history.byteLength < 48 * 2 ** 20, String(history.byteLength));
  const now = (minutes - 1) * 60_000;
  for (const [hours, step] of [
    [1, 60_000],
    [7 * 24, 600_000],
  ] as const) {
    const since = now - hours * 3_600_000;
    const { times, values: got } = read(history.logSince(since), 3, since, 10_000);
    assert.equal((times[1] ?? 0) - (times[0] ?? 0), step);
    assert.ok((times[0] ?? 0) - since < 2 * step, 'nothing is missing at the start');
    assert.deepEqual(
      got,
      times.map((time) => (time / 60_000) * 10 + 3),
    );
  }
  history.clear();
  assert.equal(history.lastTime, undefined);
});

test('a trace is the steps of a series, to the last reading; thinned it keeps every peak', () => {
  const log = new ValueLog({ changes: 10_000, samples: 10_000 });
  const blocks = new Float64Array(1);
  const values = new Float64Array(1);
  for (let i = 0; i < 5000; i++) {
    values[0] = i === 1234 ? 1e9 : i < 4000 ? Math.floor(i / 2) : 77;
    blocks[0] = Math.floor(i / 2);
    log.take(i, values, blocks, 1);
  }
  const whole = log.trace(0, 3990, 1000);
  assert.deepEqual(whole.times.slice(0, 4), [3990, 3992, 3994, 3996]);
  assert.deepEqual(whole.bytes.slice(0, 4), [1995, 1996, 1997, 1998]);
  assert.equal(whole.times.at(-1), 4999);
  assert.equal(whole.bytes.at(-1), 77);
  assert.equal(whole.blocks.at(-1), 2499);
  const few = log.trace(0, 0, 100);
  assert.ok(few.times.length <= 101, String(few.times.length));
  assert.ok(few.bytes.includes(1e9));
  assert.deepEqual(
    few.times,
    [...few.times].sort((a, b) => a - b),
  );
  assert.deepEqual([few.times[0], few.times.at(-1)], [0, 4999]);
  assert.deepEqual(log.trace(9, 0, 100).bytes, [0, 0]);
});

test('blocks at instants are those that were put in', () => {
  const log = new ValueLog({ changes: 1000, samples: 100 });
  for (let i = 0; i < 50; i++) take(log, i * 10, i, 5);
  const instants = log.instants(0, 11);
  assert.deepEqual([instants[0], instants.at(-1), instants.length], [0, 490, 11]);
  const into = new Float64Array(11);
  assert.equal(log.blocksAt(0, instants, into), true);
  assert.deepEqual(
    [...into],
    [...instants].map((time) => (time / 10) % 7),
  );
});
