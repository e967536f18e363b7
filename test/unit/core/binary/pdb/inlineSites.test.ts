/** Binary annotations of inlined calls: byte sequences as MSVC and clang write them, and broken ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readInlineRows, readInlineSites } from '../../../../../server/core/binary/pdb/inlineSites';
import { StreamReader } from '../../../../../server/core/binary/pdb/streamReader';

const SOURCE = { file: 24, line: 100 };

function rows(hex: string) {
  const bytes = new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  return readInlineRows(new StreamReader(bytes), 0, bytes.length, SOURCE).map((row) => [row.start, row.end, row.line]);
}

test('MSVC: a row with its length does not move the base of the next row', () => {
  // ExInitializeNPagedLookasideList in a real driver: code 0x0d–0x14, 0x16–0x1c, 0x20–0x40, all of line +1.
  assert.deepEqual(rows('0602 0C070D 0C0609 0C200A 00'), [
    [0x0d, 0x14, 101],
    [0x16, 0x1c, 101],
    [0x20, 0x40, 101],
  ]);
});

test('MSVC: a row without a length reaches to the next row', () => {
  // ExAllocatePoolZero in a real driver.
  assert.deepEqual(rows('0608 0318 060C 0317 0602 0C0D11 000000'), [
    [0x18, 0x2f, 104],
    [0x2f, 0x40, 110],
    [0x40, 0x4d, 111],
  ]);
});

test('clang: a length on its own ends the row, and the next row counts from there', () => {
  assert.deepEqual(rows('0B24 0304 0406 0308 0402'), [
    [0x04, 0x08, 101],
    [0x08, 0x0e, 101],
    [0x16, 0x18, 101],
  ]);
});

test('line steps are signed, and integers take one, two or four bytes', () => {
  // -3 lines; offset 0x1234 in two bytes; length 0x10 in four.
  assert.deepEqual(rows('0607 03 9234 04 C0000010'), [[0x1234, 0x1244, 97]]);
});

test('another file, and code in a part that was moved away', () => {
  const read = new Uint8Array(Buffer.from('053003040402020103040402020003040402', 'hex'));
  const found = readInlineRows(new StreamReader(read), 0, read.length, SOURCE);
  assert.deepEqual(
    found.map(({ start, end, file }) => [start, end, file]),
    [
      [4, 6, 0x30],
      [16, 18, 0x30],
    ],
  );
});

test('annotations that break off, unknown operations and impossible integers end the rows', () => {
  assert.deepEqual(rows(''), []);
  assert.deepEqual(rows('03'), []);
  assert.deepEqual(rows('0304'), []);
  assert.deepEqual(rows('0304 0402 FF 0402'), [[4, 6, 100]]);
  assert.deepEqual(rows('0304 0402 0E01 0304 0402'), [[4, 6, 100]]);
  assert.deepEqual(rows('0304 0402 03FF'), [[4, 6, 100]]);
});

test('any bytes give rows in order that do not overlap their starts', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      let last = -1;
      for (const { start, end } of readInlineRows(new StreamReader(bytes), 0, bytes.length, SOURCE)) {
        assert.ok(start >= last && end > start);
        last = start;
      }
    }),
  );
});

test('a procedure without its end record takes no inlined calls of the next one', () => {
  const procedure = record(0x1110, 40);
  const site = record(0x114d, 16);
  const bytes = Uint8Array.from([...procedure, ...site, ...procedure, ...site, ...site]);
  const stream = new StreamReader(bytes);
  assert.equal(readInlineSites(stream, 0, () => SOURCE).length, 1);
  assert.equal(readInlineSites(stream, procedure.length + site.length, () => SOURCE).length, 2);
});

function record(kind: number, size: number): number[] {
  return [size + 2, 0, kind & 0xff, kind >> 8, ...new Array<number>(size).fill(0)];
}
