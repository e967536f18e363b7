/**
 * Numbers in the index of a cache: they come back as they were, and text that is anything else does no harm.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numbersFromText, numbersToText } from '../../../../server/scan/cache/numberText';

test('numbers come back in their order', () => {
  const largest = 2 ** 31 - 1;
  const lists = [
    [],
    [0],
    [1],
    [63, 64, 65],
    [8191, 8192, 0, 8193],
    [largest, 0, largest, 1, 1, 1],
    Array.from({ length: 5000 }, (_, at) => (at * 7919) % 4001),
  ];
  for (const list of lists) assert.deepEqual(numbersFromText(numbersToText(list)), list);
});

test('a list that counts on is short', () => {
  const list = Array.from({ length: 3000 }, (_, at) => at);
  assert.ok(numbersToText(list).length <= 4000);
});

test('what is no such text is numbers of some kind, or none', () => {
  for (const value of [undefined, null, 7, [1, 2], {}]) assert.deepEqual(numbersFromText(value), []);
  for (const text of ['', '?', '////', '/'.repeat(10_000)])
    for (const number of numbersFromText(text)) assert.equal(typeof number, 'number');
});
