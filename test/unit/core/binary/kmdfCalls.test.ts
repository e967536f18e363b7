/** Calls of KMDF allocators through the table that WdfVersionBind fills, and the driver's own tag. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absolute, ALIGN, b, imm, label, slot, to } from './assembler';
import { CODE_RVA, le32 } from './imageBuilder';
import type { BindInfo } from './kmdfImage';
import { at, COMPONENT_NAME, GUARD_CHECK, GUARD_DISPATCH, kmdfParts, TABLE_COPY, TABLE_POINTER } from './kmdfImage';
import type { Pieces } from './scanning';
import { scan } from './scanning';

const FRED = imm(0x64657246);
const JOHN = imm(0x6e686f4a);
const POINTER = slot(at(TABLE_POINTER));

/** mov rax, [WdfFunctions]; mov r9d, 'derF'; call [rax+600h]. */
const MEMORY_CREATE: Pieces = [b('48 8b 05'), POINTER, b('41 b9'), FRED, label('call'), b('ff 90 00 06 00 00 c3')];

function lines(pieces: Pieces, info: BindInfo = {}): readonly string[] {
  return scan('x64', pieces, kmdfParts('x64', info)).lines;
}

test('x64: through the table, with the pointer loaded first, tag on the stack; other entries are no sites', () => {
  assert.deepEqual(
    lines([
      b('48 83 ec 38'), // sub rsp, 38h
      b('48 8b 05'),
      POINTER,
      b('41 b9'),
      FRED, // mov r9d, 'derF'
      label('direct'),
      b('ff 90 00 06 00 00'), // call [rax+600h]
      b('48 8b 05'),
      POINTER,
      b('48 8b 80 00 06 00 00'), // mov rax, [rax+600h]
      b('41 b9'),
      JOHN,
      label('loaded'),
      b('ff d0'), // call rax
      b('c7 44 24 28'),
      FRED, // mov dword ptr [rsp+28h], 'derF'
      b('48 8b 05'),
      POINTER,
      label('lookaside'),
      b('ff 90 30 06 00 00'), // call [rax+630h]
      b('41 b9'),
      JOHN,
      b('48 8b 05'),
      POINTER,
      b('ff 90 08 06 00 00'), // call [rax+608h]
      b('48 83 c4 38 c3'),
    ]),
    [
      'direct: WdfMemoryCreate Fred (call)',
      'loaded: WdfMemoryCreate John (call)',
      'lookaside: WdfLookasideListCreate Fred (call)',
    ],
  );
});

test('x64: up to KMDF 1.9 the table itself lies in the driver', () => {
  const pieces = [b('41 b9'), FRED, label('call'), b('ff 15'), slot(at(TABLE_COPY + 0x600)), b('c3')];
  assert.deepEqual(lines(pieces, { minor: 9 }), ['call: WdfMemoryCreate Fred (call)']);
  // A pointer among the driver's variables where a newer driver has no table.
  assert.deepEqual(lines(pieces, { minor: 15 }), []);
});

test('x64: Control Flow Guard dispatches to rax', () => {
  const dispatch = (load: string): Pieces => [
    b('48 8b 05'),
    POINTER,
    b(load),
    b('41 b9'),
    FRED,
    label('call'),
    b('ff 15'),
    slot(at(GUARD_DISPATCH)),
    b('c3'),
  ];
  assert.deepEqual(lines(dispatch('48 8b 80 00 06 00 00')), ['call: WdfMemoryCreate Fred (call)']);
  assert.deepEqual(lines(dispatch('48 8b 80 10 06 00 00')), [], 'mov rax, [rax+610h] is another function');
});

test('x64: a function that hands its parameter on is an allocator of its own', () => {
  const found = lines([
    b('c3'),
    ALIGN, // the image's entry point is called from outside
    label('wrapper'),
    b('48 8b 05'),
    POINTER,
    b('44 8b c9'), // mov r9d, ecx
    label('inner'),
    b('ff a0 00 06 00 00'), // jmp [rax+600h]
    ALIGN,
    b('48 83 ec 28 b9'),
    FRED,
    label('caller'),
    b('e8'),
    to('wrapper'),
    b('48 83 c4 28 c3'),
  ]);
  assert.deepEqual(found, [
    'inner: WdfMemoryCreate Fred (call)',
    'caller: WdfMemoryCreate Fred (wrapper) via toaster.sys+0x1010',
  ]);
});

