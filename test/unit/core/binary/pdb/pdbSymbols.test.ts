/** The PDB reader against llvm-symbolizer's answers for every fourth code byte of the samples, on three architectures. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PdbSymbols } from '../../../../../server/core/binary/pdb/pdbSymbols';
import { pdbMatches, readPdb } from '../../../../../server/core/binary/pdb/pdbSymbols';
import { ARCHITECTURES, open, patch, rewrite, sample } from './samples';

/** Stream numbers and offsets of the DBI stream that the tests change. */
const INFO = 1;
const DBI = 3;

const baseName = (file: string) => file.slice(file.lastIndexOf('\\') + 1);

function place(symbols: PdbSymbols, rva: number): string {
  const line = symbols.lineAt(rva);
  return line === undefined ? '' : `${baseName(line.file)}:${String(line.line + 1)}`;
}

function inlined(symbols: PdbSymbols, rva: number): string[] {
  return symbols
    .inlineesAt(rva)
    .map(({ name, file = '', line = -1 }) => `${name}@${baseName(file)}:${String(line + 1)}`);
}

for (const architecture of ARCHITECTURES) {
  const { pdb, reference, golden } = sample(architecture);
  const symbols = open(pdb, reference);

  test(`${architecture}: functions are those of llvm-symbolizer, and publics where it knows none`, () => {
    const differing = golden.filter((row) => row.function !== '' && symbols.functionAt(row.rva)?.name !== row.function);
    assert.deepEqual(differing, []);
    // Assembler code and import thunks have no procedure: llvm-symbolizer is silent there.
    const publics = golden.filter((row) => row.function === '').map((row) => symbols.functionAt(row.rva)?.name);
    const named = new Set(publics.filter((name) => name !== undefined));
    assert.deepEqual([...named].sort(), ['ExAllocatePoolWithTag', 'ExFreePoolWithTag', 'assembled']);
  });

  test(`${architecture}: lines are those of llvm-symbolizer`, () => {
    const differing = golden.filter((row) => place(symbols, row.rva) !== row.place);
    // Two rows of the table at one address: the first has no code of its own, llvm-symbolizer gives that one.
    const first = architecture === 'arm64' ? [] : ['ring.c:19'];
    assert.deepEqual(
      differing.map((row) => row.place),
      first,
    );
  });

  test(`${architecture}: inlined calls are those of llvm-symbolizer, innermost first`, () => {
    assert.ok(golden.some((row) => row.inlined.length === 2));
    for (const row of golden) assert.deepEqual(inlined(symbols, row.rva), row.inlined, row.rva.toString(16));
  });

  test(`${architecture}: a function's start and offset add up to the address`, () => {
    for (const { rva } of golden) {
      const found = symbols.functionAt(rva);
      if (found !== undefined) assert.equal(found.rva + found.offset, rva);
    }
  });

  test(`${architecture}: the list of functions is ordered, without overlaps, and agrees with the look-ups`, () => {
    const functions = [...symbols.functions()];
    let end = 0;
    for (const { rva, size, name } of functions) {
      assert.ok(rva >= end && size > 0, name);
      end = rva + size;
      assert.deepEqual(symbols.functionAt(rva), { name, rva, offset: 0 });
      assert.equal(symbols.functionAt(rva + size - 1)?.name, name);
    }
    const names = functions.map(({ name }) => name);
    for (const name of ['DriverEntry', 'Unload', 'größer', 'tracker_count', 'assembled']) {
      assert.ok(names.includes(name), name);
    }
  });

  test(`${architecture}: addresses outside the code have no symbols`, () => {
    for (const rva of [0, 1, 0xfff, 0x7fffffff, 0xffffffff, -1, Number.NaN]) {
      assert.equal(symbols.functionAt(rva), undefined);
      assert.equal(symbols.lineAt(rva), undefined);
      assert.deepEqual(symbols.inlineesAt(rva), []);
    }
  });
}

