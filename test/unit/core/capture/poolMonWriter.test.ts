/**
 * PoolMon text from a sample, and back.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { poolMonText } from '../../../../server/core/capture/poolMonWriter';
import { rowsToCounters } from '../../../../src/shared/sample';
import { at, fixture, only, parse } from './captures';

test('a documented screen is written as it was printed', () => {
  const name = 'poolmon-screen-sorted-by-allocs.txt';
  const printed = readFileSync(join(__dirname, '../../../fixtures/captures', name), 'utf8')
    .trimEnd()
    .split('\n');
  const written = poolMonText(only(fixture(name)))
    .trimEnd()
    .split('\n');
  // Changes are those since another sample: none here, one on the row of Io in the original.
  const withoutChanges = printed.map((line) => line.replaceAll('(   1)', '(   0)').trimEnd());
  assert.deepEqual(
    written.map((line) => line.trimEnd()),
    withoutChanges,
  );
});

test('what is written is read back, changes and wrapped counters included', () => {
  const log = fixture('own-poolmon-log.txt');
  const previous = at(log, 1);
  const sample = at(log, 2);
  const text = poolMonText(sample, previous);
  assert.match(text, /^ Leak Nonp {6}12302 \(4100\) {7}600 \( 200\) {4}11702 12170080 \(4056000\) {3}1040$/m);
  const again = only(parse(text));
  const sorted = (rows: Float64Array): unknown => rowsToCounters(rows).sort((a, b) => a.tag - b.tag);
  assert.deepEqual(sorted(again.rows), sorted(sample.rows));
  assert.deepEqual(again.memory, sample.memory);
});

test('every layout that was read can be written and read again', () => {
  for (const name of [
    'poolmon-examples-8.txt',
    'own-poolmon-wide.txt',
    'poolsnap-server.log',
    'poolused-4-no-desc.txt',
  ]) {
    const sample = only(fixture(name));
    const again = only(parse(poolMonText(sample)));
    assert.deepEqual(rowsToCounters(again.rows), rowsToCounters(sample.rows), name);
    assert.equal(again.scope, sample.scope);
  }
});