test('x86: arguments on the stack, Control Flow Guard checks ecx and returns', () => {
  const { lines: found } = scan(
    'x86',
    [
      b('a1'),
      absolute(at(TABLE_POINTER)), // mov eax, [WdfFunctions]
      b('6a 00 6a 00 6a 08 68'),
      FRED, // push 0, 0, 8, 'derF', 200h, 0, 0
      b('68 00 02 00 00 6a 00 6a 00'),
      label('direct'),
      b('ff 90 00 03 00 00'), // call [eax+300h]
      b('a1'),
      absolute(at(TABLE_POINTER)),
      b('8b b0 00 03 00 00 8b ce'), // mov esi, [eax+300h]; mov ecx, esi
      b('6a 00 6a 00 6a 08 68'),
      JOHN,
      b('68 00 02 00 00 6a 00 6a 00'),
      b('ff 15'),
      absolute(at(GUARD_CHECK)),
      label('guarded'),
      b('ff d6 c3'), // call esi
    ],
    kmdfParts('x86'),
  );
  assert.deepEqual(found, ['direct: WdfMemoryCreate Fred (call)', 'guarded: WdfMemoryCreate John (call)']);
});

test('ARM64: through the table; the guard check leaves arguments alone, another call does not', () => {
  const page = (register: number, rva: number): number =>
    (0x90000000 |
      (((rva >> 12) - (CODE_RVA >> 12)) << 29) |
      ((((rva >> 12) - (CODE_RVA >> 12)) >> 2) << 5) |
      register) >>>
    0;
  const load = (target: number, base: number, offset: number): number =>
    (0xf9400000 | ((offset / 8) << 10) | (base << 5) | target) >>> 0;
  const code = (checked: number): Pieces => [
    [
      page(8, TABLE_POINTER),
      load(8, 8, TABLE_POINTER & 0xfff),
      load(15, 8, 0x600),
      page(9, checked),
      load(9, 9, checked & 0xfff),
      0x528e48c3, // mov w3, 'rF'
      0x72ac8ca3, // movk w3, 'de', lsl 16
      0xd63f0120, // blr x9
      0xd63f01e0, // blr x15
      0xd65f03c0,
    ].flatMap(le32),
  ];
  const found = (checked: number): readonly string[] => scan('arm64', code(checked), kmdfParts('arm64')).lines;
  assert.deepEqual(found(GUARD_CHECK), ['0x1020: WdfMemoryCreate Fred (call)']);
  assert.deepEqual(found(GUARD_CHECK + 0x20), []);
});

const ZERO: Pieces = [b('45 33 c9 48 8b 05'), POINTER, label('zero'), b('ff 90 00 06 00 00')];

/** WdfDriverCreate with a WDF_DRIVER_CONFIG at rsp+40h; `store` puts the tag there, or not. */
function driverEntry(store: Pieces, size = 0x20): Pieces {
  return [
    b('48 83 ec 78'), // sub rsp, 78h
    b('c7 44 24 40'),
    imm(size), // mov dword ptr [rsp+40h], sizeof(WDF_DRIVER_CONFIG)
    ...store,
    b('48 8d 44 24 40 48 89 44 24 20'), // lea rax, [rsp+40h]; mov [rsp+20h], rax
    b('48 8b 05'),
    POINTER,
    label('create'),
    b('ff 90 a0 03 00 00'), // call [rax+3a0h]
    ...ZERO,
    b('48 83 c4 78 c3'),
  ];
}

const STORE: Pieces = [b('c7 44 24 5c'), JOHN]; // mov dword ptr [rsp+5ch], 'nhoJ'
const NOT_KNOWN = "zero: WdfMemoryCreate ? tag 0: the framework uses the driver's default tag (call)";

test('tag 0 is never reported: the driver has one tag for it, said where WdfDriverCreate shows it', () => {
  assert.deepEqual(lines([...ZERO, b('c3')]), [NOT_KNOWN]);
  assert.deepEqual(lines(driverEntry(STORE)), [
    'create: WDF_DRIVER_CONFIG John (field)',
    'zero: WdfMemoryCreate John (field)',
  ]);
});

