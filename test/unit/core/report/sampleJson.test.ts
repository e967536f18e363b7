/**
 * The sample line of the command line's contract.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleToJson } from '../../../../server/core/report/sampleJson';
import { tagFromText } from '../../../../src/shared/poolTag';
import type { Sample } from '../../../../src/shared/sample';

const FRED: Sample = {
  time: Date.UTC(2026, 10, 21, 8),
  scope: 'system',
  memory: {
    nonPagedPoolBytes: 1,
    pagedPoolBytes: 1,
    availableBytes: 1,
    commitBytes: 1,
    commitLimitBytes: 1,
    commitPeakBytes: 1,
  },
  rows: Float64Array.from([tagFromText('Fred') ?? 0, 1, 0, 64, 0, 0, 0]),
};

test('the line of the contract', () => {
  assert.equal(
    sampleToJson(FRED, 'ntdll'),
    '{"type":"sample","time":"2026-11-21T08:00:00.000Z","source":"ntdll","scope":"system","memory":{"nonPagedPoolBytes":1,"pagedPoolBytes":1,"availableBytes":1,"commitBytes":1,"commitLimitBytes":1,"commitPeakBytes":1},"tags":[["Fred",{"paged":{"allocs":1,"frees":0,"bytes":64},"nonPaged":{"allocs":0,"frees":0,"bytes":0}}]]}',
  );
});

test('a hostile tag and a time without a date stay one line of JSON', () => {
  const tag = tagFromText('\\x0a"\\\\\\x00') ?? 0;
  const line = sampleToJson({ ...FRED, time: 1e18, rows: Float64Array.from([tag, 0, 0, 0, 0, 0, 0]) }, 'recording');
  assert.ok(!line.includes('\n'));
  const read = JSON.parse(line) as { time: unknown; tags: [string][] };
  assert.equal(read.time, null);
  assert.equal(read.tags[0]?.[0], '\\x0a"\\\\\\x00');
});
