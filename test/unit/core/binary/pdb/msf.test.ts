/** The container: streams come back as they were written; counts and block lists that lie cost nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openMsf } from '../../../../../server/core/binary/pdb/msf';
import type { ParseIssue } from '../../../../../src/shared/facts';
import { writeMsf } from './samples';

const BLOCK = 512;

function issuesOf(bytes: Uint8Array): { readonly opened: boolean; readonly messages: string } {
  const issues: ParseIssue[] = [];
  const opened = openMsf(bytes, issues) !== undefined;
  return { opened, messages: issues.map(({ message }) => message).join('; ') };
}

test('streams come back as they were written, whatever their sizes', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 3 * BLOCK + 1 }), { maxLength: 8 }), (streams) => {
      const issues: ParseIssue[] = [];
      const msf = openMsf(writeMsf(streams), issues);
      for (const [index, stream] of streams.entries()) {
        assert.deepEqual(msf?.stream(index)?.bytes ?? new Uint8Array(), stream);
      }
      assert.deepEqual(issues, []);
    }),
    { numRuns: 50 },
  );
});

test('blocks in any order are joined', () => {
  const bytes = writeMsf([Uint8Array.from({ length: 2 * BLOCK }, (_, index) => index >> 9)]);
  const swapped = withBlocks(bytes, [4, 3]);
  assert.deepEqual(
    openMsf(swapped, [])
      ?.stream(0)
      ?.bytes.filter((_, index) => index % BLOCK === 0),
    new Uint8Array([1, 0]),
  );
});

test('a byte offset of the view is honoured', () => {
  const bytes = writeMsf([Uint8Array.of(1, 2, 3)]);
  const shifted = new Uint8Array(bytes.length + 7);
  shifted.set(bytes, 7);
  assert.deepEqual(openMsf(shifted.subarray(7), [])?.stream(0)?.bytes, Uint8Array.of(1, 2, 3));
});

test('a stream that names a block twice, or a block of another stream, is refused with an issue', () => {
  const twice = withBlocks(writeMsf([new Uint8Array(2 * BLOCK)]), [3, 3]);
  const issues: ParseIssue[] = [];
  assert.equal(openMsf(twice, issues)?.stream(0), undefined);
  assert.match(issues[0]?.message ?? '', /stream 0 has blocks/);

  const shared = openMsf(withBlocks(writeMsf([new Uint8Array(BLOCK), new Uint8Array(BLOCK)]), [3, 3]), []);
  assert.equal(shared?.stream(0)?.length, BLOCK);
  assert.equal(shared?.stream(1), undefined);
});

test('a stream with a block outside the file, or larger than the file, is refused', () => {
  const outside = withBlocks(writeMsf([new Uint8Array(BLOCK)]), [0xfffffff0]);
  assert.equal(openMsf(outside, [])?.stream(0), undefined);
  const bytes = writeMsf([new Uint8Array(BLOCK)]);
  const directory = view(bytes).getUint32(view(bytes).getUint32(52, true) * BLOCK, true) * BLOCK;
  view(bytes).setUint32(directory + 4, 0xfffffffe, true);
  assert.equal(openMsf(bytes, [])?.stream(0), undefined);
});

test('headers that lie are refused with an issue', () => {
  const changed = (offset: number, value: number) => {
    const bytes = writeMsf([new Uint8Array(10)]);
    view(bytes).setUint32(offset, value, true);
    return issuesOf(bytes);
  };
  for (const size of [0, 1, 511, 513, 0x20000, 0xffffffff]) {
    assert.match(changed(32, size).messages, /block size/, String(size));
  }
  for (const size of [0, 3, 0x7fffffff, 0xffffffff]) {
    assert.deepEqual(changed(44, size), { opened: false, messages: 'PDB stream directory lies outside the file' });
  }
  assert.match(changed(52, 0xffffffff).messages, /directory/);
  assert.match(changed(40, 0xffffffff).messages, /truncated/);
});

test('a directory that claims millions of streams is refused', () => {
  const bytes = writeMsf([new Uint8Array(10)]);
  const directory = view(bytes).getUint32(view(bytes).getUint32(52, true) * BLOCK, true) * BLOCK;
  view(bytes).setUint32(directory, 0x10000000, true);
  assert.deepEqual(issuesOf(bytes), { opened: false, messages: 'PDB stream directory lies outside the file' });
});

test('other files are told apart', () => {
  const named = (text: string) => issuesOf(new Uint8Array(Buffer.from(text.padEnd(64, '\0'), 'latin1'))).messages;
  assert.match(named('Microsoft C/C++ program database 2.00\r\n\x1aJG'), /Visual C\+\+ 6/);
  assert.match(named('Microsoft MSFZ Container'), /MSFZ/);
  assert.match(named('BSJB'), /\.NET/);
  assert.match(named('MZ'), /not a PDB/);
  assert.match(issuesOf(new Uint8Array()).messages, /not a PDB/);
});

/** Writes block numbers over those of the first streams. */
function withBlocks(bytes: Uint8Array, blocks: readonly number[]): Uint8Array {
  const file = view(bytes);
  const directory = file.getUint32(file.getUint32(52, true) * BLOCK, true) * BLOCK;
  const first = directory + 4 + 4 * file.getUint32(directory, true);
  for (const [index, block] of blocks.entries()) file.setUint32(first + 4 * index, block, true);
  return bytes;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
