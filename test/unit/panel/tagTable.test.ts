/**
 * The readings behind the grid: rows by tag and pool, changes, and what a full reading, a removal or a jump does to them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TagTable } from '../../../media/panel/model/tagTable';
import type { SampleMessage } from '../../../src/shared/monitorProtocol';

const message = (rows: readonly number[], more: Partial<SampleMessage> = {}): SampleMessage => ({
  sequence: 0,
  time: 0,
  scope: 'system',
  reset: false,
  memory: {},
  rows,
  removed: [],
  ...more,
});

/** tag → `pool allocs(change) frees(change) bytes(change)` of each present row. */
function rowsOf(table: TagTable): Record<string, string> {
  const rows: Record<string, string> = {};
  for (let id = 0; id < table.rowLimit; id += 1) {
    if (table.present[id] !== 1 || id % 4 === 2) continue;
    const parts = [table.allocs, table.frees, table.bytes].map((m) => `${String(m.value(id))}(${String(m.delta(id))})`);
    rows[`${String(table.tags[id >>> 2])}${id % 4 === 0 ? 'n' : 'p'}`] = parts.join(' ');
  }
  return rows;
}

test('a tag has a row in each pool that counted something', () => {
  const table = new TagTable();
  assert.equal(
    table.apply(message([7, 1, 0, 8, 0, 0, 0, 8, 0, 0, 0, 5, 2, 64, 9, 0, 0, 0, 0, 0, 0], { reset: true })),
    true,
  );
  assert.deepEqual(rowsOf(table), { '7p': '1(0) 0(0) 8(0)', '8n': '5(0) 2(0) 64(0)' });
  assert.equal(table.size, 3);
});

test('only what was sent has changed; the next message forgets the change', () => {
  const table = new TagTable();
  table.apply(message([7, 1, 0, 8, 0, 0, 0, 8, 1, 0, 8, 0, 0, 0], { reset: true }));
  assert.equal(table.apply(message([7, 4, 1, 24, 0, 0, 0])), false, 'no row came or went');
  assert.deepEqual(rowsOf(table), { '7p': '4(3) 1(1) 24(16)', '8p': '1(0) 0(0) 8(0)' });
  assert.equal(table.blocks.delta(1), 2);
  assert.equal(table.bytes.age(1, table.tick), 0);
  table.apply(message([]));
  assert.deepEqual(rowsOf(table), { '7p': '4(0) 1(0) 24(0)', '8p': '1(0) 0(0) 8(0)' });
  assert.equal(table.bytes.age(1, table.tick), 1);
});

test('a row that comes into being is all change; one that goes and comes again too', () => {
  const table = new TagTable();
  table.apply(message([7, 1, 0, 8, 0, 0, 0], { reset: true }));
  assert.equal(table.apply(message([8, 3, 0, 24, 0, 0, 0])), true);
  assert.deepEqual(rowsOf(table)['8p'], '3(3) 0(0) 24(24)');
  assert.equal(table.apply(message([], { removed: [8] })), true);
  assert.equal(table.apply(message([], { removed: [8] })), false, 'it is gone already');
  table.apply(message([9, 2, 0, 16, 0, 0, 0]));
  assert.deepEqual(rowsOf(table), { '7p': '1(0) 0(0) 8(0)', '9p': '2(2) 0(0) 16(16)' });
});

test('a full reading replaces everything and is compared with what stood before', () => {
  const table = new TagTable();
  table.apply(message([7, 1, 0, 8, 0, 0, 0, 8, 1, 0, 8, 0, 0, 0], { reset: true }));
  table.apply(message([7, 2, 0, 16, 0, 0, 0], { reset: true }));
  assert.deepEqual(rowsOf(table), { '7p': '2(1) 0(0) 16(8)' });
  assert.equal(table.size, 1);
});

test('inside a recording the next sample is compared, a jump is not', () => {
  const table = new TagTable();
  table.apply(message([7, 1, 0, 8, 0, 0, 0], { reset: true, index: 4 }));
  table.apply(message([7, 2, 0, 16, 0, 0, 0], { reset: true, index: 5 }));
  assert.deepEqual(rowsOf(table), { '7p': '2(1) 0(0) 16(8)' });
  table.apply(message([7, 9, 0, 90, 0, 0, 0], { reset: true, index: 40 }));
  assert.deepEqual(rowsOf(table), { '7p': '9(0) 0(0) 90(0)' });
  table.apply(message([7, 1, 0, 8, 0, 0, 0], { reset: true, index: 0 }));
  assert.deepEqual(rowsOf(table), { '7p': '1(0) 0(0) 8(0)' });
});

test('32-bit counters that wrap count on; bytes never wrap', () => {
  const table = new TagTable();
  table.apply(message([7, 2 ** 32 - 6, 100, 2 ** 40, 0, 0, 0], { reset: true }));
  table.apply(message([7, 4, 100, 8, 0, 0, 0]));
  assert.deepEqual(rowsOf(table), { '7p': `4(10) 100(0) 8(${String(8 - 2 ** 40)})` });
});

test('ragged and senseless rows are no obstacle', () => {
  const table = new TagTable();
  table.apply(message([7, Number.NaN, 0, 8, 0, 0, 0, 8, 1, 1], { reset: true }));
  assert.deepEqual(rowsOf(table), { '7p': '0(0) 0(0) 8(0)' });
});

test('many tags, and the room of those that went is used again', () => {
  const table = new TagTable();
  const rows = Array.from({ length: 3_000 }, (_, n) => [n + 1, 1, 0, 8, 0, 0, 0]).flat();
  table.apply(message(rows, { reset: true }));
  assert.equal(Object.keys(rowsOf(table)).length, 3_000);
  const limit = table.rowLimit;
  table.apply(message([], { removed: Array.from({ length: 3_000 }, (_, n) => n + 1) }));
  table.apply(message(Array.from({ length: 3_000 }, (_, n) => [n + 90_001, 1, 0, 8, 0, 0, 0]).flat()));
  assert.equal(table.rowLimit, limit);
  assert.equal(Object.keys(rowsOf(table)).length, 3_000);
  table.clear();
  assert.deepEqual(rowsOf(table), {});
});
