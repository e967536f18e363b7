/**
 * Findings as lines for people and for GitHub, and the safety of both against hostile names.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../../../server/core/lint/rule';
import { lintDocument } from '../../../../server/core/report/lintJson';
import { githubLines, lintTextLines } from '../../../../server/core/report/lintText';
import type { Place } from '../../../../src/shared/facts';
import { FRED, imagePlace, sourcePlace } from '../../../support/facts';

const show = (path: string): string => path.slice(1);
const finding = (place: Place, more: Partial<Finding> = {}): Finding => ({
  rule: 'default-tag',
  severity: 'warning',
  tag: FRED,
  place,
  message: 'says nothing',
  related: [],
  suppressed: false,
  ...more,
});

test('lines name file, line and column of the tag, and notes follow', () => {
  const related = [{ place: imagePlace('/b.sys', 0x1000), message: 'b.sys allocates here' }];
  assert.deepEqual(lintTextLines([finding(sourcePlace('/a.c', 25), { related })], show), [
    'a.c:26:21: warning: says nothing [default-tag]',
    '  b.sys+0x1000: note: b.sys allocates here',
  ]);
});

test('suppressed findings are in the JSON, marked, and in no line', () => {
  const findings = [finding(sourcePlace('/a.c', 0), { suppressed: true }), finding(imagePlace('/b.sys', 16))];
  assert.equal(lintTextLines(findings, show).length, 1);
  assert.equal(githubLines(findings, show).length, 1);
  const document = lintDocument(findings, show) as {
    findings: { suppressed: boolean; rva?: string }[];
    summary: object;
  };
  assert.deepEqual(
    document.findings.map((f) => [f.suppressed, f.rva]),
    [
      [true, undefined],
      [false, '0x10'],
    ],
  );
  assert.deepEqual(document.summary, { findings: 2, information: 0, warning: 1, error: 0, suppressed: 1 });
});

test('GitHub commands escape what would end a property or begin a command', () => {
  const place = sourcePlace('/a,b:c\n::error::x.c', 0);
  assert.deepEqual(githubLines([finding(place, { severity: 'information', message: '100%\r\n::error::gone' })], show), [
    '::notice file=a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ax.c,line=1,col=21,endLine=1,endColumn=27,title=default-tag::100%25%0D%0A::error::gone',
  ]);
});

test('no file or function name reaches the terminal with control characters', () => {
  const place = sourcePlace('/\u001b[2Ja\u202e.c', 0, { function: 'f\u009b\n' });
  const lines = lintTextLines([finding(place)], show);
  // eslint would object to control characters in a pattern, so they are counted.
  const hostile = [...lines.join('')].filter((c) => c < ' ' || (c >= '\u007f' && c < '\u00a0') || c === '\u202e');
  assert.deepEqual(hostile, []);
  assert.match(lines[0] ?? '', /^\\x1b\[2Ja\\u202e\.c:1:21/);
});
