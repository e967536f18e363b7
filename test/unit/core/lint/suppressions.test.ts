/**
 * Suppression comments: which lines and rules they name.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSuppressed, readSuppressions } from '../../../../server/core/lint/suppressions';
import { sourcePlace } from '../../../support/facts';

const rulesAt = (text: string, line: number): string[] => [...(readSuppressions(text).get(line) ?? [])].sort();

test('lists of rules, with commas or blanks, and a reason that names none', () => {
  const text = '// poollens-disable-line default-tag, duplicate-tag some-rule -- not other-rule';
  assert.deepEqual(rulesAt(text, 0), ['default-tag', 'duplicate-tag', 'some-rule']);
});

test('the next line is counted with every line ending', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const text = ['x', '// poollens-disable-next-line default-tag', 'y', '/* poollens-disable-line */'].join(end);
    assert.deepEqual(rulesAt(text, 2), ['default-tag'], JSON.stringify(end));
    assert.deepEqual(rulesAt(text, 3), ['all']);
    assert.equal(readSuppressions(text).size, 2);
  }
});

test('the end of a block comment is no rule', () => {
  assert.deepEqual(rulesAt('/* poollens-disable-line default-tag */ f();', 0), ['default-tag']);
});

test('words that merely begin alike are no directive', () => {
  assert.equal(readSuppressions('// poollens-disable-lines\n// poollens-disabled-line\nint poollens;').size, 0);
});

test('a call over several lines is covered from its name to its tag', () => {
  const range = { start: { line: 4, column: 0 }, end: { line: 4, column: 5 } };
  const tagRange = { start: { line: 7, column: 0 }, end: { line: 7, column: 6 } };
  const place = sourcePlace('/a.c', 4, { range, tagRange });
  const at = (line: number): boolean => isSuppressed(new Map([[line, new Set(['all'])]]), 'default-tag', place);
  assert.deepEqual([3, 4, 6, 7, 8].map(at), [false, true, true, true, false]);
});

test('a text of many directives is read in linear time', () => {
  const text = '// poollens-disable-line\n'.repeat(50_000);
  assert.equal(readSuppressions(text).size, 50_000);
});
