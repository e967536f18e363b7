/** Damaged PDBs: cut, flipped, or with counts and sizes that lie. Nothing throws, and every answer has its shape. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readPdb } from '../../../../../server/core/binary/pdb/pdbSymbols';
import { ARCHITECTURES, open, patch, rewrite, sample, streamsOf, writeMsf } from './samples';

const { pdb, reference, golden } = sample('x64');
const addresses = golden.filter((_, index) => index % 8 === 0).map(({ rva }) => rva);

/** Asks everything of a PDB, damaged or not. Returns whether it was accepted. */
function exercise(bytes: Uint8Array): boolean {
  const { value, issues } = readPdb(bytes, reference);
  if (value === undefined) {
    assert.ok(issues.length > 0, 'a refusal has a reason');
    return false;
  }
  for (const rva of addresses) {
    const found = value.functionAt(rva);
    if (found !== undefined) assert.equal(found.rva + found.offset, rva);
    const line = value.lineAt(rva);
    if (line !== undefined) assert.ok(line.line >= 0);
    assert.ok(value.inlineesAt(rva).length <= 256);
  }
  let end = 0;
  for (const { rva, size } of value.functions()) {
    assert.ok(rva >= end || size > 0);
    end = rva;
  }
  assert.ok(issues.every(({ message }) => message !== '') && issues.length <= 40);
  return true;
}

test('a PDB cut off anywhere gives a reason or partial answers', () => {
  let refused = 0;
  for (let size = 0; size < pdb.length; size += 1021) if (!exercise(pdb.subarray(0, size))) refused++;
  assert.ok(refused > 10);
});

test('flipped bytes', () => {
  const flips = fc.array(fc.tuple(fc.nat(pdb.length - 1), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(flips, (changes) => {
      const damaged = Uint8Array.from(pdb);
      for (const [offset, mask] of changes) damaged[offset] = (damaged[offset] ?? 0) ^ mask;
      exercise(damaged);
    }),
    { numRuns: 150 },
  );
});

test('hostile words in the streams that carry counts, sizes and offsets', () => {
  const streams = streamsOf(pdb);
  const sized = streams.flatMap((stream, index) => (stream.length >= 8 ? [index] : []));
  const change = fc.record({
    stream: fc.constantFrom(...sized),
    at: fc.nat(400),
    value: fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
      const damaged = streams.map((stream) => Uint8Array.from(stream));
      for (const { stream, at, value } of changes) {
        const view = patch(damaged, stream);
        view.setUint32(Math.min(at * 4, view.byteLength - 4), value, true);
      }
      exercise(writeMsf(damaged));
    }),
    { numRuns: 200 },
  );
});

test('a module larger than its stream becomes an issue when it is first asked for', () => {
  const damaged = rewrite(pdb, (streams) => {
    const dbi = patch(streams, 3);
    dbi.setUint32(64 + 36, 0x7fffffff, true);
  });
  const { value, issues } = readPdb(damaged, reference);
  assert.ok(value);
  assert.equal(issues.length, 0);
  for (const rva of addresses) value.functionAt(rva);
  assert.match(issues[0]?.message ?? '', /module 0 is larger than its stream/);
});

test('thousands of modules that share one stream are parsed once', () => {
  // Each module entry takes 68 bytes here; all name the stream of the first real module.
  const damaged = rewrite(pdb, (streams) => {
    const dbi = patch(streams, 3);
    const stream = dbi.getUint16(64 + 34, true);
    const entry = new Uint8Array(68);
    const fields = new DataView(entry.buffer);
    fields.setUint16(34, stream, true);
    for (const offset of [36, 40, 44]) fields.setUint32(offset, dbi.getUint32(64 + offset, true), true);
    const count = 20_000;
    const old = streams[3] ?? new Uint8Array();
    const rest = old.subarray(64 + dbi.getUint32(24, true));
    const grown = new Uint8Array(64 + count * entry.length + rest.length);
    grown.set(old.subarray(0, 64));
    for (let index = 0; index < count; index++) grown.set(entry, 64 + index * entry.length);
    grown.set(rest, 64 + count * entry.length);
    new DataView(grown.buffer).setUint32(24, count * entry.length, true);
    streams[3] = grown;
  });
  const names = [...open(damaged, reference).functions()].map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.includes('DriverEntry'));
});

test('missing parts are named', () => {
  const without = (stream: number) =>
    readPdb(
      rewrite(pdb, (streams) => void (streams[stream] = new Uint8Array())),
      reference,
    ).issues[0]?.message ?? '';
  assert.match(without(1), /info stream/);
  assert.match(without(3), /debug information/);
  const dbi = patch(streamsOf(pdb), 3);
  const sectionHeaders = dbi.getUint16(dbi.byteLength - dbi.getUint32(48, true) + 10, true);
  assert.match(without(sectionHeaders), /section headers/);
});

test('without its names and item streams a PDB still names functions', () => {
  for (const architecture of ARCHITECTURES) {
    const whole = sample(architecture);
    const bare = rewrite(whole.pdb, (streams) => {
      streams[2] = new Uint8Array();
      streams[4] = new Uint8Array();
    });
    const symbols = open(bare, whole.reference);
    const row = whole.golden.find(({ inlined }) => inlined.length > 0);
    assert.ok(row);
    assert.equal(symbols.functionAt(row.rva)?.name, row.function);
    assert.equal(symbols.inlineesAt(row.rva)[0]?.name, '');
  }
});
