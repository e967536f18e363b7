/** Every form of call and constant, as clang compiles it without and with optimization, for size and for speed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absolute, ALIGN, b, imm, label, slot, to } from './assembler';
import { compiledSites, MACHINES } from './compiled';
import { scan } from './scanning';

const ALLOCATE = 'ExAllocatePoolWithTag';
const FREE = 'ExFreePoolWithTag';

/** What each function of forms.c calls, sorted. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  plain: [`${ALLOCATE} Plan`],
  tail: [`${ALLOCATE} Tail`],
  hoisted: [`${ALLOCATE} His1`, `${ALLOCATE} His3`, `${FREE} His2`],
  chosen: [`${ALLOCATE} Cho1|Cho2`],
  neighbours: [`${ALLOCATE} 1ieN|2ieN`],
  below: [`${ALLOCATE} 0leB|1leB`],
  by_bit: [`${ALLOCATE} 0tiB|1tiB`],
  switched: [`${ALLOCATE} Swi0|Swi1|Swi2|Swi3|Swi4|SwiD`, `${FREE} SwiF`],
  short_tag: [`${ALLOCATE} ab\\x00\\x00`],
  zero: [`${FREE} \\x00\\x00\\x00\\x00`],
  wide_flags: ['ExAllocatePool2 Pol2'],
  lookaside: ['ExInitializeNPagedLookasideList Look'],
  both: [`${ALLOCATE} Both`, `${FREE} Both`],
  wrapped_once: [`${ALLOCATE} Wra1`],
  wrapped_twice: [`${ALLOCATE} Wra2`, `${ALLOCATE} Wra3`],
  // The wrapper itself, which has no name in the image.
  '': [`${ALLOCATE} Wra1|Wra2|Wra3`],
};

for (const variant of ['O0', 'O2', 'Os']) {
  for (const machine of MACHINES) {
    test(`${machine} at -${variant}: all calls, and nothing else`, () => {
      const found = [...compiledSites(`forms-${variant}`, machine)].map(([name, lines]) => [name, [...lines].sort()]);
      assert.deepEqual(Object.fromEntries(found), EXPECTED);
    });
  }
}

const FRED = imm(0x64657246);

/** mov r8d, 'derF' in front of a call of the driver's own function, the allocation behind it. */
const overCall = (callee: Parameters<typeof scan>[1]): readonly string[] =>
  scan('x64', [
    b('48 83 ec 28 41 b8'),
    FRED,
    b('e8'),
    to('callee'),
    label('call'),
    b('ff 15'),
    slot(ALLOCATE),
    b('48 83 c4 28 c3'),
    ALIGN,
    label('callee'),
    ...callee,
    ALIGN,
    label('deeper'),
    b('89 c8 c3'), // mov eax, ecx
  ]).lines;

test('x64: a volatile register outlives a call of a function that is seen to leave it alone', () => {
  const kept = ['call: ExAllocatePoolWithTag Fred (call)'];
  const lost = ['call: ExAllocatePoolWithTag ? left over from a call (call)'];
  assert.deepEqual(overCall([b('8d 04 11 c3')]), kept, 'lea eax, [rcx+rdx]');
  assert.deepEqual(overCall([b('e8'), to('deeper'), b('c3')]), kept);
  assert.deepEqual(overCall([b('e9'), to('deeper')]), kept, 'by a tail jump');
  assert.deepEqual(overCall([b('41 89 c8 c3')]), lost, 'mov r8d, ecx');
  assert.deepEqual(overCall([b('ff 15'), slot('KeQueryTick'), b('c3')]), lost);
  assert.deepEqual(overCall([b('ff e0')]), lost, 'jmp rax');
  assert.deepEqual(overCall([b('e8'), to('callee'), b('c3')]), lost, 'recursion');
});

