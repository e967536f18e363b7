/** What four bytes in an image are: an instruction's constant, or only bytes; and constants no search for bytes sees. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findTagOccurrences } from '../../../../../server/core/binary/occurrence/findTagOccurrences';
import { tagToText, type PoolTag } from '../../../../../src/shared/poolTag';
import { ALIGN, assemble, b, imm, label, to } from '../assembler';
import { buildImage, CODE_RVA, le32, VARIABLES_RVA, X86_BASE, type ImageParts } from '../imageBuilder';

const FRED = 0x64657246;
const JOHN = 0x6e686f4a;
const FILE = '/drivers/toaster.sys';

/** `constant Fred .text+0x6 Entry+0x6`, the offset where there is no section. */
function find(bytes: Uint8Array, tags: readonly PoolTag[] = [FRED]): string[] {
  return findTagOccurrences(bytes, tags, { file: FILE }).map((found) => {
    assert.equal(found.file, FILE);
    const where =
      found.rva === undefined ? `@${String(found.offset)}` : `${found.section ?? ''}+0x${found.rva.toString(16)}`;
    return [found.evidence, tagToText(found.tag), where, found.function].filter((part) => part !== undefined).join(' ');
  });
}

function image(
  machine: ImageParts['machine'],
  pieces: Parameters<typeof assemble>[0],
  more: Partial<ImageParts> = {},
): Uint8Array {
  return buildImage({ machine, code: (slot) => assemble(pieces, slot).bytes, ...more });
}

const arm64 = (words: readonly number[], more: Partial<ImageParts> = {}): Uint8Array =>
  buildImage({ machine: 'arm64', code: () => words.flatMap(le32), ...more });
const movz = (register: number, value: number, shift = 0): number =>
  (0x52800000 | ((shift / 16) << 21) | (value << 5) | register) >>> 0;
const movk = (register: number, value: number, shift = 0): number => (movz(register, value, shift) | 0x20000000) >>> 0;
const movn = (register: number, value: number, shift = 0): number => (movz(register, value, shift) & ~0x40000000) >>> 0;
const RET = 0xd65f03c0;
const NOP = 0xd503201f;

test('x64: immediates of instructions are constants, with their address and function', () => {
  const found = find(
    image('x64', [b('90 41 b8'), imm(FRED), b('c7 44 24 20'), imm(FRED), b('3d'), imm(FRED), b('c3')], {
      exports: [{ name: 'Entry', rva: CODE_RVA }],
    }),
  );
  assert.deepEqual(found, [
    'constant Fred .text+0x1001 Entry+0x1',
    'constant Fred .text+0x1007 Entry+0x7',
    'constant Fred .text+0x100f Entry+0xf',
  ]);
});

test('x64: displacements, distances, halves of immediates and neighbouring instructions are only bytes', () => {
  const found = find(
    image('x64', [
      b('8b 80'), // mov eax, [rax+disp32]
      imm(FRED),
      b('e8'), // call rel32
      imm(FRED),
      b('48 b8'), // mov rax, imm64: the tag in its upper half
      imm(1),
      imm(FRED),
      b('48 b9'), // mov rcx, imm64: the tag in the lower half of something else
      imm(FRED),
      imm(7),
      b('04 46 72 65'), // add al, 'F'; jb +'e'
      b('64 90'), // fs: nop
      b('c3'),
    ]),
  );
  assert.deepEqual(
    found.map((line) => line.split(' ')[0]),
    ['bytes', 'bytes', 'bytes', 'bytes', 'bytes'],
  );
  // The same in an immediate of eight bytes that is nothing but the tag.
  assert.deepEqual(find(image('x64', [b('48 b8'), imm(FRED), imm(0), b('c3')])), ['constant Fred .text+0x1000']);
});

test('x86: a push is a constant, an absolute address is not', () => {
  const found = find(
    image('x86', [b('68'), imm(FRED), b('a1'), imm(FRED), b('c7 05'), imm(X86_BASE), imm(FRED), b('c3')]),
  );
  assert.deepEqual(found, ['constant Fred .text+0x1000', 'constant Fred .text+0x100a', 'bytes Fred .text+0x1006']);
});

test('x64: a branch into the middle of nothing leaves the rest sound', () => {
  const code = [
    b('eb 00 ba'),
    imm(FRED),
    b('c3'),
    ALIGN,
    label('next'),
    b('ba'),
    imm(JOHN),
    b('e8'),
    to('next'),
    b('c3'),
  ];
  assert.deepEqual(find(image('x64', code), [FRED, JOHN]), [
    'constant Fred .text+0x1002',
    'constant John .text+0x1010',
  ]);
});

