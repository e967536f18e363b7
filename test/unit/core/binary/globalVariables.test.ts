/** Tags in variables of the image: those that only visible stores of constants can have set, and all the others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absolute, b, imm, label, slot } from './assembler';
import { compiledSites, MACHINES } from './compiled';
import { VARIABLES_RVA } from './imageBuilder';
import { address, at } from './kmdfImage';
import type { Pieces } from './scanning';
import { scan } from './scanning';

const POINTER = '? global variable that may also be set through a pointer';

/** What each function of globals.c allocates with. */
const EXPECTED: Readonly<Record<string, string>> = {
  use_initialised: 'Init',
  use_once: 'Once',
  use_twice: 'One1|Two2',
  use_copied: 'Once',
  use_last: 'Last',
  use_setting: POINTER,
  use_list: POINTER,
  use_inside: POINTER,
  use_indexed: POINTER,
  use_stored: POINTER,
  use_exported: POINTER,
  use_computed: '? global variable, set from: result of a call',
  use_parameter: '? global variable set from a parameter',
  use_never: '? global variable that is never set',
};

for (const machine of MACHINES) {
  test(`${machine}: stores of constants give the tag; an address that is made anywhere takes it back`, () => {
    const sites = compiledSites('globals', machine, true);
    for (const [name, tags] of Object.entries(EXPECTED))
      assert.deepEqual(sites.get(name), [`ExAllocatePoolWithTag ${tags}`], name);
    // Half of one wide store; 32-bit code makes it two.
    const half = machine === 'x86' ? 'Half' : '? global variable set to a computed value';
    assert.deepEqual(sites.get('use_half'), [`ExAllocatePoolWithTag ${half}`]);
  });

  test(`${machine}: without symbols no object has bounds, and addresses are made in the section`, () => {
    const lines = [...compiledSites('globals', machine).values()].flat();
    const answered = lines.filter((line) => /Init|Once|Two2|Last/.test(line));
    assert.deepEqual(answered, []);
    assert.ok(lines.some((line) => line.endsWith(POINTER)));
  });
}

const FRED = imm(0x64657246);
const JOHN = imm(0x6e686f4a);
const TAG = VARIABLES_RVA + 0x10;
const NOTHING: readonly number[] = Array.from({ length: 0x40 }, () => 0);

/** A variable with an initial value, `stores` in the entry function, and an allocation with the variable as its tag. */
function variable(stores: Pieces, initial: readonly number[] = [], more: Parameters<typeof scan>[2] = {}): string {
  const variables = [...NOTHING];
  variables.splice(TAG - VARIABLES_RVA, initial.length, ...initial);
  const use = [b('44 8b 05'), slot(at(TAG)), label('call'), b('ff 15'), slot('ExAllocatePoolWithTag')];
  const { lines } = scan('x64', [b('48 83 ec 28'), ...stores, ...use, b('48 83 c4 28 c3')], { variables, ...more });
  const [line = '', ...others] = lines;
  assert.equal(others.length, 0);
  return line.replace('call: ExAllocatePoolWithTag ', '').replace(' (call)', '');
}

/** Displacement of an instruction with an immediate of four bytes behind it. */
const before = (rva: number): Pieces[number] => slot(at(rva - 4));

test('x64, no symbols: one store, several, the initial value, none', () => {
  const store = [b('c7 05'), before(TAG), FRED]; // mov dword ptr [tag], 'derF'
  assert.equal(variable(store), 'Fred');
  assert.equal(variable([...store, b('b8'), JOHN, b('89 05'), slot(at(TAG))]), 'Fred|John');
  assert.equal(variable(store, [0x49, 0x6e, 0x69, 0x74]), 'Fred|Init');
  assert.equal(variable([], [0x49, 0x6e, 0x69, 0x74]), 'Init');
  assert.equal(variable([]), '? global variable that is never set');
  // A store of zero is no tag, one of another variable is.
  assert.equal(variable([...store, b('c7 05'), before(TAG), imm(0)]), 'Fred');
  const other = TAG + 8;
  const copy = [b('c7 05'), before(other), JOHN, b('8b 05'), slot(at(other)), b('89 05'), slot(at(TAG))];
  assert.equal(variable(copy), 'John');
});

