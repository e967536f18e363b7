/** What the PDB tests share: the committed samples, their golden tables, and a writer of MSF containers. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openMsf } from '../../../../../server/core/binary/pdb/msf';
import { formatGuid } from '../../../../../server/core/binary/pdb/pdbInfo';
import { readPdb } from '../../../../../server/core/binary/pdb/pdbSymbols';
import type { PdbSymbols } from '../../../../../server/core/binary/pdb/pdbSymbols';
import type { PdbReference } from '../../../../../server/core/binary/pdbReference';

const FIXTURES = path.join(__dirname, '../../../../fixtures/pdb');

export const ARCHITECTURES = ['x64', 'x86', 'arm64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

export interface Sample {
  readonly pdb: Uint8Array;
  readonly reference: PdbReference;
  readonly golden: readonly GoldenRow[];
}

/** What llvm-symbolizer says of an address; `line` from 1, empty names where it knows none. */
export interface GoldenRow {
  readonly rva: number;
  readonly function: string;
  readonly place: string;
  /** `name@file:line`, innermost first. */
  readonly inlined: readonly string[];
}

export function sample(architecture: Architecture): Sample {
  const read = (ending: string) => readFileSync(path.join(FIXTURES, `sample-${architecture}${ending}`));
  const rows = read('.golden.txt').toString('utf8').trimEnd().split('\n');
  return { pdb: new Uint8Array(read('.pdb')), reference: rsds(read('.sys')), golden: rows.map(goldenRow) };
}

function goldenRow(row: string): GoldenRow {
  const [rva = '', name = '', place = '', ...inlined] = row.split('\t');
  return { rva: Number(rva), function: name, place: place === ':0' ? '' : place, inlined };
}

/** The RSDS record, found by its signature: no reader of the product takes part. */
function rsds(image: Buffer): PdbReference {
  const at = image.indexOf('RSDS');
  assert.ok(at > 0, 'image has an RSDS record');
  const record = new DataView(image.buffer, image.byteOffset + at, 24);
  const end = image.indexOf(0, at + 24);
  return {
    guid: formatGuid(record, 4),
    age: record.getUint32(20, true),
    path: image.toString('utf8', at + 24, end),
  };
}

export function open(bytes: Uint8Array, reference: PdbReference): PdbSymbols {
  const { value, issues } = readPdb(bytes, reference);
  assert.deepEqual(issues, []);
  assert.ok(value);
  return value;
}

/** Copies of all streams of a PDB, to be changed and written again. */
export function streamsOf(pdb: Uint8Array): Uint8Array[] {
  const msf = openMsf(pdb, []);
  assert.ok(msf);
  return Array.from({ length: 64 }, (_, index) => Uint8Array.from(msf.stream(index)?.bytes ?? []));
}

/** An MSF container: superblock, two free block maps, the streams, the directory, the directory's block list. */
export function writeMsf(streams: readonly Uint8Array[], blockSize = 512): Uint8Array {
  const blocksOf = (size: number) => Math.ceil(size / blockSize);
  const directory: number[] = [streams.length, ...streams.map((stream) => stream.length)];
  let block = 3;
  const parts: [number, Uint8Array][] = [];
  const place = (bytes: Uint8Array): number[] => {
    parts.push([block, bytes]);
    const first = block;
    block += blocksOf(bytes.length);
    return Array.from({ length: block - first }, (_, index) => first + index);
  };
  for (const stream of streams) directory.push(...place(stream));
  const words = (values: readonly number[]) => new Uint8Array(Uint32Array.from(values).buffer);
  const directoryBlocks = place(words(directory));
  const [blockMap = 0] = place(words(directoryBlocks));
  const file = new Uint8Array(block * blockSize);
  file.set(Buffer.from('Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0', 'latin1'));
  file.set(words([blockSize, 1, block, directory.length * 4, 0, blockMap]), 32);
  for (const [at, bytes] of parts) file.set(bytes, at * blockSize);
  return file;
}

/** A sample's PDB with some streams changed. */
export function rewrite(pdb: Uint8Array, change: (streams: Uint8Array[]) => void): Uint8Array {
  const streams = streamsOf(pdb);
  change(streams);
  return writeMsf(streams);
}

/** View of a stream for patches. */
export function patch(streams: readonly Uint8Array[], index: number): DataView {
  const stream = streams[index];
  assert.ok(stream);
  return new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
}
