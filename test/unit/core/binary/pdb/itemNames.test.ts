/** Function names by item number: scopes, classes, names in UTF-8, and numbers that lead nowhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { functionItemName, TypeStream } from '../../../../../server/core/binary/pdb/itemNames';
import { StreamReader } from '../../../../../server/core/binary/pdb/streamReader';
import { decodeUtf8 } from '../../../../../server/core/binary/pdb/utf8';

const FIRST = 0x1000;

/** A type stream whose records have the given kinds and bytes, numbered from 0x1000. */
function typeStream(...records: readonly (readonly [kind: number, ...data: (number | string)[]])[]): TypeStream {
  const body = records.flatMap(([kind, ...data]) => {
    const bytes = data.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(`${part}\0`)] : word(part)));
    return [(bytes.length + 2) & 0xff, (bytes.length + 2) >> 8, kind & 0xff, kind >> 8, ...bytes];
  });
  const header = [20040203, 56, FIRST, FIRST + records.length, body.length].flatMap(word);
  const padding = new Array<number>(56 - header.length).fill(0);
  return new TypeStream(new StreamReader(Uint8Array.from([...header, ...padding, ...body])));
}

const word = (value: number) => [...new Uint8Array(Uint32Array.of(value).buffer)];
const LF_FUNC_ID = 0x1601;
const LF_MFUNC_ID = 0x1602;
const LF_STRING_ID = 0x1605;
const LF_STRUCTURE = 0x1505;
const LF_UNION = 0x1506;

test('a plain function, one in a namespace, a member function', () => {
  const ids = typeStream(
    [LF_FUNC_ID, 0, 0, 'plain'],
    [LF_STRING_ID, 0, 'outer::inner'],
    [LF_FUNC_ID, FIRST + 1, 0, 'scoped'],
    [LF_MFUNC_ID, FIRST, 0, 'member'],
    [LF_MFUNC_ID, FIRST + 1, 0, 'variant'],
  );
  // Count and properties, field list, derived, shape, size 8 as a plain numeric leaf.
  const types = typeStream([LF_STRUCTURE, 0, 0, 0, 0, '\u0008', 'Class'], [LF_UNION, 0, 0, '\u0008', 'Union']);
  assert.equal(functionItemName(ids, types, FIRST), 'plain');
  assert.equal(functionItemName(ids, types, FIRST + 2), 'outer::inner::scoped');
  assert.equal(functionItemName(ids, types, FIRST + 3), 'Class::member');
  assert.equal(functionItemName(ids, types, FIRST + 4), 'Union::variant');
  assert.equal(functionItemName(ids, undefined, FIRST + 3), 'member');
});

test('numbers that are no function, or of no record', () => {
  const ids = typeStream([LF_STRING_ID, 0, 'text'], [LF_FUNC_ID, 0, 0, 'f']);
  for (const item of [0, FIRST - 1, FIRST, FIRST + 2, 0xffffffff]) {
    assert.equal(functionItemName(ids, undefined, item), undefined);
  }
  assert.equal(functionItemName(ids, undefined, FIRST + 1), 'f');
});

test('a stream too short for its header has no records', () => {
  for (const size of [0, 4, 20, 55]) {
    assert.equal(new TypeStream(new StreamReader(new Uint8Array(size).fill(1))).record(FIRST), undefined);
  }
});

test('UTF-8: what Buffer decodes, this decodes', () => {
  const samples = ['größe', '日本', '𝕏', 'a\u0000b', ''];
  for (const text of samples) {
    const bytes = new Uint8Array(Buffer.from(text));
    assert.equal(decodeUtf8(bytes, 0, bytes.length), text);
  }
  const broken = ['80', 'c0af', 'c3', 'e282', 'eda080', 'f4908080', 'ff', '41c342'];
  for (const hex of broken) {
    const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
    const decoded = decodeUtf8(bytes, 0, bytes.length);
    assert.ok(decoded.includes('\ufffd'), hex);
    assert.equal(decoded.replaceAll('\ufffd', ''), hex === '41c342' ? 'AB' : '');
  }
});
