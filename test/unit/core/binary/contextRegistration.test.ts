/** Tags in the FLT_CONTEXT_REGISTRATION array that FltRegisterFilter is led to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absolute, b, label, slot } from './assembler';
import type { TestMachine } from './imageBuilder';
import { le32, VARIABLES_RVA } from './imageBuilder';
import { address, at } from './kmdfImage';
import type { Pieces } from './scanning';
import { scan } from './scanning';

const CONTEXTS = VARIABLES_RVA + 0x40;
const END = 0xffff;

interface Context {
  readonly type: number;
  readonly tag?: string;
  /** RVA of ContextAllocateCallback. */
  readonly allocate?: number;
}

function text(tag: string): number[] {
  return [0, 1, 2, 3].map((index) => tag.charCodeAt(index) || 0);
}

/** FLT_REGISTRATION (as far as it matters) and, at CONTEXTS, the array. */
function registration(machine: TestMachine, contexts: readonly Context[], array = CONTEXTS): number[] {
  const bytes = [...[0x70, 0, 3, 2], ...le32(0), ...address(machine, array)];
  while (bytes.length < CONTEXTS - VARIABLES_RVA) bytes.push(0);
  const word = address(machine, 0).length;
  const nothing = Array.from({ length: word }, () => 0);
  const padding = nothing.slice(4);
  for (const { type, tag = '', allocate } of contexts) {
    const callback = allocate === undefined ? nothing : address(machine, allocate);
    bytes.push(type & 0xff, type >> 8, 0, 0, ...padding, ...nothing, 64, ...nothing.slice(1), ...text(tag), ...padding);
    bytes.push(...callback, ...nothing, ...nothing);
  }
  return bytes;
}

const REGISTER: Pieces = [
  b('48 83 ec 28 48 8d 15'),
  slot(at(VARIABLES_RVA)), // lea rdx, [registration]
  label('register'),
  b('ff 15'),
  slot('FltRegisterFilter'),
  b('48 83 c4 28 c3'),
];
const IMPORTS = [{ module: 'FLTMGR.SYS', functions: ['FltRegisterFilter'] }];
const CTX1: Context = { type: 2, tag: 'Ctx1' };
const FOUND = 'register: FLT_CONTEXT_REGISTRATION Ctx1 (field)';

function lines(contexts: readonly Context[], pieces = REGISTER, variablesReadOnly = true): readonly string[] {
  const variables = registration('x64', contexts);
  return scan('x64', pieces, { imports: IMPORTS, variables, variablesReadOnly }).lines;
}

test('every tag of the array once, at the call; a context the driver allocates itself has none', () => {
  const contexts = [
    { type: 4, tag: 'Ctx2' },
    CTX1,
    { type: 0x10, tag: 'Ctx2' },
    { type: 8, tag: 'Own!', allocate: 0x1000 },
    { type: 0x40 },
    { type: END },
    { type: 1, tag: 'Late' },
  ];
  assert.deepEqual(lines(contexts), [FOUND, 'register: FLT_CONTEXT_REGISTRATION Ctx2 (field)']);
});

test('x86: the same members at half the distances', () => {
  const { lines: found } = scan(
    'x86',
    [
      b('6a 00 68'),
      absolute(at(VARIABLES_RVA)), // push registration
      b('6a 00'),
      label('register'),
      b('ff 15'),
      absolute('FltRegisterFilter'),
      b('c3'),
    ],
    { imports: IMPORTS, variables: registration('x86', [CTX1, { type: END }]), variablesReadOnly: true },
  );
  assert.deepEqual(found, [FOUND]);
});

test('in a writable section the array counts as long as no instruction names it', () => {
  const contexts = [CTX1, { type: END }];
  assert.deepEqual(lines(contexts, REGISTER, false), [FOUND]);
  const store = [b('c7 05'), { kind: 'slot' as const, name: at(CONTEXTS + 0x18 - 4) }, b('41 42 43 44')];
  assert.deepEqual(lines(contexts, [...store, ...REGISTER], false), [], 'mov dword ptr [PoolTag], imm');
  const other = [b('48 89 0d'), slot(at(VARIABLES_RVA + 8))];
  assert.deepEqual(lines(contexts, [...other, ...REGISTER], false), [], 'mov [ContextRegistration], rcx');
  assert.deepEqual(lines(contexts, [...store, ...REGISTER], true), [FOUND]);
});

test('an array without an end, with unknown types or outside the image gives nothing', () => {
  assert.deepEqual(lines([CTX1]), []);
  assert.deepEqual(lines(Array.from({ length: 1000 }, () => CTX1)), []);
  assert.deepEqual(lines([CTX1, { type: 3, tag: 'Both' }, { type: END }]), []);
  assert.deepEqual(lines([CTX1, { type: 0x80, tag: 'Next' }, { type: END }]), []);
  for (const array of [0, 0xfffffff0, VARIABLES_RVA + 0x80]) {
    const variables = registration('x64', [CTX1, { type: END }], array);
    assert.deepEqual(scan('x64', REGISTER, { imports: IMPORTS, variables, variablesReadOnly: true }).lines, []);
  }
});

test('as many registrations as anyone likes: the first few are read', () => {
  const code = Array.from({ length: 900 }, (_, index): Pieces => [
    b('48 8d 15'),
    slot(at(VARIABLES_RVA + 0x100 + index)),
    b('ff 15'),
    slot('FltRegisterFilter'),
  ]).flat();
  const variables = registration('x64', [CTX1, { type: END }]);
  assert.deepEqual(scan('x64', [...REGISTER, ...code], { imports: IMPORTS, variables }).lines, [FOUND]);
});
