/**
 * A panel shown again gets values and changes: replaying to an empty table must give what the full stream gave.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TagTable } from '../../../../media/panel/model/tagTable';
import { LastSamples } from '../../../../src/monitor/lastSamples';
import type { SampleMessage } from '../../../../src/shared/monitorProtocol';

const message = (more: Partial<SampleMessage>): SampleMessage => ({
  sequence: 0,
  time: 0,
  scope: 'system',
  reset: false,
  memory: {},
  rows: [],
  removed: [],
  ...more,
});

function shown(table: TagTable): readonly string[] {
  const rows: string[] = [];
  for (let id = 0; id < table.rowLimit; id += 1) {
    if (table.present[id] !== 1 || id % 4 === 2) continue;
    const numbers = [table.allocs, table.frees, table.bytes].flatMap((m) => [m.value(id), m.delta(id)]);
    rows.push([table.tags[id >>> 2], id & 3, ...numbers].join());
  }
  return rows.sort();
}

const row = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(9), { minLength: 6, maxLength: 6 }));
const stream = fc.array(
  fc.record({
    reset: fc.boolean(),
    rows: fc.uniqueArray(row, { selector: ([tag]) => tag, maxLength: 4 }),
    removed: fc.array(fc.integer({ min: 6, max: 8 }), { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 8 },
);

test('a replay shows what the whole stream showed', () => {
  fc.assert(
    fc.property(stream, (parts) => {
      const last = new LastSamples();
      const whole = new TagTable();
      parts.forEach((part, at) => {
        const rows = part.rows.flatMap(([tag, counters]) => [tag, ...counters]);
        const sent = message({ ...part, rows, reset: part.reset || at === 0 });
        last.receive(sent);
        whole.apply(sent);
      });
      const replayed = new TagTable();
      for (const sent of last.replay()) replayed.apply(sent);
      assert.deepEqual(shown(replayed), shown(whole));
    }),
  );
});

test('nothing before the first sample, nothing after a clear', () => {
  const last = new LastSamples();
  assert.deepEqual(last.replay(), []);
  last.receive(message({ reset: true, rows: [1, 1, 1, 1, 1, 1, 1] }));
  last.clear();
  assert.deepEqual(last.replay(), []);
});