test('x64: padding behind a return does not run into the next block; a single nop may be led to', () => {
  const behind = (padding: string): readonly string[] =>
    scan('x64', [
      b('48 83 ec 28 41 b8'),
      FRED,
      b('85 c9 0f 84'),
      to('next'), // test ecx, ecx; je next
      b('48 83 c4 28 c3'),
      b(padding),
      label('next'),
      b('b9 01 00 00 00'),
      label('call'),
      b('ff 15'),
      slot(ALLOCATE),
      b('48 83 c4 28 c3'),
    ]).lines;
  const found = ['call: ExAllocatePoolWithTag Fred (call)'];
  for (const padding of ['', '66 90', '0f 1f 00', '90 90 90', '66 0f 1f 84 00 00 00 00 00'])
    assert.deepEqual(behind(padding), found, padding);
  assert.deepEqual(behind('90'), [
    'call: ExAllocatePoolWithTag Fred? reached through an exception handler or a table (call)',
  ]);
});

test('x64: a pointer in a register stays a callee, though a block that nothing leads to runs into its calls', () => {
  const { lines } = scan('x64', [
    b('55 48 83 ec 20 48 8b 2d'),
    slot(ALLOCATE), // mov rbp, [slot]
    b('e9'),
    to('loop'),
    b('90'),
    label('loop'),
    b('41 b8'),
    FRED,
    label('call'),
    b('ff d5'), // call rbp
    b('48 83 c4 20 5d c3'),
  ]);
  assert.deepEqual(lines, ['call: ExAllocatePoolWithTag Fred (call)']);
});

test('x64: a function that sets other arguments and jumps to the import is no thunk of it', () => {
  const { lines } = scan('x64', [
    b('c3'),
    ALIGN,
    label('allocate'),
    b('ba 40 00 00 00 b9 01 00 00 00'), // mov edx, 64; mov ecx, 1
    label('jump'),
    b('ff 25'),
    slot(ALLOCATE),
    ALIGN,
    b('48 83 ec 28 41 b8'),
    FRED,
    label('call'),
    b('e8'),
    to('allocate'),
    b('48 83 c4 28 c3'),
  ]);
  assert.deepEqual(lines, [
    'jump: ExAllocatePoolWithTag Fred (call)',
    'call: ExAllocatePoolWithTag Fred (wrapper) via toaster.sys+0x1010',
  ]);
});

test('x64 without .pdata: what only looks like a call cuts no function', () => {
  const { lines } = scan('x64', [
    b('48 83 ec 28 48 8b 1d'),
    slot(ALLOCATE), // mov rbx, [slot]
    b('48 b8 e8 06 00 00 00 90 90 90'), // mov rax, an immediate that reads as a call of the place behind it
    b('89 c9'), // mov ecx, ecx
    label('behind'),
    b('41 b8'),
    FRED,
    label('call'),
    b('ff d3'), // call rbx
    b('48 83 c4 28 c3'),
  ]);
  assert.deepEqual(lines, ['call: ExAllocatePoolWithTag Fred (call)']);
});

/** A switch that worked its target out before `jump`, which `keep` put away: one case sets another tag. */
const switched = (keep: string, jump: string): readonly string[] =>
  scan('x64', [
    b('48 83 ec 48 4c 8d 25'),
    to('base'), // lea r12, [base]
    b('49 63 54 8c fc 4c 01 e2'), // movsxd rdx, dword ptr [r12+rcx*4-4]; add rdx, r12
    b(keep),
    b('41 b8'),
    FRED,
    b('0f 1f 00 '.repeat(16)),
    b(jump),
    label('first'),
    b('e9'),
    to('call'),
    b('41 b8 4a 6f'), // mov r8d, 'nhoJ'
    label('four bytes in'),
    b('68 6e'),
    label('call'),
    b('ff 15'),
    slot(ALLOCATE),
    b('48 83 c4 48 c3'),
    // Entries are relative to `base`; the assembler counts from the end of each.
    to('first'),
    label('base'),
    to('four bytes in'),
  ]).lines;

test('x64: a jump through a table whose entry was loaded long before', () => {
  const both = ['call: ExAllocatePoolWithTag Fred|John (call)'];
  assert.deepEqual(switched('48 89 54 24 30', 'ff 64 24 30'), both, 'kept on the stack: jmp [rsp+30h]');
  assert.deepEqual(switched('48 89 d3', 'ff e3'), both, 'kept in a register: jmp rbx');
});

