/**
 * pooltag.txt: the lines it is made of, odd ones included, and which of them answer for a tag. Lines of our own only.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePoolTagFile, type PoolTagEntry } from '../../../../server/core/tags/poolTagFile';
import { PROTECTED_POOL, tagFromText } from '../../../../src/shared/poolTag';

function tag(text: string): number {
  const value = tagFromText(text);
  assert.ok(value !== undefined);
  return value;
}

const describe = (text: string, shown: string): readonly PoolTagEntry[] =>
  parsePoolTagFile(text).value.describe(tag(shown));
const descriptions = (text: string, shown: string): string[] => describe(text, shown).map((e) => e.description);

test('tag, binary, description, line; comments and blank lines are none', () => {
  const text = `//
rem   Tags of our own: <Tag> - <binary> - <Description>
REM
rem

Leak - leaky.sys    -     Requests that nobody frees
`;
  const { value, issues } = parsePoolTagFile(text);
  assert.deepEqual(issues, []);
  assert.deepEqual(value.describe(tag('Leak')), [
    { pattern: 'Leak', binary: 'leaky.sys', description: 'Requests that nobody frees', line: 5 },
  ]);
  assert.deepEqual(value.describe(tag('rem ')), []);
});

test('CRLF, LF, a byte order mark and the Ctrl-Z of old editors', () => {
  for (const text of ['One1 - a.sys - x\r\nTwo2 - b.sys - y\r\n\x1a', '\ufeffOne1 - a.sys - x\nTwo2 - b.sys - y\x1a']) {
    const { value, issues } = parsePoolTagFile(text);
    assert.deepEqual(issues, []);
    assert.deepEqual(value.describe(tag('One1')), [{ pattern: 'One1', binary: 'a.sys', description: 'x', line: 0 }]);
    assert.deepEqual(value.describe(tag('Two2')), [{ pattern: 'Two2', binary: 'b.sys', description: 'y', line: 1 }]);
  }
});

for (const [line, shown] of [
  ['Ab   - a.sys - d', 'Ab'],
  ['Ab - a.sys - d', 'Ab'],
  ['Ab  - a.sys - d', 'Ab'],
  ['Abc -  a.sys    - d', 'Abc'],
  ['Abcd  - a.sys - d', 'Abcd'],
  [' CM  - a.sys - d', ' CM '],
  ['A  0 - a.sys - d', 'A  0'],
  ['-Mem - a.sys - d', '-Mem'],
  ['.sys - a.sys - d', '.sys'],
  ['A-B- - a.sys - d', 'A-B-'],
  ['remX - a.sys - d', 'remX'],
  ['Rem  - a.sys - d', 'Rem '],
] as const) {
  test(`columns and padding: ${line}`, () => {
    const [entry] = describe(line, shown);
    assert.deepEqual(entry, { pattern: shown.padEnd(4), binary: 'a.sys', description: 'd', line: 0 });
  });
}

for (const [line, binary, description] of [
  ['Fred - the demo driver', undefined, 'the demo driver'],
  ['Fred -  - no binary', undefined, 'no binary'],
  ['Fred - fred.sys -', 'fred.sys', ''],
  ['Fred - fred.sys - ', 'fred.sys', ''],
  ['Fred -', undefined, ''],
  ['Fred - pre-fred.sys - a-b', 'pre-fred.sys', 'a-b'],
  ['Fred - fred.sys - lists - and what hangs on them', 'fred.sys', 'lists - and what hangs on them'],
  ['Fred - nt!store or fred.sys - x', 'nt!store or fred.sys', 'x'],
  ['Fred - gui!CQueue::operator new - x', 'gui!CQueue::operator new', 'x'],
  ['Fred - <unknown>    - x', '<unknown>', 'x'],
  ['Fred - fred.sys     -glued', undefined, 'fred.sys     -glued'],
] as const) {
  test(`fields: ${line}`, () => {
    const [entry] = describe(line, 'Fred');
    assert.deepEqual([entry?.binary, entry?.description], [binary, description]);
  });
}

test('case matters', () => {
  const text = 'NtFC - a.sys - 1\nNtFc - a.sys - 2\nNtfC - a.sys - 3\nNtf? - a.sys - 4';
  assert.deepEqual(descriptions(text, 'NtFc'), ['2']);
  assert.deepEqual(descriptions(text, 'NtfC'), ['3', '4']);
  assert.deepEqual(descriptions(text, 'ntfc'), []);
});

test('exact before wildcards, the longer literal prefix first, all duplicates in the order of the file', () => {
  const text = ['*', 'F?ed', 'F*', 'Fre?', 'Fr??', 'Fred', 'Fr* ', 'Fred', 'G???', '????']
    .map((pattern, at) => `${pattern.padEnd(4)} - a.sys - ${String(at)}`)
    .join('\n');
  assert.deepEqual(descriptions(text, 'Fred'), ['5', '7', '3', '4', '6', '1', '2', '0', '9']);
});

test('a star stands for any run, none and blanks included; the padding after it is no blank', () => {
  const text = 'Io*  - a.sys - 1\n*b*d - a.sys - 2\nA*Z  - a.sys - 3\nAbc* - a.sys - 4';
  assert.deepEqual(descriptions(text, 'IoXY'), ['1']);
  assert.deepEqual(descriptions(text, 'Io'), ['1']);
  assert.deepEqual(descriptions(text, 'bbbd'), ['2']);
  assert.deepEqual(descriptions(text, 'bcad'), ['2']);
  assert.deepEqual(descriptions(text, 'A1Z '), ['3']);
  assert.deepEqual(descriptions(text, 'A12Z'), []);
  assert.deepEqual(descriptions(text, 'Abc '), ['4']);
  assert.deepEqual(descriptions(text, 'Abd '), []);
});

test('a question mark is one character, and a padded pattern ends in blanks', () => {
  const text = 'Ab?  - a.sys - 1\nWh?t - a.sys - 2';
  assert.deepEqual(descriptions(text, 'Abc '), ['1']);
  assert.deepEqual(descriptions(text, 'Abcd'), []);
  assert.deepEqual(descriptions(text, 'Wh?t'), ['2']);
});

test('a protected tag is described as what tools show; bytes outside ASCII are no pattern characters', () => {
  const { value } = parsePoolTagFile('Proc - nt!ps - Processes');
  assert.equal(value.describe((tag('Proc') | PROTECTED_POOL) >>> 0).length, 1);
  assert.deepEqual(value.describe(0), []);
  assert.deepEqual(value.describe(0xffffffff), []);
});

test('prose, a continued line and a missing tag are no entries and no fault', () => {
  const text = 'Fred - fred.sys - x\n       <unknown>\n     - and more - of it\nTags of ours are Fr00 through FrFF\n';
  const { value, issues } = parsePoolTagFile(text);
  assert.deepEqual(issues, []);
  assert.deepEqual(value.describe(tag('Fred')), [{ pattern: 'Fred', binary: 'fred.sys', description: 'x', line: 0 }]);
  assert.deepEqual(value.describe(tag('    ')), []);
});

test('a line that was meant to be an entry is named; the others are read', () => {
  const { value, issues } = parsePoolTagFile('Fred-fred.sys-x\nFreddy - fred.sys - y\nLeak - leaky.sys - z\n');
  assert.deepEqual(issues, [
    { message: 'line 1 is no `Tag - binary - text`', offset: 0 },
    { message: 'line 2 is no `Tag - binary - text`', offset: 16 },
  ]);
  assert.equal(value.describe(tag('Leak')).length, 1);
});

test('a text without any entry says so once', () => {
  for (const text of [
    '',
    '\x1a',
    'rem\n',
    'int main(void)\n{\n  return a-b;\n}\n',
    '\0'.repeat(5000),
    '-\n'.repeat(9000),
  ]) {
    const { value, issues } = parsePoolTagFile(text);
    assert.deepEqual(issues, [{ message: 'no line describes a pool tag', offset: 0 }]);
    assert.deepEqual(value.describe(tag('Fred')), []);
  }
});

test('a line too long for the file is left out, and the lines after it keep their numbers', () => {
  const { value, issues } = parsePoolTagFile(`Fred - a.sys - ${'x'.repeat(1e6)}\nLeak - b.sys - y\n`);
  assert.equal(issues.length, 1);
  assert.deepEqual(value.describe(tag('Fred')), []);
  assert.equal(value.describe(tag('Leak'))[0]?.line, 1);
});

test('hostile numbers: equal lines are bounded and said, different ones all stay', () => {
  const same = parsePoolTagFile('F*e* - a.sys - x\n'.repeat(100_000));
  assert.equal(same.value.describe(tag('Free')).length, 256);
  assert.equal(same.issues[0]?.message, 'line 257 is left out: 256 describe its tag');
  assert.ok(same.issues.length <= 51);
  const many = Array.from({ length: 100_000 }, (_, at) => `${at.toString(36).padStart(4, '0')} - a.sys - x`);
  const { value, issues } = parsePoolTagFile(many.join('\n'));
  assert.deepEqual(issues, []);
  assert.equal(value.describe(tag('025s'))[0]?.line, 2 * 36 * 36 + 5 * 36 + 28);
});
