/**
 * Fuzz target: PDBs. Changes numbers inside the streams and writes the container anew, or changes the container itself.
 * The reference asked for is the PDB's own, so that damage behind its header is reached.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readDbi } from '../../../server/core/binary/pdb/dbi';
import { openMsf } from '../../../server/core/binary/pdb/msf';
import { readPdbInfo } from '../../../server/core/binary/pdb/pdbInfo';
import { readPdb } from '../../../server/core/binary/pdb/pdbSymbols';
import type { PdbReference } from '../../../server/core/binary/pdbReference';
import { streamsOf, writeMsf } from '../../unit/core/binary/pdb/samples';
import { edgeNumber, mutateBytes, numberAt, setNumber } from '../mutate';
import type { Random } from '../random';
import type { FuzzTarget } from '../target';
import { checkIssues, checkSize } from '../target';

const ADDRESSES = Array.from({ length: 160 }, (_, index) => 0x1000 + index * 0x24);

function ownReference(bytes: Uint8Array): PdbReference {
  const msf = openMsf(bytes, []);
  const guid = (msf && readPdbInfo(msf)?.guid) ?? '';
  const dbi = msf?.stream(3);
  return { path: 'a.pdb', guid, age: (dbi && readDbi(dbi, [])?.age) ?? 0 };
}

/** Streams that matter, large or small: info, types, DBI, items and the modules behind them. */
function changeStream(streams: Uint8Array[], random: Random): void {
  const index = random.chance(3) ? random.pick([1, 3, 3, 4]) : random.below(streams.length);
  const stream = streams[index] ?? new Uint8Array();
  if (random.chance(6)) {
    streams[index] = mutateBytes(stream, random, streams[random.below(streams.length)] ?? stream);
    return;
  }
  // Headers and counts stand in front.
  const span = random.chance(2) ? Math.min(stream.length, 128) : stream.length;
  for (let left = 1 + random.below(4); left > 0; left -= 1) {
    const width = random.pick([2, 4, 4]);
    const at = random.below(span) & -width;
    setNumber(stream, at, width, edgeNumber(random, stream.length, numberAt(stream, at, width)));
  }
}

function mutatePdb(input: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  if (random.chance(4) || openMsf(input, []) === undefined) return mutateBytes(input, random, other);
  const streams = streamsOf(input);
  for (let left = 1 + random.below(3); left > 0; left -= 1) changeStream(streams, random);
  return writeMsf(streams);
}

export const pdbTarget: FuzzTarget = {
  name: 'pdb',
  seeds: (root) =>
    readdirSync(path.join(root, 'test/fixtures'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.pdb'))
      .sort()
      .map((name) => writeMsf(streamsOf(new Uint8Array(readFileSync(path.join(root, 'test/fixtures', name)))))),
  accepts: (file, bytes) => /\.pdb$/i.test(file) && bytes.length <= 512 * 1024,
  mutate: mutatePdb,
  run: (input) => {
    const { value, issues } = readPdb(input, ownReference(input));
    if (value === undefined) assert.ok(issues.length > 0, 'a refusal without a reason');
    for (const rva of value === undefined ? [] : ADDRESSES) {
      const found = value?.functionAt(rva);
      if (found !== undefined) assert.equal(found.rva + found.offset, rva);
      const line = value?.lineAt(rva)?.line ?? 0;
      assert.ok(Number.isInteger(line) && line >= 0, 'a line below zero');
      assert.ok((value?.inlineesAt(rva).length ?? 0) <= 256, 'endless inlinees');
    }
    const functions = [...(value?.functions() ?? [])];
    assert.ok(
      functions.every(({ size }) => size >= 0),
      'a function of negative size',
    );
    checkSize(functions, input.length);
    checkIssues(issues, input.length);
  },
};
