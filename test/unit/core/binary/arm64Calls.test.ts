/** Calls of allocators in ARM64 code, and constants that never stand together in memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanImage } from '../../../../server/core/binary/scanImage';
import { tagToText } from '../../../../src/shared/poolTag';
import { CODE_RVA, le32 } from './imageBuilder';
import type { ImageParts } from './imageBuilder';
import { buildImage } from './imageBuilder';

/** adrp and ldr (or add) that lead from an instruction to an address. */
function adrp(register: number, at: number, target: number): number {
  const pages = Math.floor(target / 0x1000) - Math.floor(at / 0x1000);
  return (0x90000000 | ((pages & 3) << 29) | (((pages >> 2) & 0x7ffff) << 5) | register) >>> 0;
}
const ldr = (to: number, base: number, target: number): number =>
  (0xf9400000 | (((target & 0xfff) / 8) << 10) | (base << 5) | to) >>> 0;
const blr = (register: number): number => (0xd63f0000 | (register << 5)) >>> 0;
const br = (register: number): number => (0xd61f0000 | (register << 5)) >>> 0;
const movz = (register: number, value: number, shift = 0): number =>
  (0x52800000 | ((shift / 16) << 21) | (value << 5) | register) >>> 0;
const movk = (register: number, value: number, shift = 0): number =>
  (0x72800000 | ((shift / 16) << 21) | (value << 5) | register) >>> 0;
const move = (to: number, from: number): number => (0x2a0003e0 | (from << 16) | to) >>> 0;
const bl = (at: number, target: number): number => (0x94000000 | (((target - at) >> 2) & 0x3ffffff)) >>> 0;
const RET = 0xd65f03c0;
const NOP = 0xd503201f;

type Emit = (slot: (name: string) => number) => readonly number[];

/** Sites as `rva: api tags`. */
function scan(words: Emit, more: Partial<ImageParts> = {}): string[] {
  const image = buildImage({
    machine: 'arm64',
    imports: [{ module: 'ntoskrnl.exe', functions: ['ExAllocatePoolWithTag', 'ExFreePoolWithTag'] }],
    code: (slot) => words(slot).flatMap(le32),
    ...more,
  });
  return scanImage(image, { file: 'c:\\drivers\\toaster.sys' }).sites.map((site) => {
    const rva = site.place.kind === 'image' ? site.place.rva - CODE_RVA : -1;
    return `${String(rva)}: ${site.api} ${site.tags.map(tagToText).join('|')}${site.unresolved === undefined ? '' : ` ? ${site.unresolved}`} ${site.evidence}`;
  });
}

test('adrp, ldr, blr with movz and movk interleaved', () => {
  const lines = scan((slot) => {
    const target = slot('ExAllocatePoolWithTag');
    return [movz(2, 0x7246), adrp(8, CODE_RVA + 4, target), movk(2, 0x6465, 16), ldr(8, 8, target), blr(8), RET];
  });
  assert.deepEqual(lines, ['16: ExAllocatePoolWithTag Fred call']);
});

test('the page kept in another register, the constant from a literal pool', () => {
  const lines = scan((slot) => {
    const target = slot('ExAllocatePoolWithTag');
    const wide = (0xaa0003e0 | (8 << 16) | 19) >>> 0; // mov x19, x8
    const literal = (0x18000000 | (3 << 5) | 2) >>> 0; // ldr w2, [pc + 12]
    return [adrp(8, CODE_RVA, target), wide, ldr(9, 19, target), literal, blr(9), RET, 0x64657246];
  });
  assert.deepEqual(lines, ['16: ExAllocatePoolWithTag Fred call']);
});

test('csel gives a set, cbnz proves zero', () => {
  const lines = scan((slot) => {
    const [allocate, free] = [slot('ExAllocatePoolWithTag'), slot('ExFreePoolWithTag')];
    const csel = (0x1a800000 | (4 << 16) | (3 << 5) | 2) >>> 0; // csel w2, w3, w4, eq
    return [
      movz(3, 0x7246),
      movk(3, 0x6465, 16),
      movz(4, 0x6f4a),
      movk(4, 0x6e68, 16),
      csel,
      adrp(8, CODE_RVA + 20, allocate),
      ldr(8, 8, allocate),
      blr(8),
      0x350000a0, // cbnz w0, over the call
      adrp(8, CODE_RVA + 36, free),
      move(1, 0),
      ldr(8, 8, free),
      blr(8),
      RET,
    ];
  });
  assert.deepEqual(lines, [
    '28: ExAllocatePoolWithTag Fred|John call',
    '48: ExFreePoolWithTag \\x00\\x00\\x00\\x00 call',
  ]);
});

