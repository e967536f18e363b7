/** Packed images: what is said when the code that runs is not in the file, and when nothing is said. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanImage } from '../../../../server/core/binary/scanImage';
import { buildImage, le32 } from './imageBuilder';

const OPTIONAL = 0x98;
const SECTION = OPTIONAL + 112 + 128;

/** Bytes without a pattern, always the same (xorshift). */
function noise(count: number): number[] {
  let state = 0x9e3779b9;
  return Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  });
}

function image(code: readonly number[]): Uint8Array {
  return buildImage({
    machine: 'x64',
    imports: [{ module: 'ntoskrnl.exe', functions: ['ExFreePool'] }],
    code: () => code,
  });
}

const messages = (bytes: Uint8Array): string[] =>
  scanImage(bytes, { file: 'packed.sys' }).issues.map((issue) => issue.message);

/** The first section as a packer leaves it: room in memory, nothing in the file. */
function emptied(name: string): Uint8Array {
  const bytes = image([0xc3]);
  const view = new DataView(bytes.buffer);
  bytes.fill(0, SECTION, SECTION + 8);
  bytes.set(Buffer.from(name), SECTION);
  view.setUint32(SECTION + 8, 0x3000, true);
  view.setUint32(SECTION + 16, 0, true);
  return bytes;
}

test('a code section without bytes in the file', () => {
  assert.deepEqual(messages(emptied('UPX0')), [
    'packed: section "UPX0" is filled at run time, its calls can\'t be searched',
  ]);
  assert.deepEqual(messages(emptied('.textbss')), [], 'room for incremental linking');
});

test('a code section of noise', () => {
  assert.deepEqual(messages(image(noise(0x2000))), [
    'packed: section ".text" is compressed or encrypted, its calls can\'t be searched',
  ]);
  assert.deepEqual(messages(image(noise(0x200))), [], 'too little to tell');
});

test('an image with calls, and one of plain code, are not called packed', () => {
  const plain = Array.from({ length: 0x400 }, () => [0x48, 0x89, 0x5c, 0x24, 0x08, 0x57, 0x90, 0xc3]).flat();
  assert.deepEqual(messages(image(plain)), []);
  const calls = buildImage({
    machine: 'x64',
    imports: [{ module: 'ntoskrnl.exe', functions: ['ExFreePool'] }],
    code: (slot) => [0xff, 0x15, ...le32(slot('ExFreePool') - 0x1006), 0xc3, ...noise(0x2000)],
  });
  assert.deepEqual(messages(calls), []);
});

test('a truncated file is truncated, not packed', () => {
  const bytes = image(noise(0x2000)).subarray(0, 0x400);
  assert.ok(messages(bytes).every((message) => !message.startsWith('packed')));
});