test('ARM64: a pair in either order, interleaved, over a branch; a complement; single moves', () => {
  assert.deepEqual(find(arm64([movz(2, 0x7246), NOP, movk(2, 0x6465, 16), RET])), ['constant Fred .text+0x1008']);
  assert.deepEqual(find(arm64([movz(3, 0x6465, 16), movk(3, 0x7246), RET])), ['constant Fred .text+0x1004']);
  assert.deepEqual(find(arm64([movn(3, ~0x6465 & 0xffff, 16), movk(3, 0x7246), RET])), ['constant Fred .text+0x1004']);
  const overBranch = [movz(2, 0x7246), (0xb4000000 | (2 << 5)) >>> 0 /* cbz x0, +8 */, NOP, movk(2, 0x6465, 16), RET];
  assert.deepEqual(find(arm64(overBranch)), ['constant Fred .text+0x100c']);
  assert.deepEqual(find(arm64([movz(2, 0x6241), RET]), [0x6241]), ['constant Ab\\x00\\x00 .text+0x1000']);
  assert.deepEqual(find(arm64([movz(2, 0x7246), movk(2, 0xe465, 16), RET])), ['constant Fred .text+0x1004']);
});

test('ARM64: halves that belong to other values, registers or nobody are no constant', () => {
  assert.deepEqual(find(arm64([movz(2, 0x7246), movk(3, 0x6465, 16), RET])), []);
  assert.deepEqual(find(arm64([movz(2, 0x1111), movk(2, 0x6465, 16), RET])), []);
  assert.deepEqual(find(arm64([movk(2, 0x6465, 16), RET])), []);
  assert.deepEqual(find(arm64([movz(31, 0x7246), movk(31, 0x6465, 16), RET])), []);
});

test('ARM64: a literal that is loaded is a constant at the load, one that is not is bytes', () => {
  const load = (0x18000000 | (3 << 5) | 2) >>> 0; // ldr w2, [pc + 12]
  assert.deepEqual(find(arm64([load, NOP, RET, FRED, FRED])), [
    'constant Fred .text+0x1000',
    'bytes Fred .text+0x1010',
  ]);
  // A vector load of the same place is no constant.
  assert.deepEqual(find(arm64([(load | 0x04000000) >>> 0, NOP, RET, FRED])), ['bytes Fred .text+0x100c']);
});

test('bytes outside code: with section and address, or the offset alone', () => {
  const built = image('x64', [b('c3')], { variables: [1, 2, ...le32(FRED)] });
  const bytes = Uint8Array.from([...built, 0, ...le32(FRED)]);
  bytes.set(le32(FRED), 0x40); // in the DOS stub
  const rva = (VARIABLES_RVA + 2).toString(16);
  assert.deepEqual(find(bytes), [
    'bytes Fred @64',
    `bytes Fred .data+0x${rva}`,
    `bytes Fred @${String(built.length + 1)}`,
  ]);
});

test('what is no image has bytes only, and so has the code of an unknown machine', () => {
  assert.deepEqual(find(Uint8Array.from([0, ...le32(FRED)])), ['bytes Fred @1']);
  const other = image('x64', [b('ba'), imm(FRED), b('c3')]);
  new DataView(other.buffer).setUint16(0x84, 0x1c0, true);
  assert.deepEqual(find(other), ['bytes Fred .text+0x1001']);
});

test('a file full of the tag ends at a thousand', () => {
  const bytes = Uint8Array.from(Array<number[]>(5000).fill(le32(FRED)).flat());
  assert.equal(find(bytes).length, 1000);
});

const SAMPLES = [
  image('x64', [b('41 b8'), imm(FRED), b('c3')], {
    functions: [{ begin: CODE_RVA, end: CODE_RVA + 7 }],
    exports: [{ name: 'Entry', rva: CODE_RVA }],
    data: le32(FRED),
  }),
  image('x86', [b('68'), imm(FRED), b('c3')], { data: le32(FRED) }),
  arm64([movz(2, 0x7246), movk(2, 0x6465, 16), RET, FRED], { functions: [{ begin: CODE_RVA, end: CODE_RVA + 12 }] }),
];

test('truncated at every byte: no exception, and what is found lies in the file', () => {
  for (const whole of SAMPLES) {
    for (let length = 0; length < whole.length; length += 1) {
      for (const { offset } of findTagOccurrences(whole.subarray(0, length), [FRED], { file: FILE }))
        assert.ok(offset + 4 <= length, `${String(offset)} of ${String(length)}`);
    }
  }
});

test('damaged anywhere: no exception, and every occurrence of bytes is one', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SAMPLES),
      fc.array(fc.tuple(fc.nat(0x7ff), fc.nat(255)), { maxLength: 40 }),
      (sample, damage) => {
        const bytes = Uint8Array.from(sample);
        for (const [at, value] of damage) bytes[at % bytes.length] = value;
        const view = new DataView(bytes.buffer);
        for (const found of findTagOccurrences(bytes, [FRED], { file: FILE })) {
          if (found.evidence === 'bytes') assert.equal(view.getUint32(found.offset, true) & 0x7fffffff, FRED);
        }
      },
    ),
    { numRuns: 500 },
  );
});
