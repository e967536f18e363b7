/** A table of malformed PDBs, each with its reason: a refusal says why, and whatever is accepted answers every question. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPdb } from '../../../../../server/core/binary/pdb/pdbSymbols';
import { pdbTarget } from '../../../../fuzz/targets/pdb';
import { ARCHITECTURES, patch, rewrite, sample } from './samples';

interface MalformedPdb {
  readonly reason: string;
  /** What the reader must say; absent where it can still answer everything else. */
  readonly says?: RegExp;
  readonly change: (pdb: Uint8Array) => Uint8Array;
}

const word = (pdb: Uint8Array, at: number, value: number): Uint8Array => {
  const bytes = Uint8Array.from(pdb);
  new DataView(bytes.buffer).setUint32(at, value, true);
  return bytes;
};

/** A 32-bit field of a stream changed. */
const field = (stream: number, at: number, value: number) => (pdb: Uint8Array) =>
  rewrite(pdb, (streams) => {
    patch(streams, stream).setUint32(at, value, true);
  });

const emptied = (stream: number) => (pdb: Uint8Array) =>
  rewrite(pdb, (streams) => void (streams[stream] = new Uint8Array()));

const MALFORMED: readonly MalformedPdb[] = [
  { reason: 'an empty file', says: /not a PDB/, change: () => new Uint8Array() },
  { reason: 'the signature alone', says: /not a PDB/, change: (pdb) => pdb.slice(0, 32) },
  { reason: 'blocks of no size', says: /block size 0/, change: (pdb) => word(pdb, 32, 0) },
  { reason: 'blocks of 3 bytes', says: /block size 3/, change: (pdb) => word(pdb, 32, 3) },
  { reason: 'blocks of 2 GB', says: /block size/, change: (pdb) => word(pdb, 32, 0x80000000) },
  {
    reason: 'a directory as large as the address space',
    says: /directory/,
    change: (pdb) => word(pdb, 44, 0xffffffff),
  },
  { reason: 'a block map behind the file', says: /directory/, change: (pdb) => word(pdb, 52, 0xffffffff) },
  { reason: 'a directory that is the superblock', says: /directory|stream/, change: (pdb) => word(pdb, 52, 0) },
  { reason: 'more blocks than the file has', says: /truncated/, change: (pdb) => word(pdb, 40, 0x7fffff) },
  { reason: 'the first half', says: /truncated/, change: (pdb) => pdb.slice(0, pdb.length >> 1) },
  { reason: 'no info stream', says: /info stream/, change: emptied(1) },
  { reason: 'an info stream older than GUIDs', says: /info stream/, change: field(1, 0, 1994) },
  { reason: 'named streams without end', change: field(1, 28, 0xffffffff) },
  { reason: 'no debug information', says: /debug information/, change: emptied(3) },
  { reason: 'debug information of an old version', says: /DBI header/, change: field(3, 0, 0) },
  { reason: 'another age', says: /another build: its age/, change: field(3, 8, 77) },
  { reason: 'another GUID', says: /another build: its GUID/, change: field(1, 12, 0) },
  { reason: 'a module list larger than its stream', says: /substream/, change: field(3, 24, 0x7fffffff) },
  { reason: 'a module list of negative size', says: /substream|section headers/, change: field(3, 24, 0x80000000) },
  { reason: 'contributions larger than their stream', says: /substream/, change: field(3, 28, 0x7fffffff) },
  { reason: 'symbols of a module larger than its stream', change: field(3, 64 + 36, 0x7fffffff) },
  { reason: 'lines of a module larger than its stream', change: field(3, 64 + 44, 0x7fffffff) },
  { reason: 'no types', change: emptied(2) },
  { reason: 'no items', change: emptied(4) },
  { reason: 'types that begin behind their stream', change: field(2, 4, 0x7fffffff) },
];

for (const architecture of ARCHITECTURES) {
  test(`${String(MALFORMED.length)} malformed PDBs for ${architecture}`, () => {
    const { pdb, reference } = sample(architecture);
    for (const { reason, says, change } of MALFORMED) {
      const bytes = change(pdb);
      pdbTarget.run(bytes);
      const { value, issues } = readPdb(bytes, reference);
      const said = issues.map(({ message }) => message).join('; ');
      if (says === undefined) assert.ok(value !== undefined, `${reason}: refused: ${said}`);
      else assert.match(said, says, reason);
    }
  });
}
