/**
 * Differences of counters that wrap at 32 bits, and of those that do not.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesPerBlock, counterDelta, outstanding } from '../../../src/shared/counters';

test('a wrapped 32-bit counter went forward', () => {
  assert.equal(counterDelta(0xffffffff, 2), 3);
  assert.equal(outstanding(5, 0xfffffff6), 15);
});

test('a counter that went back a little did so', () => {
  assert.equal(counterDelta(1000, 990), -10);
  assert.equal(outstanding(100, 103), -3);
});

test('past 32 bits nothing wraps', () => {
  assert.equal(counterDelta(2 ** 40, 5), 5 - 2 ** 40);
  assert.equal(counterDelta(5, 2 ** 40), 2 ** 40 - 5);
});

test('bytes per block are rounded down, and 0 without blocks', () => {
  assert.equal(bytesPerBlock(1000, 3), 333);
  assert.equal(bytesPerBlock(1000, 0), 0);
  assert.equal(bytesPerBlock(1000, -1), 0);
});
