/**
 * Messages of a monitor elsewhere become samples again; what is no message is refused.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SampleMessages } from '../../../../server/core/capture/sampleMessage';
import { SampleTable } from '../../../../server/core/capture/sampleTable';
import { rowsToCounters, type Sample } from '../../../../src/shared/sample';

function sample(time: number, tags: readonly (readonly [tag: number, allocs: number])[], scope = 'system'): Sample {
  const rows = tags.flatMap(([tag, allocs]) => [tag, allocs, 0, allocs * 8, 1, 0, 64]);
  return { time, scope, memory: { pagedPoolBytes: time }, rows: Float64Array.from(rows) };
}

const byTag = ({ rows }: Sample): unknown => rowsToCounters(rows).sort((a, b) => a.tag - b.tag);

test('through messages and back, whatever comes, goes and changes', () => {
  const tags = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.nat(1000)), { selector: ([tag]) => tag });
  fc.assert(
    fc.property(fc.array(tags, { maxLength: 8 }), (readings) => {
      const messages = new SampleMessages();
      const table = new SampleTable();
      for (const [time, reading] of readings.entries()) {
        const sent = sample(time, reading);
        const message: unknown = JSON.parse(JSON.stringify(messages.next(sent)));
        const received = table.receive(message);
        assert.ok(received);
        assert.deepEqual(byTag(received), byTag(sent));
        assert.deepEqual([received.time, received.scope, received.memory], [time, 'system', { pagedPoolBytes: time }]);
      }
    }),
  );
});

test('a sample that was given out does not change with the next message', () => {
  const messages = new SampleMessages();
  const table = new SampleTable();
  const first = table.receive(messages.next(sample(1, [[1, 5]])));
  table.receive(messages.next(sample(2, [[1, 9]])));
  assert.equal(first?.rows[1], 5);
});

test('what is no sample message is refused', () => {
  const good = { time: 1, scope: 'system', memory: {}, rows: [1, 0, 0, 0, 0, 0, 0], removed: [], reset: true };
  const bad = [
    null,
    'sample',
    {},
    { ...good, time: '1' },
    { ...good, time: Number.NaN },
    { ...good, scope: 7 },
    { ...good, rows: 'Fred' },
    { ...good, rows: [1, 2, 3] },
    { ...good, rows: [1, 0, 0, 0, 0, 0, '0'] },
    { ...good, removed: {} },
    { ...good, rows: new Array<number>(7 * 300_001).fill(1) },
  ];
  for (const message of bad) assert.equal(new SampleTable().receive(message), undefined);
  assert.equal(new SampleTable().receive({ ...good, reset: false }), undefined);
  const memory = { pagedPoolBytes: 'much', availableBytes: 5, evil: 1 };
  assert.deepEqual(new SampleTable().receive({ ...good, memory })?.memory, { availableBytes: 5 });
});
