/**
 * Samples as CSV, PoolMon text and JSON lines.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleWriter } from '../../../../server/core/report/sampleText';
import { tagFromText } from '../../../../src/shared/poolTag';
import type { Sample } from '../../../../src/shared/sample';

function sample(seconds: number, ...tags: readonly string[]): Sample {
  const rows = tags.flatMap((text) => [tagFromText(text) ?? 0, 9, 4, 320, 0, 0, 0]);
  return { time: Date.UTC(2026, 1, 14) + seconds * 1000, scope: 'system', memory: {}, rows: Float64Array.from(rows) };
}

test('CSV: one heading, a row for each tag and pool in use, texts in quotes', () => {
  const write = sampleWriter('csv', 'capture');
  assert.deepEqual(write(sample(0, 'Fred', 'a"b,')).split('\n'), [
    'time,scope,tag,value,pool,allocs,frees,diff,bytes,perAlloc',
    '2026-02-14T00:00:00.000Z,"system","Fred",0x64657246,paged,9,4,5,320,64',
    '2026-02-14T00:00:00.000Z,"system","a""b,",0x2c622261,paged,9,4,5,320,64',
  ]);
  assert.match(write(sample(1, 'Fred')), /^2026-02-14T00:00:01\.000Z,/);
});

test('CSV: a tag is no formula, whatever it begins with', () => {
  const lines = sampleWriter('csv', 'capture')(sample(0, '=1+1', '-Mem', '@abc', '+abc', 'a=b ')).split('\n');
  assert.deepEqual(
    lines.slice(1).map((line) => line.split(',')[2]),
    [`"'=1+1"`, `"'-Mem"`, `"'@abc"`, `"'+abc"`, '"a=b "'],
  );
});

test('PoolMon text has the changes since the sample before, JSON lines name the source', () => {
  const write = sampleWriter('poolmon', 'recording');
  write(sample(0, 'Fred'));
  assert.match(write(sample(1, 'Fred')), /^ Fred Paged +9 \( {3}0\)/m);
  assert.equal(
    (JSON.parse(sampleWriter('ndjson', 'recording')(sample(0, 'Fred'))) as { source: string }).source,
    'recording',
  );
});
