/** Function names and starts from COFF symbols, as gcc leaves them, and from a PDB where no .pdata says where functions begin. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readCoffFunctions } from '../../../../server/core/binary/coffSymbols';
import { FunctionNames, LazyPdb } from '../../../../server/core/binary/imageNames';
import { readPeImage } from '../../../../server/core/binary/peImage';
import { scanImage } from '../../../../server/core/binary/scanImage';
import { tagToText } from '../../../../src/shared/poolTag';
import { absolute, assemble, b, imm, label } from './assembler';
import type { ImageParts } from './imageBuilder';
import { buildImage, CODE_RVA, le32 } from './imageBuilder';

interface Symbol {
  readonly name: string;
  /** From the section's start. */
  readonly value: number;
  readonly section?: number;
  readonly type?: number;
  readonly storage?: number;
  /** Auxiliary records behind it. */
  readonly auxiliary?: number;
}

const latin = (text: string): number[] => [...Buffer.from(text, 'latin1')];

/** The image with a symbol table and a string table behind it. */
function withSymbols(image: Uint8Array, symbols: readonly Symbol[]): Uint8Array {
  const strings: number[] = [];
  const records = symbols.flatMap(({ name, value, section = 1, type = 0x20, storage = 2, auxiliary = 0 }) => {
    const isShort = name.length <= 8;
    const field = isShort
      ? [...latin(name), ...new Array<number>(8 - name.length).fill(0)]
      : [0, 0, 0, 0, ...le32(4 + strings.length)];
    if (!isShort) strings.push(...latin(name), 0);
    const record = [...field, ...le32(value), section & 0xff, (section >> 8) & 0xff, type, 0, storage, auxiliary];
    // Auxiliary records look like anything.
    return [...record, ...new Array<number>(18 * auxiliary).fill(0x20)];
  });
  const file = new Uint8Array(image.length + records.length + 4 + strings.length);
  file.set(image);
  file.set([...records, ...le32(4 + strings.length), ...strings], image.length);
  const view = new DataView(file.buffer);
  view.setUint32(0x80 + 12, image.length, true);
  view.setUint32(0x80 + 16, records.length / 18, true);
  return file;
}

/** Two functions without anything between them, the second reached by no call. */
const pieces = [
  ...[label('first'), b('68'), imm(0x64657246), b('6a 08 6a 00 ff 15'), absolute('ExAllocatePoolWithTag'), b('c3')],
  // push [esp+4]; push 8; push 0; call; ret: hands its parameter on.
  ...[label('second'), b('ff 74 24 04 6a 08 6a 00 ff 15'), absolute('ExAllocatePoolWithTag'), b('c2 04 00')],
];

function image(machine: ImageParts['machine'] = 'x86', more: Partial<ImageParts> = {}): Uint8Array {
  return buildImage({
    machine,
    imports: [{ module: 'ntoskrnl.exe', functions: ['ExAllocatePoolWithTag'] }],
    code: (slotOf) => assemble(pieces, slotOf).bytes,
    ...more,
  });
}

const second = assemble(pieces, () => 0).labels.get('second') ?? 0;
const SYMBOLS: readonly Symbol[] = [
  { name: '_first@4', value: 0, auxiliary: 1 },
  { name: '_a_second_function@4', value: second - CODE_RVA, storage: 3 },
];

function functions(file: Uint8Array): readonly (readonly [string, number])[] {
  const { value } = readPeImage(file);
  assert.ok(value);
  return readCoffFunctions(value).map(({ name, rva }) => [name, rva]);
}

test('short and long names, undecorated on x86; auxiliary records are stepped over', () => {
  assert.deepEqual(functions(withSymbols(image(), SYMBOLS)), [
    ['first', CODE_RVA],
    ['a_second_function', second],
  ]);
  assert.deepEqual(functions(withSymbols(image('x64'), SYMBOLS))[0], ['_first@4', CODE_RVA]);
  assert.deepEqual(functions(image()), []);
});

test('only functions in code count; an external name goes before a static one', () => {
  const file = withSymbols(image(), [
    { name: '.text', value: 0, type: 0, storage: 3 },
    { name: '_inner', value: 0, storage: 3 },
    { name: '_outer', value: 0 },
    { name: '_data', value: 0, section: 2 },
    { name: '_gone', value: 0x7fffffff },
    { name: '_extern', value: 0, section: 0 },
    { name: '_abs', value: 0, section: 0xffff },
  ]);
  assert.deepEqual(functions(file), [['outer', CODE_RVA]]);
});

test('sites in images without a PDB get the names, and symbols tell functions apart', () => {
  const shown = (file: Uint8Array): string[] =>
    scanImage(file, { file: 'toaster.sys' }).sites.map(({ place, tags, unresolved }) =>
      [place.function ?? '-', ...tags.map(tagToText), ...(unresolved === undefined ? [] : [unresolved])].join(' '),
    );
  assert.deepEqual(shown(withSymbols(image(), SYMBOLS)), [
    'first+0x9 Fred',
    'a_second_function+0x8 parameter of a_second_function, which is never called directly',
  ]);
  assert.notDeepEqual(shown(image()), shown(withSymbols(image(), SYMBOLS)), 'without symbols nobody can tell');
});

test('where .pdata gives the bounds, a name must stand at the start', () => {
  const x64 = image('x64', {
    functions: [{ begin: CODE_RVA, end: CODE_RVA + 0x40 }],
    code: (slotOf) => [
      0x41,
      0xb8,
      ...le32(0x64657246),
      0xff,
      0x15,
      ...le32(slotOf('ExAllocatePoolWithTag') - (CODE_RVA + 12)),
      0xc3,
    ],
  });
  const name = (value: number): string | undefined =>
    scanImage(withSymbols(x64, [{ name: 'Toast', value }]), { file: 'a.sys' }).sites[0]?.place.function;
  assert.equal(name(0), 'Toast+0x6');
  assert.equal(name(2), undefined);
});

test('tables that lie are bounded', () => {
  for (const [table, count] of [
    [0xffffffff, 1],
    [0x80, 0xffffffff],
    [1, 0xfffffff],
  ] as const) {
    const file = withSymbols(image(), SYMBOLS);
    new DataView(file.buffer).setUint32(0x80 + 12, table, true);
    new DataView(file.buffer).setUint32(0x80 + 16, count, true);
    assert.doesNotThrow(() => functions(file));
  }
  const cut = withSymbols(image(), SYMBOLS);
  for (let length = cut.length - 1; length > cut.length - 80; length -= 1)
    assert.ok(functions(cut.subarray(0, length)).length <= 2);
});

test("the PDB's procedures are starts for an x86 image", () => {
  const folder = path.join(import.meta.dirname, '../../../fixtures/pdb');
  const { value } = readPeImage(readFileSync(path.join(folder, 'sample-x86.sys')));
  assert.ok(value);
  const file = path.join(folder, 'sample-x86.pdb');
  const pdb = new LazyPdb(value, () => ({ file, bytes: readFileSync(file) }));
  const starts = new Set(new FunctionNames(value, [], pdb, 'sample-x86.sys').starts());
  const procedures = [...(pdb.symbols?.functions() ?? [])];
  assert.ok(procedures.length > 5);
  assert.deepEqual(
    procedures.filter(({ rva }) => !starts.has(rva)),
    [],
  );
});
