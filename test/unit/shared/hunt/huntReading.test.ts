/** Which readings a leak hunt takes: of the same source, scope and run of the machine, and later; after a reload, too. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { huntProblem, type OpenReading } from '../../../../src/shared/hunt/huntReading';
import { beginHunt, parseHunt, stopHunt, withSnapshot } from '../../../../src/shared/hunt/huntRun';
import { flatRows, type NamedRow } from '../../../panel/support/samples';

const THEN: readonly NamedRow[] = [
  { tag: 'Leak', nonPaged: [10_000, 10, 640] },
  { tag: 'NtfF', nonPaged: [500, 4, 1_000], paged: [900_000, 100, 32_000] },
  { tag: 'Wrap', nonPaged: [2 ** 32 - 5, 0, 64] },
  { tag: 'None' },
];
const LATER: readonly NamedRow[] = [
  { tag: 'Leak', nonPaged: [20_000, 10, 1640] },
  { tag: 'NtfF', nonPaged: [510, 4, 1_000], paged: [900_400, 100, 32_000] },
  { tag: 'Wrap', nonPaged: [3, 0, 64] },
];
const run = beginHunt({ pool: 'both', everyMinutes: 5, source: 'Live: this machine' }, 1000, flatRows(THEN));
const open = (more: Partial<OpenReading> = {}): OpenReading => ({
  source: 'Live: this machine',
  live: true,
  scope: 'system',
  time: 2000,
  rows: flatRows(LATER),
  ...more,
});

test('a later reading of what the hunt began with is taken; a counter that wraps is no restart', () => {
  assert.equal(huntProblem(run, open()), undefined);
});

test('anything else is refused, and it is said what it is', () => {
  assert.equal(huntProblem(run, undefined), 'nothing');
  assert.equal(huntProblem(run, open({ source: undefined })), 'nothing');
  assert.equal(huntProblem(run, open({ source: 'target' })), 'otherSource');
  assert.equal(huntProblem(run, open({ live: false })), 'otherSource');
  assert.equal(huntProblem(run, open({ scope: 'session 1' })), 'otherScope');
  assert.equal(huntProblem(run, open({ time: 1000 })), 'notLater');
});

test('after a restart of the machine nothing can be compared: counters fell, or tags are gone', () => {
  const anew = flatRows([
    { tag: 'Leak', nonPaged: [100, 10, 640] },
    { tag: 'NtfF', nonPaged: [600, 4, 1_000], paged: [400, 100, 32_000] },
  ]);
  assert.equal(huntProblem(run, open({ rows: anew })), 'restarted');
  assert.equal(huntProblem(run, open({ rows: [] })), 'restarted');
});

test('a hunt of sessions, kept in a file, knows all of it again', () => {
  const session = beginHunt(
    { pool: 'paged', everyMinutes: 1, source: 'target', scope: 'session 2' },
    1000,
    flatRows(THEN),
  );
  const stopped = stopHunt(withSnapshot(session, 2000, flatRows(LATER)));
  const kept = parseHunt(JSON.parse(JSON.stringify(stopped)));
  assert.deepEqual(kept, stopped);
  const there = open({ source: 'target', scope: 'session 2', time: 3000 });
  assert.equal(huntProblem(stopped, there), undefined);
  assert.equal(huntProblem(stopped, { ...there, scope: 'system' }), 'otherScope');
  assert.equal(huntProblem(stopped, { ...there, rows: [] }), 'restarted');
  assert.equal(parseHunt({ ...JSON.parse(JSON.stringify(stopped)), watched: 'x' }), undefined);
});
