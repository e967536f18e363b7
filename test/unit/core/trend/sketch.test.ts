/**
 * A window of readings drawn small: levels between lowest and highest, at equal distances in time.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SeriesWindow } from '../../../../server/core/trend/growth';
import { sketch } from '../../../../server/core/trend/sketch';
import { levelAt, LINE_POINTS, MOST_LEVEL, writeLine } from '../../../../src/shared/historyLine';

function windowOf(readings: readonly (readonly [time: number, value: number])[]): SeriesWindow {
  const values = readings.map(([, value]) => value);
  return {
    times: Float64Array.from(readings, ([time]) => time),
    values: Float64Array.from(values),
    count: readings.length,
    samples: readings.length,
    low: Math.min(...values),
    high: Math.max(...values),
  };
}

const levels = (line = ''): number[] => Array.from(line, (_, point) => levelAt(line, point));

test('a ramp climbs from the lowest level to the highest, a step stays until its time', () => {
  const ramp = sketch(windowOf(Array.from({ length: 64 }, (_, n) => [1000 * n, 50 * n])));
  const drawn = levels(ramp);
  assert.equal(drawn.length, LINE_POINTS);
  assert.deepEqual([drawn[0], drawn.at(-1)], [0, MOST_LEVEL]);
  assert.deepEqual(
    drawn,
    drawn.toSorted((a, b) => a - b),
  );
  // Three readings, the last two close together: distances are those of time, not of readings.
  const step = levels(
    sketch(
      windowOf([
        [0, 10],
        [30_000, 20],
        [31_000, 20],
      ]),
    ),
  );
  assert.deepEqual(step, [...Array.from({ length: 30 }, () => 0), MOST_LEVEL, MOST_LEVEL]);
});

test('extremes that were not picked still make the scale', () => {
  const middle = {
    ...windowOf([
      [0, 40],
      [1000, 60],
    ]),
    low: 0,
    high: 100,
  };
  assert.deepEqual([...new Set(levels(sketch(middle)))], [12, 19]);
});

test('nothing to draw: no reading, one, none that moved, no time between them', () => {
  assert.equal(sketch({ ...windowOf([]), low: Infinity, high: -Infinity }), undefined);
  for (const readings of [
    [[0, 5]],
    [
      [0, 5],
      [1000, 5],
    ],
    [
      [7, 5],
      [7, 9],
    ],
  ] as const) {
    assert.equal(sketch(windowOf(readings)), undefined);
  }
});

test('whatever is written reads back bounded; whatever is read is a level', () => {
  fc.assert(
    fc.property(fc.array(fc.double(), { minLength: LINE_POINTS, maxLength: LINE_POINTS }), (wanted) => {
      const read = levels(writeLine((point) => wanted[point] ?? 0));
      assert.equal(read.length, LINE_POINTS);
      for (const level of read) assert.ok(Number.isInteger(level) && level >= 0 && level <= MOST_LEVEL);
    }),
  );
  assert.deepEqual([levelAt('', 3), levelAt('\u00ff', 0), levelAt(' ', 0)], [0, 0, 0]);
});
