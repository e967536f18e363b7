/**
 * Which of several captures comes first, and what time each is given.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderCaptures, timeInName } from '../../../../server/core/capture/captureOrder';

const local = (...parts: [number, number, number, number, number, number?]): number => {
  const [year, month, day, hour, minute, second = 0] = parts;
  return new Date(year, month - 1, day, hour, minute, second).getTime();
};

test('times that scripts put into names, in local time', () => {
  assert.equal(timeInName('poolsnap-20260214-0930.log'), local(2026, 2, 14, 9, 30));
  assert.equal(timeInName('pool_2026-02-14_09.30.15.txt'), local(2026, 2, 14, 9, 30, 15));
  assert.equal(timeInName('20260214T093015.txt'), local(2026, 2, 14, 9, 30, 15));
  assert.equal(timeInName('20260214093015.txt'), local(2026, 2, 14, 9, 30, 15));
  assert.equal(timeInName('server 2026-02-14 09h30m05.log'), local(2026, 2, 14, 9, 30, 5));
});

test('digits that are no time of any calendar', () => {
  for (const name of ['screen1.txt', '20260230-0930.log', '20261314-0930.log', '20260214-2530.log', 'x20260214.log']) {
    assert.equal(timeInName(name), undefined, name);
  }
  assert.equal(timeInName('120260214-0930.log'), undefined);
});

test('times in all names win over file times', () => {
  const files = [
    { name: 'snap-20260214-1000.log', fileTime: 1 },
    { name: 'snap-20260214-0900.log', fileTime: 2 },
  ];
  assert.deepEqual(orderCaptures(files), {
    by: 'time in the name',
    files: [
      { index: 1, time: local(2026, 2, 14, 9, 0) },
      { index: 0, time: local(2026, 2, 14, 10, 0) },
    ],
  });
});

test('file times count where every file has its own', () => {
  const files = [
    { name: 'b.txt', fileTime: 30 },
    { name: 'snap-20260214-0900.txt', fileTime: 20 },
    { name: 'c.txt', fileTime: 10 },
  ];
  assert.deepEqual(
    orderCaptures(files).files.map(({ index, time }) => [index, time]),
    [
      [2, 10],
      [1, 20],
      [0, 30],
    ],
  );
  assert.equal(orderCaptures(files).by, 'file time');
});

test('else names decide, with their numbers as numbers, five seconds apart', () => {
  const files = ['pool10.txt', 'pool9.txt', 'Pool1.txt'].map((name) => ({ name, fileTime: 100_000 }));
  assert.deepEqual(orderCaptures(files), {
    by: 'name',
    files: [
      { index: 2, time: 90_000 },
      { index: 1, time: 95_000 },
      { index: 0, time: 100_000 },
    ],
  });
});
