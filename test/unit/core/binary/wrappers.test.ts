/** Functions that hand their own parameter on as the tag: their callers are sites, to a fixed point. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALIGN, b, imm, label, slot, to } from './assembler';
import { CODE_RVA } from './imageBuilder';
import { scan } from './scanning';

const FRED = imm(0x64657246);
const JOHN = imm(0x6e686f4a);
const at = (labels: ReadonlyMap<string, number>, name: string): string =>
  `toaster.sys+0x${(labels.get(name) ?? 0).toString(16)}`;

/** Wrapper(size, tag): mov r8d, edx; mov rdx, rcx; call [ExAllocatePoolWithTag]. */
const wrapper = [
  label('wrapper'),
  b('48 83 ec 28 44 8b c2 48 8b d1 33 c9'),
  label('inner'),
  b('ff 15'),
  slot('ExAllocatePoolWithTag'),
  b('48 83 c4 28 c3'),
  ALIGN,
];

test('callers of a wrapper carry the tag; the inner call has all of them', () => {
  const { lines, labels } = scan('x64', [
    b('48 83 ec 28'),
    b('ba'),
    FRED,
    label('first'),
    b('e8'),
    to('wrapper'),
    b('ba'),
    JOHN,
    label('second'),
    b('e8'),
    to('wrapper'),
    b('48 83 c4 28 c3'),
    ALIGN,
    ...wrapper,
  ]);
  assert.deepEqual(lines, [
    `first: ExAllocatePoolWithTag Fred (wrapper) via ${at(labels, 'wrapper')}`,
    `second: ExAllocatePoolWithTag John (wrapper) via ${at(labels, 'wrapper')}`,
    'inner: ExAllocatePoolWithTag Fred|John (call)',
  ]);
});

test('a wrapper of a wrapper, reached by a tail jump with the argument in another place', () => {
  const { lines, labels } = scan('x64', [
    b('48 83 ec 28'),
    b('b9'),
    FRED,
    label('caller'),
    b('e8'),
    to('outer'),
    b('48 83 c4 28 c3'),
    ALIGN,
    label('outer'),
    b('8b d1 b9 10 00 00 00'),
    label('jump'),
    b('e9'),
    to('wrapper'),
    ALIGN, // mov edx, ecx; mov ecx, 10h
    ...wrapper,
  ]);
  assert.deepEqual(lines, [
    `caller: ExAllocatePoolWithTag Fred (wrapper) via ${at(labels, 'outer')}`,
    `jump: ExAllocatePoolWithTag Fred (wrapper) via ${at(labels, 'wrapper')}`,
    'inner: ExAllocatePoolWithTag Fred (call)',
  ]);
});

test('a default for zero: cmov between the parameter and a constant', () => {
  const { lines } = scan('x64', [
    b('48 83 ec 28'),
    b('ba'),
    FRED,
    label('caller'),
    b('e8'),
    to('defaulting'),
    b('48 83 c4 28 c3'),
    ALIGN,
    label('defaulting'),
    b('48 83 ec 28'),
    b('41 b8'),
    JOHN,
    b('85 d2'),
    b('44 0f 45 c2'), // cmovne r8d, edx
    label('inner'),
    b('ff 15'),
    slot('ExAllocatePoolWithTag'),
    b('48 83 c4 28 c3'),
  ]);
  assert.match(lines[0] ?? '', /^caller: ExAllocatePoolWithTag Fred \(wrapper\)/);
  assert.equal(lines[1], 'inner: ExAllocatePoolWithTag Fred|John (call)');
});

test('a wrapper nobody calls is unresolved, and so is one whose address is passed on or exported', () => {
  const lonely = scan('x64', [b('c3'), ALIGN, ...wrapper]);
  assert.deepEqual(lonely.lines, [
    `inner: ExAllocatePoolWithTag ? parameter of ${at(lonely.labels, 'wrapper')}, which is never called directly (call)`,
  ]);
  const caller = [b('48 83 ec 28'), b('ba'), FRED, label('caller'), b('e8'), to('wrapper')];
  const end = [b('48 83 c4 28 c3'), ALIGN, ...wrapper];
  const passed = scan('x64', [...caller, b('48 8d 0d'), to('wrapper'), b('ff 15'), slot('KeQueryTick'), ...end]);
  assert.match(
    passed.lines[1] ?? '',
    /^inner: ExAllocatePoolWithTag Fred\? parameter of .* also called from elsewhere/,
  );
  const exported = scan('x64', [...caller, ...end], { exports: [{ name: 'MyAlloc', rva: CODE_RVA + 0x20 }] });
  assert.equal(exported.lines[0], 'caller: ExAllocatePoolWithTag Fred (wrapper) via MyAlloc');
  assert.match(exported.lines[1] ?? '', /Fred\? parameter of MyAlloc, which is also called from elsewhere/);
});

test('recursion ends', () => {
  const { lines } = scan('x64', [
    b('48 83 ec 28'),
    b('ba'),
    FRED,
    label('caller'),
    b('e8'),
    to('again'),
    b('48 83 c4 28 c3'),
    ALIGN,
    label('again'),
    b('53 48 83 ec 20 8b da'), // mov ebx, edx
    label('itself'),
    b('e8'),
    to('again'), // hands edx on unchanged
    b('44 8b c3'),
    label('inner'),
    b('ff 15'),
    slot('ExAllocatePoolWithTag'),
    b('48 83 c4 20 5b c3'),
  ]);
  assert.match(lines.find((line) => line.startsWith('inner')) ?? '', /^inner: ExAllocatePoolWithTag Fred \(call\)$/);
  assert.equal(lines.length, 3);
});

test('an image that exports the allocator itself: its own calls count', () => {
  const { lines } = scan(
    'x64',
    [
      b('48 83 ec 28'),
      b('41 b8'),
      FRED,
      label('kernel'),
      b('e8'),
      to('allocator'),
      b('48 83 c4 28 c3'),
      ALIGN,
      label('allocator'),
      b('33 c0 c3'),
    ],
    { imports: [], exports: [{ name: 'ExAllocatePoolWithTag', rva: CODE_RVA + 0x20 }] },
  );
  assert.deepEqual(lines, ['kernel: ExAllocatePoolWithTag Fred (call)']);
});

test('an export that jumps to its body: calls of the body count, unless two exports share it', () => {
  const kernel = (second: readonly { readonly name: string; readonly rva: number }[]): readonly string[] =>
    scan(
      'x64',
      [
        b('48 83 ec 28 41 b8'),
        FRED,
        label('kernel'),
        b('e8'),
        to('body'),
        b('48 83 c4 28 c3'),
        ALIGN,
        b('e9'), // at 0x1020
        to('body'),
        ALIGN,
        b('e9'), // at 0x1030
        to('body'),
        ALIGN,
        label('body'),
        b('33 c0 c3'),
      ],
      { imports: [], exports: [{ name: 'ExAllocatePoolWithTag', rva: CODE_RVA + 0x20 }, ...second] },
    ).lines;
  assert.deepEqual(kernel([]), ['kernel: ExAllocatePoolWithTag Fred (call)']);
  assert.deepEqual(kernel([{ name: 'ExAllocatePoolWithQuotaTag', rva: CODE_RVA + 0x30 }]), []);
  assert.equal(kernel([{ name: 'Other', rva: CODE_RVA + 0x30 }]).length, 1);
});
