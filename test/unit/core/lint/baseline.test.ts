/**
 * Baselines: accepted findings stay accepted when lines move, and only as many as there were.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyBaseline, readBaseline } from '../../../../server/core/lint/baseline';
import type { Finding } from '../../../../server/core/lint/rule';
import { lintDocument } from '../../../../server/core/report/lintJson';
import { FRED, sourcePlace } from '../../../support/facts';

const finding = (line: number, file = '/a.c'): Finding => ({
  rule: 'default-tag',
  severity: 'warning',
  tag: FRED,
  place: sourcePlace(file, line),
  message: 'm',
  related: [],
  suppressed: false,
});
const show = (path: string): string => path;

test('what lint printed is read back and accepts the same findings on other lines, no more', () => {
  const baseline = readBaseline(JSON.stringify(lintDocument([finding(1), finding(5)], show)));
  assert.ok(baseline);
  const after = applyBaseline([finding(11), finding(15), finding(20), finding(1, '/b.c')], baseline, show);
  assert.deepEqual(
    after.map((f) => f.suppressed),
    [true, true, false, false],
  );
});

test('anything else is no baseline', () => {
  for (const text of [
    '',
    'nonsense',
    '[]',
    '{}',
    '{"findings":3}',
    '{"findings":[{"rule":1}]}',
    '{"findings":[null]}',
  ]) {
    assert.equal(readBaseline(text), undefined, text);
  }
  assert.equal(readBaseline('{"findings":[]}')?.size, 0);
});