test('a thunk in x16, and a wrapper with a frame', () => {
  const lines = scan((slot) => {
    const target = slot('ExAllocatePoolWithTag');
    const at = (index: number): number => CODE_RVA + index * 4;
    return [
      0xa9bf7bfd,
      movz(1, 0x7246),
      movk(1, 0x6465, 16),
      bl(at(3), at(8)),
      0xa8c17bfd,
      RET,
      NOP,
      NOP, // caller
      0xa9bf7bfd,
      0x910003fd,
      move(2, 1),
      movz(0, 1),
      bl(at(12), at(16)),
      0xa8c17bfd,
      RET,
      NOP, // wrapper(size, tag)
      adrp(16, at(16), target),
      ldr(16, 16, target),
      br(16),
      NOP, // thunk
    ];
  });
  assert.deepEqual(lines, ['12: ExAllocatePoolWithTag Fred wrapper', '48: ExAllocatePoolWithTag Fred call']);
});

test('a tag that a call may have changed stays unresolved', () => {
  const lines = scan((slot) => {
    const target = slot('ExAllocatePoolWithTag');
    return [
      movz(2, 0x7246),
      movk(2, 0x6465, 16),
      adrp(8, CODE_RVA + 8, target),
      ldr(8, 8, target),
      blr(9),
      blr(8),
      RET,
    ];
  });
  // x8 is as volatile as w2: nothing shows that the second call reaches the allocator.
  assert.deepEqual(lines, []);
});

test('a store downwards from an address in the midst of the frame sets what lies below that address', () => {
  const str = (value: number, base: number, by: number): number =>
    (0xb8000000 | ((by & 0x1ff) << 12) | (base << 5) | value) >>> 0; // stur w, [x, #by]
  const lines = scan((slot) => {
    const target = slot('ExAllocatePoolWithTag');
    const call = CODE_RVA + 11 * 4;
    return [
      0xd10803ff, // sub sp, sp, #0x200
      0x910403e9, // add x9, sp, #0x100
      movz(8, 0x7246),
      movk(8, 0x6465, 16),
      str(8, 31, 0x10), // the slot, by the stack pointer
      movz(8, 0x6e65),
      movk(8, 0x7242, 16),
      str(8, 9, -0xf0), // the same slot, from the address above it
      0xd503201f,
      0xb94013e2, // ldr w2, [sp, #0x10]
      0xd503201f,
      adrp(8, call, target),
      ldr(8, 8, target),
      blr(8),
      RET,
    ];
  });
  assert.deepEqual(lines, ['52: ExAllocatePoolWithTag enBr call']);
});

test('a jump through a table whose entry was loaded long before', () => {
  const waiting = Array.from({ length: 20 }, () => NOP);
  const lines = scan((slot) => {
    const target = slot('ExAllocatePoolWithTag');
    const jump = 5 + waiting.length;
    return [
      (0x10000009 | ((jump + 9) << 5)) >>> 0, // adr x9, table
      0xb8a0792a, // ldrsw x10, [x9, x0, lsl #2]
      0x8b0a0133, // add x19, x9, x10
      movz(2, 0x7246),
      movk(2, 0x6465, 16),
      ...waiting,
      br(19),
      movz(2, 0x6f4a), // case 0
      movk(2, 0x6e68, 16),
      adrp(8, CODE_RVA + (jump + 3) * 4, target), // case 1
      ldr(8, 8, target),
      blr(8),
      RET,
      NOP,
      NOP,
      (-8 * 4) >>> 0, // table
      (-6 * 4) >>> 0,
    ];
  });
  assert.deepEqual(lines, ['120: ExAllocatePoolWithTag Fred|John call']);
});