test('an inlined allocator shows the line of the call in the driver first, its own line as inlined', () => {
  const { pdb, reference, golden } = sample('x64');
  const symbols = open(pdb, reference);
  const row = golden.find(({ inlined: calls }) => calls[0]?.startsWith('allocate_zero@pool.h'));
  assert.ok(row);
  assert.equal(place(symbols, row.rva), 'device.c:29');
  const [call] = symbols.inlineesAt(row.rva);
  assert.deepEqual(call, { name: 'allocate_zero', file: 'C:\\fixture\\pool.h', line: 22 });
});

test('a PDB of another build is refused, and the issue says what differs', () => {
  const { pdb, reference } = sample('x64');
  const otherGuid = readPdb(pdb, { ...reference, guid: '0'.repeat(32) });
  assert.equal(otherGuid.value, undefined);
  assert.match(otherGuid.issues[0]?.message ?? '', new RegExp(`GUID is ${reference.guid}, the image names 0{32}`));
  const otherAge = readPdb(pdb, { ...reference, age: 7 });
  assert.equal(otherAge.value, undefined);
  assert.match(otherAge.issues[0]?.message ?? '', /its age is 1, the image names 7/);
});

test('the age that counts is the one of the debug information, not of the container', () => {
  // pdbstr and the like raise the container's age after the link.
  const { pdb, reference } = sample('x64');
  const raised = rewrite(pdb, (streams) => {
    patch(streams, INFO).setUint32(8, 9, true);
  });
  assert.ok(readPdb(raised, reference).value);
});

test('candidates are told apart by GUID and age alone', () => {
  const { pdb, reference } = sample('x64');
  assert.equal(pdbMatches(pdb, reference), true);
  assert.equal(pdbMatches(pdb, { ...reference, age: 2 }), false);
  assert.equal(pdbMatches(sample('arm64').pdb, reference), false);
  assert.equal(pdbMatches(pdb.subarray(0, 100), reference), false);
  assert.equal(pdbMatches(new Uint8Array(), reference), false);
});

test('a lower-case GUID is the same GUID', () => {
  const { pdb, reference } = sample('x64');
  assert.ok(readPdb(pdb, { ...reference, guid: reference.guid.toLowerCase() }).value);
});

test('an image rearranged after linking is refused: its addresses are not those of the PDB', () => {
  const { pdb, reference } = sample('x64');
  const rearranged = rewrite(pdb, (streams) => {
    const dbi = patch(streams, DBI);
    const debugHeader = dbi.byteLength - dbi.getUint32(48, true);
    dbi.setUint16(debugHeader + 4 * 2, 6, true);
  });
  const { value, issues } = readPdb(rearranged, reference);
  assert.equal(value, undefined);
  assert.match(issues[0]?.message ?? '', /OMAP/);
});

test('a /DEBUG:FASTLINK PDB says where the lines are', () => {
  const { pdb, reference } = sample('x64');
  const fast = rewrite(pdb, (streams) => {
    const info = streams[INFO] ?? new Uint8Array();
    streams[INFO] = Uint8Array.from([...info, ...Buffer.from('MINI')]);
  });
  const { value, issues } = readPdb(fast, reference);
  assert.ok(value);
  assert.match(issues[0]?.message ?? '', /FASTLINK/);
});

test('a stripped PDB still names functions by their public symbols, within their contribution', () => {
  const { pdb, reference } = sample('x64');
  const symbols = open(withoutModules(pdb), reference);
  const full = open(pdb, reference);
  const entry = [...full.functions()].find(({ name }) => name === 'DriverEntry');
  assert.ok(entry);
  assert.deepEqual(symbols.functionAt(entry.rva + 4), { name: 'DriverEntry', rva: entry.rva, offset: 4 });
  assert.equal(symbols.lineAt(entry.rva + 4), undefined);
});

/** Sets the stream number of every module to "none", as /PDBSTRIPPED does. */
function withoutModules(pdb: Uint8Array): Uint8Array {
  return rewrite(pdb, (streams) => {
    const dbi = patch(streams, DBI);
    const bytes = streams[DBI] ?? new Uint8Array();
    const end = 64 + dbi.getUint32(24, true);
    for (let offset = 64; offset < end;) {
      dbi.setUint16(offset + 34, 0xffff, true);
      const objectName = bytes.indexOf(0, offset + 64) + 1;
      offset = (bytes.indexOf(0, objectName) + 4) & ~3;
    }
  });
}
