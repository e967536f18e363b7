/** Calls of allocators in 32-bit code: arguments on the stack, callees that remove them, registers that hold pointers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absolute, ALIGN, b, imm, label, to } from './assembler';
import { buildImage } from './imageBuilder';
import { scan } from './scanning';

const FRED = imm(0x64657246);
const JOHN = imm(0x6e686f4a);

test('pushed arguments, direct and through a register', () => {
  const { lines } = scan('x86', [
    b('55 8b ec 53'), // push ebp; mov ebp, esp; push ebx
    b('68'),
    FRED,
    b('6a 10 6a 00'),
    label('direct'),
    b('ff 15'),
    absolute('ExAllocatePoolWithTag'),
    b('8b 1d'),
    absolute('ExFreePoolWithTag'), // mov ebx, [slot]
    b('68'),
    JOHN,
    b('50'),
    label('register'),
    b('ff d3'), // push 'nhoJ'; push eax; call ebx
    b('bf'),
    FRED,
    b('57 6a 10 6a 00'),
    label('copied'),
    b('ff 15'),
    absolute('ExAllocatePoolWithTag'), // mov edi, …; push edi
    b('5b 5d c2 04 00'),
  ]);
  assert.deepEqual(lines, [
    'direct: ExAllocatePoolWithTag Fred (call)',
    'register: ExFreePoolWithTag John (call)',
    'copied: ExAllocatePoolWithTag Fred (call)',
  ]);
});

test('arguments stored without pushes, as gcc does', () => {
  const { lines } = scan('x86', [
    b('83 ec 1c'), // sub esp, 1Ch
    b('c7 44 24 08'),
    FRED,
    b('c7 44 24 04 10 00 00 00 c7 04 24 00 00 00 00'),
    label('stored'),
    b('ff 15'),
    absolute('ExAllocatePoolWithTag'),
    b('83 ec 0c'), // the callee removed twelve bytes
    b('83 c4 1c c3'),
  ]);
  assert.deepEqual(lines, ['stored: ExAllocatePoolWithTag Fred (call)']);
});

test('the 64-bit flags of ExAllocatePool2 take two slots', () => {
  const { lines } = scan('x86', [
    b('68'),
    FRED,
    b('6a 10 6a 00 6a 40'),
    label('call'),
    b('ff 15'),
    absolute('ExAllocatePool2'),
    b('c3'),
  ]);
  assert.deepEqual(lines, ['call: ExAllocatePool2 Fred (call)']);
});

test('a call between the pushes: what it removes is read from its own return', () => {
  const { lines } = scan('x86', [
    b('55 8b ec'),
    b('68'),
    FRED, // the outer call's last argument
    b('ff 75 08'),
    b('e8'),
    to('length'), // push [ebp+8]; call length
    b('50 6a 00'),
    label('outer'),
    b('ff 15'),
    absolute('ExAllocatePoolWithTag'),
    b('5d c2 04 00'),
    ALIGN,
    label('length'),
    b('55 8b ec 33 c0 5d c2 04 00'),
  ]);
  assert.deepEqual(lines, ['outer: ExAllocatePoolWithTag Fred (call)']);
});

test('what an import removes is worked out from functions that balance their stack', () => {
  const use = (name: string): Parameters<typeof scan>[1] => [
    label(name),
    b('56 57 6a 01 6a 02'),
    b('ff 15'),
    absolute('KeQueryTick'),
    b('5f 5e c3'),
    ALIGN, // two arguments removed
  ];
  const nested = [
    label('nested'),
    b('56 68'),
    FRED,
    b('6a 01 6a 02'),
    b('ff 15'),
    absolute('KeQueryTick'),
    b('50 6a 00'),
    label('outer'),
    b('ff 15'),
    absolute('ExAllocatePoolWithTag'),
    b('5e c3'),
    ALIGN,
  ];
  const { lines } = scan('x86', [...nested, ...use('one'), ...use('two')]);
  assert.deepEqual(lines, ['outer: ExAllocatePoolWithTag Fred (call)']);
});

test('an import whose arguments cannot be worked out leaves what was pushed before it unknown', () => {
  const { lines } = scan('x86', [
    b('55 8b ec 68'),
    FRED,
    b('ff 15'),
    absolute('KeQueryTick'),
    b('50 6a 00'),
    label('outer'),
    b('ff 15'),
    absolute('ExAllocatePoolWithTag'),
    b('8b e5 5d c3'), // mov esp, ebp hides the balance
  ]);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /^outer: ExAllocatePoolWithTag \? /);
});

test('a wrapper takes the tag from its own argument', () => {
  const { lines } = scan('x86', [
    b('68'),
    FRED,
    b('6a 20'),
    label('caller'),
    b('e8'),
    to('wrapper'),
    b('c3'),
    ALIGN,
    label('wrapper'),
    b('55 8b ec ff 75 0c ff 75 08 6a 01'),
    label('inner'),
    b('ff 15'),
    absolute('ExAllocatePoolWithTag'),
    b('5d c2 08 00'),
  ]);
  assert.match(lines[0] ?? '', /^caller: ExAllocatePoolWithTag Fred \(wrapper\)/);
  assert.equal(lines[1], 'inner: ExAllocatePoolWithTag Fred (call)');
});

test('a thunk behind a relocated address', () => {
  const { lines } = scan('x86', [
    b('68'),
    FRED,
    b('6a 20 6a 01'),
    label('caller'),
    b('e8'),
    to('thunk'),
    b('c3'),
    ALIGN,
    label('thunk'),
    b('ff 25'),
    absolute('ExAllocatePoolWithTag'),
  ]);
  assert.deepEqual(lines, ['caller: ExAllocatePoolWithTag Fred (call)']);
});

test('the builder lays an image out as the loader reads it', () => {
  const image = buildImage({ machine: 'x86', code: () => [0xc3] });
  assert.equal(new DataView(image.buffer).getUint32(0x80, true), 0x4550);
});
