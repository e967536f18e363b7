/**
 * Sort of ids by numbers, held against the engine's own for any numbers there are.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { radixSort } from '../../../media/panel/model/radixSort';
import { keepOrder } from '../../../media/panel/model/sortRows';

function sorted(keys: readonly number[]): readonly number[] {
  const ids = keys.map((_, at) => at);
  const out: number[] = [7, 7, 7];
  radixSort(ids, (id) => keys[id] ?? 0, out);
  return out;
}

const LIMITS = [0, -0, 1, -1, 255, 256, 2 ** 53, -(2 ** 53), 5e-324, -5e-324, 1.7e308, -1.7e308, Infinity, -Infinity];

test('the least number first, equal ones as they were: integers, fractions, either sign, both zeros, infinities', () => {
  const number = fc.oneof(fc.integer(), fc.double({ noNaN: true }), fc.constantFrom(...LIMITS));
  fc.assert(
    fc.property(fc.array(number, { maxLength: 300 }), (keys) => {
      const wanted = keys.map((_, at) => at).sort((a, b) => compare(keys[a] ?? 0, keys[b] ?? 0));
      assert.deepEqual(sorted(keys), wanted);
    }),
    { numRuns: 500 },
  );
});

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

test('nothing, one, and more than there was room for', () => {
  assert.deepEqual(sorted([]), []);
  assert.deepEqual(sorted([Number.NaN]), [0]);
  assert.deepEqual(sorted([1, Number.NaN, -1]), [2, 1, 0], 'what is no number counts as 0');
  const many = Array.from({ length: 5_000 }, (_, at) => (at * 7919) % 5_003);
  const order = sorted(many);
  assert.equal(new Set(order).size, 5_000);
  assert.ok(order.every((id, at) => at === 0 || (many[order[at - 1] ?? 0] ?? 0) <= (many[id] ?? 0)));
});

test('a kept order loses what went and gets what came at its end', () => {
  const order = [5, 3, 1, 4];
  keepOrder(order, [1, 2, 3, 5]);
  assert.deepEqual(order, [5, 3, 1, 2]);
  keepOrder(order, []);
  assert.deepEqual(order, []);
});