test('x64, no symbols: what forbids an answer', () => {
  const store = [b('c7 05'), before(TAG), FRED];
  const refused: readonly (readonly [string, Pieces])[] = [
    ['lea of the variable', [b('48 8d 0d'), slot(at(TAG))]],
    ['lea of an object in front', [b('48 8d 0d'), slot(at(VARIABLES_RVA))]],
    ['lea of its end', [b('48 8d 0d'), slot(at(TAG + 4))]],
    ['an indexed store from the base of the image', [b('48 8d 05'), slot(at(0)), b('89 8c 88'), imm(TAG)]],
  ];
  for (const [name, pieces] of refused) assert.equal(variable([...store, ...pieces]), POINTER, name);
  const computed: readonly (readonly [string, Pieces])[] = [
    ['inc dword ptr [tag]', [b('ff 05'), slot(at(TAG))]],
    ['mov word ptr [tag], ax', [b('66 89 05'), slot(at(TAG))]],
    ['mov byte ptr [tag+3], al', [b('88 05'), slot(at(TAG + 3))]],
    ['vmovups [tag-4], ymm0', [b('c5 fc 11 05'), slot(at(TAG - 4))]],
    ['lock cmpxchg [tag], ecx', [b('f0 0f b1 0d'), slot(at(TAG))]],
  ];
  for (const [name, pieces] of computed)
    assert.equal(variable([...store, ...pieces]), 'Fred? global variable set to a computed value', name);
  // Neighbours that are written do not matter.
  assert.equal(variable([...store, b('89 05'), slot(at(TAG - 4)), b('89 05'), slot(at(TAG + 4))]), 'Fred');
});

test('a pointer in data, told by its relocation, forbids an answer', () => {
  const variables = [...NOTHING];
  const pointer = VARIABLES_RVA + 0x30;
  variables.splice(pointer - VARIABLES_RVA, 8, ...address('x64', TAG));
  variables.splice(TAG - VARIABLES_RVA, 4, 0x49, 0x6e, 0x69, 0x74);
  const block = [0x00, 0xa0, 0, 0, 12, 0, 0, 0, (pointer - VARIABLES_RVA) & 0xff, 0xa0, 0, 0];
  assert.equal(variable([], [], { variables }), 'Init');
  assert.equal(variable([], [], { variables, relocations: block }), POINTER);
});

test('x86: an address is a plain constant, wherever it stands', () => {
  const use = (pieces: Pieces): string => {
    const variables = [...NOTHING];
    const load = [b('ff 35'), absolute(at(TAG)), b('6a 40 6a 01'), label('call'), b('ff 15')];
    const { lines } = scan(
      'x86',
      [b('c7 05'), absolute(at(TAG)), FRED, ...pieces, ...load, absolute('ExAllocatePoolWithTag'), b('c3')],
      { variables },
    );
    return lines.join().replace('call: ExAllocatePoolWithTag ', '').replace(' (call)', '');
  };
  assert.equal(use([]), 'Fred');
  assert.equal(use([b('a1'), absolute(at(TAG)), b('83 3d'), absolute(at(TAG)), b('00')]), 'Fred', 'reads');
  assert.equal(use([b('68'), absolute(at(TAG)), b('58')]), POINTER, 'push offset tag');
  assert.equal(use([b('b9'), absolute(at(TAG - 8))]), POINTER, 'mov ecx, offset something in front');
  assert.equal(use([b('89 04 8d'), absolute(at(TAG))]), POINTER, 'mov [ecx*4+tag], eax');
});