test('DriverPoolTag counts only when it is stored on every path into a structure of the right size', () => {
  assert.deepEqual(lines(driverEntry([])), [NOT_KNOWN]);
  assert.deepEqual(lines(driverEntry([b('85 c9 74 08'), ...STORE])), [NOT_KNOWN], 'je over the store');
  assert.deepEqual(lines(driverEntry([b('c7 44 24 5c 00 00 00 00')])), [NOT_KNOWN], 'a stored 0 is no tag');
  assert.deepEqual(lines(driverEntry(STORE, 0x18)), [NOT_KNOWN], 'KMDF 1.0 had no tag there');
});

test('a WDF_BIND_INFO that leads nowhere, or is not one, gives no sites', () => {
  assert.equal(lines(MEMORY_CREATE).length, 1);
  const damaged: readonly BindInfo[] = [
    { size: 0x28 },
    { name: 'UmdfLibrary' },
    { name: 'KmdfLibraryX' },
    { count: 0xffffffff },
    { count: 192 },
    { minor: 9, count: 2048 },
    { table: 0xfffffff0 },
    { table: COMPONENT_NAME + 0x100000 },
    { imports: [{ module: 'ntoskrnl.exe', functions: ['ExAllocatePoolWithTag'] }] },
    // A second structure: no telling which of them is handed over.
    { own: kmdfParts('x64').variables?.slice(0, 0x30) ?? [] },
  ];
  for (const info of damaged) assert.deepEqual(lines(MEMORY_CREATE, info), [], JSON.stringify(info));
});

test('thousands of indirect calls in one block cost a look each', () => {
  const calls = Array.from({ length: 5000 }, () => b('ff d3')); // call rbx
  const pieces = [b('41 b9'), FRED, ...calls, b('48 8b 05'), POINTER, label('call'), b('ff 90 00 06 00 00 c3')];
  assert.deepEqual(lines(pieces), ['call: WdfMemoryCreate ? left over from a call (call)']);
});

test('x64, not optimized: the entry by a multiplied index, the function kept on the stack', () => {
  const pieces = (table: Pieces): Pieces => [
    b('48 83 ec 68 b8 08 00 00 00'), // sub rsp, 68h; mov eax, 8
    b('48 69 c0 c0 00 00 00'), // imul rax, rax, 0C0h
    ...table,
    b('48 8b 04 01 48 89 44 24 50'), // mov rax, [rcx+rax]; mov [rsp+50h], rax
    b('41 b9'),
    FRED,
    label('call'),
    b('ff 54 24 50'), // call [rsp+50h]
    b('48 83 c4 68 c3'),
  ];
  const found = ['call: WdfMemoryCreate Fred (call)'];
  assert.deepEqual(lines(pieces([b('48 8b 0d'), POINTER])), found, 'mov rcx, [WdfFunctions]');
  const copied = pieces([b('48 8d 0d'), slot(at(TABLE_COPY))]);
  assert.deepEqual(lines(copied, { minor: 9 }), found, 'lea rcx, [WdfFunctions]');
});

test('x86, not optimized: the entry by a multiplied index, the function kept on the stack', () => {
  const call = (load: Pieces, minor: number): readonly string[] =>
    scan(
      'x86',
      [
        b('55 8b ec 51 b8 04 00 00 00 69 c8 c0 00 00 00'), // push ebp; mov ebp, esp; push ecx; mov eax, 4; imul ecx, eax, 0C0h
        ...load,
        b('89 45 fc 6a 00 6a 00 6a 08 68'), // mov [ebp-4], eax; push 0, 0, 8, 'derF', 0, 0, 0
        FRED,
        b('6a 00 6a 00 6a 00'),
        label('call'),
        b('ff 55 fc 8b e5 5d c3'), // call [ebp-4]
      ],
      kmdfParts('x86', { minor }),
    ).lines;
  const found = ['call: WdfMemoryCreate Fred (call)'];
  const pointer = [b('8b 15'), absolute(at(TABLE_POINTER)), b('8b 04 0a')]; // mov edx, [WdfFunctions]; mov eax, [edx+ecx]
  assert.deepEqual(call(pointer, 15), found);
  assert.deepEqual(call([b('8b 81'), absolute(at(TABLE_COPY))], 9), found, 'mov eax, [WdfFunctions+ecx]');
});