test('x86: a pointer that is pushed leads into the frame', () => {
  const lines = (hand: string): readonly string[] =>
    scan('x86', [
      b('83 ec 08 c7 04 24'), // sub esp, 8; mov [esp], 'derF'
      FRED,
      b(hand),
      label('free'),
      b('ff 15'),
      absolute(FREE),
      b('ff 34 24 6a 08 6a 01'), // push [esp]; push 8; push 1
      label('call'),
      b('ff 15'),
      absolute(ALLOCATE),
      b('83 c4 08 c3'),
    ]).lines.filter((line) => line.startsWith('call'));
  assert.deepEqual(lines('68 4a 6f 68 6e 53'), [`call: ${ALLOCATE} Fred (call)`], 'push ebx');
  const lost = [`call: ${ALLOCATE} ? left over from a call (call)`];
  assert.deepEqual(lines('89 e5 68 4a 6f 68 6e 55'), lost, 'mov ebp, esp; push ebp');
  assert.deepEqual(lines('8d 6c 24 00 68 4a 6f 68 6e 55'), lost, 'lea ebp, [esp]; push ebp');
  assert.deepEqual(lines('68 4a 6f 68 6e 54'), lost, 'push esp');
});

test('x64: a table ends where the next one of the function begins', () => {
  const jump = b('48 63 4c 88 fc 48 01 c1 ff e1'); // movsxd rcx, dword ptr [rax+rcx*4-4]; add rcx, rax; jmp rcx
  const { lines } = scan('x64', [
    b('48 83 ec 48 48 8d 05'),
    to('one'), // lea rax, [one]
    jump,
    label('first'),
    b('41 b8'),
    FRED,
    b('85 c9 75 11 48 8d 05'), // test ecx, ecx; jne behind the jump
    to('two'), // lea rax, [two]
    jump,
    b('0f 1f 40 00'), // nop: where the second table's entry would lead as one of the first's
    label('call'),
    b('ff 15'),
    slot(ALLOCATE),
    b('48 83 c4 48 c3'),
    to('first'),
    label('one'),
    to('call'),
    label('two'),
  ]);
  assert.deepEqual(lines, [`call: ${ALLOCATE} Fred (call)`]);
});

test('x64: a zero that an AND leaves says nothing of the register its operand was copied from', () => {
  const handed = (compare: string): readonly string[] =>
    scan('x64', [
      b('48 83 ec 28 41 89 d0 44 89 c0'), // mov r8d, edx; mov eax, r8d
      b(compare),
      b('75 06'), // jne behind the call
      label('call'),
      b('ff 15'),
      slot(ALLOCATE),
      b('48 83 c4 28 c3'),
    ]).lines;
  assert.deepEqual(
    handed('83 e0 04'),
    ['call: ExAllocatePoolWithTag ? parameter of toaster.sys+0x1000, which is also called from elsewhere (call)'],
    'and eax, 4',
  );
  assert.deepEqual(handed('85 c0'), ['call: ExAllocatePoolWithTag \\x00\\x00\\x00\\x00 (call)'], 'test eax, eax');
});

test('x86: gcc aligns with lea; what stands in front of it does not run on', () => {
  const padded = (padding: string): readonly string[] =>
    scan('x86', [
      b('83 ec 0c c7 44 24 08'), // sub esp, 12; mov [esp+8], 'derF'
      FRED,
      b('85 c0 0f 84'), // test eax, eax; je
      to('next'),
      b('83 c4 0c c3'),
      b(padding),
      label('next'),
      b('6a 01'), // push 1
      b('ff 74 24 0c 6a 08 6a 01'), // push [esp+12]; push 8; push 1
      label('call'),
      b('ff 15'),
      absolute(ALLOCATE),
      b('83 c4 10 c3'),
    ]).lines;
  const found = [`call: ${ALLOCATE} Fred (call)`];
  for (const padding of ['', '8d 76 00', '8d 74 26 00', '8d b6 00 00 00 00', '8d b4 26 00 00 00 00', '66 90'])
    assert.deepEqual(padded(padding), found, padding);
  assert.notDeepEqual(padded('8d 76 04'), found, 'lea esi, [esi+4]');
  assert.notDeepEqual(padded('8d 34 36'), found, 'lea esi, [esi+esi]');
});
