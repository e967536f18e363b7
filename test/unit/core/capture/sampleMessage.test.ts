/**
 * Messages to the panel: a receiver that applies them has the sample, whatever changed between two.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SampleMessages } from '../../../../server/core/capture/sampleMessage';
import type { SampleMessage } from '../../../../src/shared/monitorProtocol';
import type { Sample } from '../../../../src/shared/sample';
import { ROW_STRIDE } from '../../../../src/shared/sample';

function sample(rows: readonly (readonly number[])[], scope = 'system'): Sample {
  return { time: 1, scope, memory: {}, rows: Float64Array.from(rows.flat()) };
}

/** What the panel does with a message. */
function apply(table: Map<number, number[]>, message: SampleMessage): void {
  if (message.reset) table.clear();
  for (const tag of message.removed) assert.ok(table.delete(tag), `${String(tag)} was not there`);
  for (let at = 0; at < message.rows.length; at += ROW_STRIDE) {
    table.set(message.rows[at] ?? 0, message.rows.slice(at, at + ROW_STRIDE));
  }
}

const A = [1, 10, 5, 64, 0, 0, 0];
const B = [2, 0, 0, 0, 20, 5, 128];
const C = [3, 1, 1, 0, 0, 0, 0];

test('the first message is whole, the next holds what changed', () => {
  const messages = new SampleMessages();
  assert.deepEqual(messages.next(sample([A, B])), {
    sequence: 0,
    time: 1,
    scope: 'system',
    reset: true,
    memory: {},
    rows: [...A, ...B],
    removed: [],
  });
  const changed = [2, 0, 0, 0, 21, 5, 192];
  const second = messages.next(sample([A, changed]), 7);
  assert.deepEqual(
    [second.sequence, second.reset, second.rows, second.removed, second.index],
    [1, false, changed, [], 7],
  );
  const third = messages.next(sample([C, A]));
  assert.deepEqual([third.rows, third.removed], [C, [2]]);
});

test('nothing changed: no rows', () => {
  const messages = new SampleMessages();
  messages.next(sample([A, B]));
  const message = messages.next(sample([B, A]));
  assert.deepEqual([message.reset, message.rows, message.removed], [false, [], []]);
});

test('a reset and another scope start over', () => {
  const messages = new SampleMessages();
  messages.next(sample([A]));
  messages.reset();
  assert.deepEqual(messages.next(sample([A])).rows, A);
  const other = messages.next(sample([A], 'session 1'));
  assert.deepEqual([other.reset, other.rows, other.removed], [true, A, []]);
});

test('messages applied one after the other give each sample', () => {
  const rows = fc.uniqueArray(
    fc.tuple(fc.integer({ min: 1, max: 8 }), fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
    {
      selector: ([tag]) => tag,
    },
  );
  fc.assert(
    fc.property(fc.array(rows, { maxLength: 8 }), (list) => {
      const messages = new SampleMessages();
      const table = new Map<number, number[]>();
      for (const one of list) {
        apply(table, messages.next(sample(one)));
        assert.deepEqual(new Map(table), new Map(one.map((row) => [row[0], [...row]])));
      }
    }),
    { numRuns: 500 },
  );
});
