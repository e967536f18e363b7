/** Calls of allocators in x64 code, in every form compilers emit, and the tags that reach them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALIGN, b, imm, label, slot, to } from './assembler';
import { CODE_RVA } from './imageBuilder';
import { scan } from './scanning';

const FRED = imm(0x64657246);
const JOHN = imm(0x6e686f4a);

test('direct calls: with and without REX.W and the long nop', () => {
  const { lines } = scan('x64', [
    b('48 83 ec 28'), // sub rsp, 28h
    b('41 b8'),
    FRED, // mov r8d, 'derF'
    label('plain'),
    b('ff 15'),
    slot('ExAllocatePoolWithTag'),
    b('ba'),
    JOHN, // mov edx, 'nhoJ'
    b('48 8b c8'), // mov rcx, rax
    label('wide'),
    b('48 ff 15'),
    slot('ExFreePoolWithTag'),
    b('0f 1f 44 00 00'),
    b('48 83 c4 28 c3'),
  ]);
  assert.deepEqual(lines, ['plain: ExAllocatePoolWithTag Fred (call)', 'wide: ExFreePoolWithTag John (call)']);
});

test('module is the file name, place is the call instruction, role comes from the catalogue', () => {
  const { sites } = scan('x64', [b('41 b8'), FRED, b('ff 15'), slot('ExAllocatePool2'), b('c3')]);
  assert.deepEqual(sites, [
    {
      tags: [0x64657246],
      api: 'ExAllocatePool2',
      role: 'allocate',
      evidence: 'call',
      module: 'toaster.sys',
      place: { kind: 'image', file: '/drivers/toaster.sys', rva: CODE_RVA + 6 },
    },
  ]);
});

test('a thunk is no site; its callers are, with evidence call', () => {
  const { lines } = scan('x64', [
    b('41 b8'),
    FRED,
    label('caller'),
    b('e8'),
    to('thunk'),
    b('c3'),
    ALIGN,
    label('thunk'),
    b('ff 25'),
    slot('ExAllocatePoolWithTag'),
    ALIGN,
    label('outer'),
    b('e9'),
    to('thunk'),
    ALIGN, // jump to a thunk is one too
    b('41 b8'),
    JOHN,
    label('second'),
    b('e8'),
    to('outer'),
    b('c3'),
  ]);
  assert.deepEqual(lines, ['caller: ExAllocatePoolWithTag Fred (call)', 'second: ExAllocatePoolWithTag John (call)']);
});

test('a pointer kept in a register over blocks, and spilled to the stack', () => {
  const { lines } = scan('x64', [
    b('53 55 48 83 ec 28'), // push rbx; push rbp; sub rsp, 28h
    b('48 8b 1d'),
    slot('ExAllocatePoolWithTag'), // mov rbx, [slot]
    b('85 c9 74 0d'), // test ecx, ecx; je over the first call
    b('41 b8'),
    FRED,
    label('first'),
    b('ff d3'),
    b('90 90 90 90 90'),
    b('41 b8'),
    JOHN,
    label('second'),
    b('ff d3'), // call rbx
    b('48 89 5c 24 20'), // mov [rsp+20h], rbx
    b('41 b8'),
    FRED,
    label('spilled'),
    b('ff 54 24 20'), // call [rsp+20h]
    b('48 83 c4 28 5d 5b c3'),
  ]);
  assert.deepEqual(lines, [
    'first: ExAllocatePoolWithTag Fred (call)',
    'second: ExAllocatePoolWithTag John (call)',
    'spilled: ExAllocatePoolWithTag Fred (call)',
  ]);
});

test('a tail jump is a site when the function sets the tag itself', () => {
  const { lines } = scan('x64', [b('41 b8'), FRED, label('tail'), b('48 ff 25'), slot('ExAllocatePoolWithTag')]);
  assert.deepEqual(lines, ['tail: ExAllocatePoolWithTag Fred (call)']);
});

test('a tag on the stack', () => {
  const { lines } = scan('x64', [
    b('48 83 ec 48'),
    b('c7 44 24 28'),
    FRED, // mov dword [rsp+28h], 'derF': sixth argument
    b('66 c7 44 24 30 00 00'), // depth, two bytes right above
    label('list'),
    b('ff 15'),
    slot('ExInitializeNPagedLookasideList'),
    b('48 83 c4 48 c3'),
  ]);
  assert.deepEqual(lines, ['list: ExInitializeNPagedLookasideList Fred (call)']);
});

test('constants through copies, spills and arithmetic', () => {
  const { lines } = scan('x64', [
    b('48 83 ec 38'),
    b('b8'),
    imm(0x64657245),
    b('89 44 24 28'), // mov eax, …; mov [rsp+28h], eax
    b('8b 54 24 28'), // mov edx, [rsp+28h]
    b('44 8d 42 01'), // lea r8d, [rdx+1]
    label('lea'),
    b('ff 15'),
    slot('ExAllocatePoolWithTag'),
    b('45 33 c0'),
    b('41 81 c8'),
    FRED, // xor r8d, r8d; or r8d, 'derF'
    label('or'),
    b('ff 15'),
    slot('ExAllocatePoolWithTag'),
    b('b9'),
    imm(0x3232b923),
    b('03 c9 44 8b c1'), // mov ecx, half; add ecx, ecx; mov r8d, ecx
    label('add'),
    b('ff 15'),
    slot('ExAllocatePoolWithTag'),
    b('48 83 c4 38 c3'),
  ]);
  assert.deepEqual(lines, [
    'lea: ExAllocatePoolWithTag Fred (call)',
    'or: ExAllocatePoolWithTag Fred (call)',
    'add: ExAllocatePoolWithTag Fred (call)',
  ]);
});

test('a read-only constant counts, whatever a register held before a call does not', () => {
  const { lines } = scan(
    'x64',
    [
      b('48 83 ec 28'),
      b('44 8b 05'),
      slot('#data'), // mov r8d, [constant]
      label('constant'),
      b('ff 15'),
      slot('ExAllocatePoolWithTag'),
      label('stale'),
      b('ff 15'),
      slot('ExAllocatePoolWithTag'), // r8 belongs to the callee now
      b('44 8b c0'), // mov r8d, eax
      label('result'),
      b('ff 15'),
      slot('ExAllocatePoolWithTag'),
      b('48 83 c4 28 c3'),
    ],
    { data: [0x46, 0x72, 0x65, 0x64] },
  );
  assert.deepEqual(lines, [
    'constant: ExAllocatePoolWithTag Fred (call)',
    'stale: ExAllocatePoolWithTag ? left over from a call (call)',
    'result: ExAllocatePoolWithTag ? result of a call (call)',
  ]);
});

test('two constants by cmov or by branches are a set', () => {
  const { lines } = scan('x64', [
    b('48 83 ec 28'),
    b('41 b8'),
    FRED,
    b('b8'),
    JOHN,
    b('85 c9'),
    b('44 0f 45 c0'), // cmovne r8d, eax
    label('cmov'),
    b('ff 15'),
    slot('ExAllocatePoolWithTag'),
    b('41 b8'),
    FRED,
    b('85 c0 74 06'),
    b('41 b8'),
    JOHN, // je over the second constant
    label('branch'),
    b('ff 15'),
    slot('ExAllocatePoolWithTag'),
    b('48 83 c4 28 c3'),
  ]);
  assert.deepEqual(lines, [
    'cmov: ExAllocatePoolWithTag Fred|John (call)',
    'branch: ExAllocatePoolWithTag Fred|John (call)',
  ]);
});

test('a value that is computed in a loop, or known on one path only, stays unresolved', () => {
  const { lines } = scan('x64', [
    b('53 48 83 ec 20'),
    b('bb'),
    FRED, // mov ebx, 'derF'
    label('loop'),
    b('44 8b c3'),
    label('counted'),
    b('ff 15'),
    slot('ExAllocatePoolWithTag'),
    b('ff c3'),
    b('0f 85'),
    to('loop'), // inc ebx; jne loop
    b('41 b8'),
    FRED,
    b('85 c0 74 03'),
    b('44 8b 01'), // je over mov r8d, [rcx]
    label('partly'),
    b('ff 15'),
    slot('ExAllocatePoolWithTag'),
    b('48 83 c4 20 5b c3'),
  ]);
  assert.deepEqual(lines, [
    'counted: ExAllocatePoolWithTag Fred|Gred? changes in a loop (call)',
    'partly: ExAllocatePoolWithTag Fred? read from memory (call)',
  ]);
});

test('behind a comparison the register is what it was compared with', () => {
  const { lines } = scan('x64', [
    b('53 48 83 ec 20'),
    b('ff 15'),
    slot('KeQueryTick'),
    b('8b d8'), // mov ebx, eax
    b('85 db 75 0b'), // test ebx, ebx; jne
    b('8b d3'),
    label('zero'),
    b('ff 15'),
    slot('ExFreePoolWithTag'),
    b('90 90 90'),
    b('8b d3'),
    label('other'),
    b('ff 15'),
    slot('ExFreePoolWithTag'),
    b('48 83 c4 20 5b c3'),
  ]);
  assert.match(lines[0] ?? '', /^zero: ExFreePoolWithTag \\x00\\x00\\x00\\x00 \(call\)$/);
  assert.match(lines[1] ?? '', /^other: ExFreePoolWithTag .*\? result of a call/);
});

test('a store through a pointer to the slot, or a call that knows its address, makes it unknown', () => {
  const { lines } = scan('x64', [
    b('48 83 ec 48'),
    b('c7 44 24 30'),
    FRED, // a local variable
    b('48 8d 4c 24 30'), // lea rcx, [rsp+30h]
    b('ff 15'),
    slot('KeQueryTick'),
    b('44 8b 44 24 30'),
    label('escaped'),
    b('ff 15'),
    slot('ExAllocatePoolWithTag'),
    b('48 83 c4 48 c3'),
  ]);
  assert.deepEqual(lines, ['escaped: ExAllocatePoolWithTag ? left over from a call (call)']);
});

test('an allocator without a tag is a fact of its own', () => {
  const { sites } = scan('x64', [b('ff 15'), slot('ExAllocatePool'), b('c3')]);
  assert.equal(sites.length, 1);
  assert.equal(sites[0]?.role, 'untagged');
  assert.deepEqual(sites[0].tags, []);
  assert.equal(sites[0].unresolved, undefined);
});

test('calls inside other instructions are none', () => {
  // mov rax, imm64 whose constant spells FF 15 and the right distance.
  const { lines } = scan('x64', [b('48 b8 ff 15'), slot('ExAllocatePoolWithTag'), b('00 00 c3')]);
  assert.deepEqual(lines, []);
});
