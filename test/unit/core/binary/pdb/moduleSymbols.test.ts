/** Procedures of a module by address: folded functions, parts that the optimizer moved away, thunks; public names. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readModuleSymbols } from '../../../../../server/core/binary/pdb/moduleSymbols';
import { readPublicSymbols, undecorate } from '../../../../../server/core/binary/pdb/publicSymbols';
import { readSectionMap } from '../../../../../server/core/binary/pdb/sectionMap';
import { StreamReader } from '../../../../../server/core/binary/pdb/streamReader';
import { symbolName } from '../../../../../server/core/binary/pdb/symbolRecords';

/** One code section of 64 KiB at 0x1000. */
const header = new DataView(new ArrayBuffer(40));
header.setUint32(8, 0x10000, true);
header.setUint32(12, 0x1000, true);
header.setUint32(36, 0x60000020, true);
const SECTIONS = readSectionMap(new StreamReader(new Uint8Array(header.buffer)));

type Field = readonly [size: 2 | 4, offset: number, value: number];

/** A symbol record: fields behind the kind, then the name. */
function record(kind: number, size: number, fields: readonly Field[], name = ''): number[] {
  const data = Buffer.alloc(size);
  for (const [width, offset, value] of fields) data.writeUIntLE(value, offset, width);
  const body = [...data, ...Buffer.from(`${name}\0`)];
  while (body.length % 4 !== 2) body.push(0);
  return [body.length + 2, 0, kind & 0xff, kind >> 8, ...body];
}

const procedure = (offset: number, size: number, name: string) =>
  record(0x1110, 35, [[4, 12, size], [4, 28, offset], [2, 32, 1]], name); // prettier-ignore
const movedPart = (offset: number, size: number, parent: number) =>
  record(0x1132, 28, [[4, 8, size], [4, 16, offset], [4, 20, parent], [2, 24, 1], [2, 26, 1]]); // prettier-ignore
const publicSymbol = (offset: number, flags: number, name: string) =>
  record(0x110e, 10, [[4, 0, flags], [4, 4, offset], [2, 8, 1]], name); // prettier-ignore

function moduleOf(...records: readonly (readonly number[])[]) {
  const bytes = Uint8Array.from([4, 0, 0, 0, ...records.flat()]);
  const info = { name: 'a.obj', stream: 5, symbolBytes: bytes.length, c11Bytes: 0, c13Bytes: 0 };
  const module = readModuleSymbols(new StreamReader(bytes), info, SECTIONS);
  assert.ok(module);
  return module;
}

const END = [2, 0, 6, 0];

test('of functions folded into one address the first record answers', () => {
  const module = moduleOf(procedure(0x20, 16, 'First'), END, procedure(0x20, 16, 'Second'), END);
  assert.equal(module.procedureAt(0x1028)?.name, 'First');
  assert.deepEqual(
    [...module.procedures()].map(({ name }) => name),
    ['First'],
  );
});

test('bounds are half-open, and gaps belong to no one', () => {
  const module = moduleOf(procedure(0x40, 8, 'Late'), END, procedure(0x20, 16, 'Early'), END);
  assert.equal(module.procedureAt(0x101f), undefined);
  assert.equal(module.procedureAt(0x102f)?.name, 'Early');
  assert.equal(module.procedureAt(0x1030), undefined);
  assert.equal(module.procedureAt(0x1040)?.name, 'Late');
  assert.equal(module.lastProcedureEnd(0x1035), 0x1030);
});

test('a moved part carries the name of its function, counted from its start', () => {
  const module = moduleOf(procedure(0x20, 16, 'Hot'), END, movedPart(0x900, 32, 0x20), END);
  assert.deepEqual(module.procedureAt(0x1910), { start: 0x1020, end: 0x1920, name: 'Hot', thunk: false });
  // A part before its function counts from its own start; one without a function has no name.
  const before = moduleOf(procedure(0x900, 16, 'Hot'), END, movedPart(0x20, 32, 0x900), END);
  assert.deepEqual(before.procedureAt(0x1030), { start: 0x1020, end: 0x1040, name: 'Hot', thunk: false });
  assert.equal(moduleOf(movedPart(0x900, 32, 0x20), END).procedureAt(0x1910), undefined);
  assert.deepEqual([...module.procedures()].length, 1);
});

test('a procedure outside its section, or in a section there is none of, is left out', () => {
  const module = moduleOf(procedure(0x10001, 16, 'Outside'), END);
  assert.deepEqual([...module.procedures()], []);
});

test('a name without its zero ends with its record', () => {
  const bytes = Uint8Array.from([...procedure(0, 4, 'abc'), ...procedure(4, 4, 'next')]);
  bytes.fill(0x78, 4 + 35, procedure(0, 4, 'abc').length);
  assert.match(symbolName(new StreamReader(bytes), 0), /^x+$/);
});

test('public symbols of code, not of data', () => {
  const bytes = Uint8Array.from([...publicSymbol(0x10, 2, '_start@4'), ...publicSymbol(0x20, 0, 'data')]);
  const stream = new StreamReader(bytes);
  const publics = readPublicSymbols(stream, SECTIONS).all();
  assert.deepEqual(publics, [{ start: 0x1010, end: 0x11000, value: 0 }]);
  assert.equal(symbolName(stream, 0), '_start@4');
});

test('decorations of C names on x86, and none elsewhere', () => {
  const x86 = (name: string) => undecorate(name, 0x14c);
  assert.equal(x86('_DriverEntry@8'), 'DriverEntry');
  assert.equal(x86('@fast@12'), 'fast');
  assert.equal(x86('__aulldiv'), '_aulldiv');
  assert.equal(x86('?f@C@@QAEXXZ'), '?f@C@@QAEXXZ');
  assert.equal(x86('_odd@name'), 'odd@name');
  assert.equal(x86('_'), '');
  assert.equal(undecorate('_fltused', 0x8664), '_fltused');
});
