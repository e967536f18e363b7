/** C13 line tables: which row answers, lines that are none, and counts that lie. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLineRow, readLineHeader, readLineRows } from '../../../../../server/core/binary/pdb/lineTable';
import { StreamReader } from '../../../../../server/core/binary/pdb/streamReader';

interface Block {
  readonly file: number;
  readonly rows: readonly (readonly [offset: number, line: number])[];
  /** What the block claims, when that is not the truth. */
  readonly count?: number;
  readonly size?: number;
}

/** A DEBUG_S_LINES subsection: section 1, offset 0x100, 64 bytes of code. */
function subsection(blocks: readonly Block[]): StreamReader {
  const words = [0x100, 1, 64];
  for (const { file, rows, count, size } of blocks) {
    words.push(file, count ?? rows.length, size ?? 12 + rows.length * 8);
    for (const [offset, line] of rows) words.push(offset, line | 0x80000000);
  }
  return new StreamReader(new Uint8Array(Uint32Array.from(words).buffer));
}

test('the header says where the code is', () => {
  assert.deepEqual(readLineHeader(subsection([])), { section: 1, offset: 0x100, size: 64 });
  assert.equal(readLineHeader(new StreamReader(new Uint8Array(11))), undefined);
});

test('rows of several files interleave by address', () => {
  const rows = readLineRows(
    subsection([
      { file: 0, rows: [[0, 10], [16, 12]] }, // prettier-ignore
      { file: 24, rows: [[8, 3]] },
    ]),
  );
  assert.deepEqual(
    rows.map(({ start, file, line }) => [start, file, line]),
    [
      [0, 0, 9],
      [8, 24, 2],
      [16, 0, 11],
    ],
  );
  assert.equal(findLineRow(rows, 7)?.line, 9);
  assert.equal(findLineRow(rows, 8)?.line, 2);
  assert.equal(findLineRow(rows, 63)?.line, 11);
});

test('of two rows at one address the last one answers: it has the code', () => {
  // As MSVC writes a function whose opening brace has no instruction of its own.
  const rows = readLineRows(subsection([{ file: 0, rows: [[0, 69], [0, 73], [11, 79]] }])); // prettier-ignore
  assert.equal(findLineRow(rows, 0)?.line, 72);
});

test('before the first row there is no line', () => {
  assert.equal(findLineRow(readLineRows(subsection([{ file: 0, rows: [[4, 9]] }])), 3), undefined);
});

test('compiler-generated code has no line', () => {
  for (const line of [0xf00f00, 0xfeefee, 0]) {
    assert.deepEqual(readLineRows(subsection([{ file: 0, rows: [[0, line]] }])), [
      { start: 0, line: undefined, file: 0 },
    ]);
  }
});

test('a count past its block reads the block alone', () => {
  const rows = readLineRows(
    subsection([
      { file: 0, rows: [[0, 1]], count: 0xffffffff },
      { file: 1, rows: [[4, 2]], count: 0xffffffff },
    ]),
  );
  assert.equal(rows.length, 2);
});

test('a block that is smaller than its own header ends the table', () => {
  assert.deepEqual(readLineRows(subsection([{ file: 0, rows: [[0, 1]], size: 0 }])), []);
});
