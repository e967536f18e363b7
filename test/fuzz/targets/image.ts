/**
 * Fuzz target: PE images through the whole scanner. Changes header fields, data directories, section tables, and the
 * tables the directories lead to; the rest is changed as bytes.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findTagOccurrences } from '../../../server/core/binary/occurrence/findTagOccurrences';
import { looksLikeImage, scanImage } from '../../../server/core/binary/scanImage';
import { edgeNumber, joinBytes, mutateBytes, numberAt, setNumber } from '../mutate';
import type { Random } from '../random';
import type { FuzzTarget } from '../target';
import { checkIssues, checkSize } from '../target';

/** Real images above this make a case too slow to be worth it. */
const LARGEST_SEED = 256 * 1024;

/** Offsets of the parts of the headers, as the file itself says; hostile values are only bounded. */
export interface ImageLayout {
  readonly fileHeader: number;
  readonly optional: number;
  readonly directories: number;
  readonly sections: number;
  readonly sectionCount: number;
}

export function imageLayout(bytes: Uint8Array): ImageLayout {
  const signature = Math.min(numberAt(bytes, 0x3c, 4), bytes.length);
  const optional = signature + 24;
  const isWide = numberAt(bytes, optional, 2) === 0x20b;
  return {
    fileHeader: signature + 4,
    optional,
    directories: optional + (isWide ? 112 : 96),
    sections: optional + numberAt(bytes, signature + 20, 2),
    sectionCount: Math.min(numberAt(bytes, signature + 6, 2), 16),
  };
}

/** Every .sys, .dll and .exe in a folder of fixtures. */
export function imagesIn(folder: string): Uint8Array[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(sys|dll|exe)$/.test(name))
    .sort()
    .map((name) => new Uint8Array(readFileSync(path.join(folder, name))));
}

type Change = (bytes: Uint8Array, layout: ImageLayout, random: Random) => Uint8Array;

function changeNumber(bytes: Uint8Array, at: number, width: number, random: Random): Uint8Array {
  setNumber(bytes, at, width, edgeNumber(random, bytes.length, numberAt(bytes, at, width)));
  return bytes;
}

/** Offset and width of the file header's fields, without the machine. */
const FILE_HEADER_FIELDS: readonly [readonly [number, number], ...(readonly [number, number])[]] = [
  [2, 2],
  [8, 4],
  [12, 4],
  [16, 2],
  [18, 2],
];

const changeFileHeader: Change = (bytes, { fileHeader }, random) => {
  const [offset, width] = random.pick(FILE_HEADER_FIELDS);
  return changeNumber(bytes, fileHeader + offset, width, random);
};

const changeMachine: Change = (bytes, { fileHeader }, random) => {
  setNumber(bytes, fileHeader, 2, random.pick([0x14c, 0x8664, 0xaa64, 0xa641, 0xa64e, 0x1c4]));
  return bytes;
};

const changeOptional: Change = (bytes, { optional, directories }, random) =>
  changeNumber(bytes, optional + random.below((directories - optional) / 4) * 4, random.pick([2, 4]), random);

/** A directory's RVA or size becomes an edge, or the RVA of a section. */
const changeDirectory: Change = (bytes, { directories, sections, sectionCount }, random) => {
  const at = directories + random.below(16) * 8 + random.below(2) * 4;
  if (random.chance(2)) return changeNumber(bytes, at, 4, random);
  const start = numberAt(bytes, sections + random.below(sectionCount) * 40 + 12, 4);
  setNumber(bytes, at, 4, start + random.pick([0, 0, 1, 4, 0x10, 0x100, -1, -4]));
  return bytes;
};

const swapDirectories: Change = (bytes, { directories }, random) => {
  const [a, b] = [directories + random.below(16) * 8, directories + random.below(16) * 8];
  const copy = bytes.slice(a, a + 8);
  bytes.copyWithin(a, b, b + 8);
  bytes.set(copy.subarray(0, Math.max(0, bytes.length - b)), Math.min(b, bytes.length));
  return bytes;
};

const changeSection: Change = (bytes, { sections, sectionCount }, random) => {
  const at = sections + random.below(sectionCount) * 40 + random.pick([8, 12, 16, 20, 36]);
  return changeNumber(bytes, at, 4, random);
};

const makeExecutable: Change = (bytes, { sections, sectionCount }, random) => {
  setNumber(
    bytes,
    sections + random.below(sectionCount) * 40 + 36,
    4,
    random.pick([0x60000020, 0xe0000020, 0x20000000]),
  );
  return bytes;
};

const moveSection: Change = (bytes, { sections, sectionCount }, random) => {
  const [a, b] = [random.below(sectionCount), random.below(sectionCount)].map((index) => sections + index * 40);
  const field = random.pick([8, 12, 16, 20]);
  if (a !== undefined && b !== undefined) setNumber(bytes, a + field, 4, numberAt(bytes, b + field, 4));
  return bytes;
};

/** Numbers in the bytes a directory leads to: imports, exports, .pdata, resources, load configuration. */
const changeTable: Change = (bytes, { directories, sections, sectionCount }, random) => {
  const rva = numberAt(bytes, directories + random.below(16) * 8, 4);
  for (let index = 0; index < sectionCount; index += 1) {
    const header = sections + index * 40;
    const within = rva - numberAt(bytes, header + 12, 4);
    if (rva === 0 || within < 0 || within >= numberAt(bytes, header + 16, 4)) continue;
    const at = numberAt(bytes, header + 20, 4) + within + random.below(random.chance(2) ? 8 : 64) * 4;
    return changeNumber(bytes, at, random.pick([2, 4, 4]), random);
  }
  return bytes;
};

const append: Change = (bytes, _layout, random) => joinBytes(bytes, new Uint8Array(random.below(0x4000)));

const CHANGES: readonly [Change, ...Change[]] = [
  changeFileHeader,
  changeMachine,
  changeOptional,
  changeDirectory,
  changeDirectory,
  swapDirectories,
  changeSection,
  changeSection,
  makeExecutable,
  moveSection,
  changeTable,
  changeTable,
  changeTable,
  changeTable,
  append,
];

export function mutateImage(input: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  let bytes: Uint8Array = random.chance(3) ? mutateBytes(input, random, other) : Uint8Array.from(input);
  for (let left = random.below(4); left > 0; left -= 1) bytes = random.pick(CHANGES)(bytes, imageLayout(bytes), random);
  return bytes;
}

/** `Leak` and `Fred`, which the fixtures hold. */
const TAGS = [0x6b61654c, 0x64657246];

/** Scans, and checks what every answer keeps to. */
export function checkImage(input: Uint8Array): void {
  const scanned = scanImage(input, { file: 'C:\\fuzz\\broken.sys' });
  checkIssues(scanned.issues, input.length);
  checkSize(scanned, input.length);
  if (scanned.image === undefined) assert.ok(scanned.issues.length > 0, 'a refusal without a reason');
  for (const { offset } of findTagOccurrences(input, TAGS, { file: 'C:\\fuzz\\broken.sys' })) {
    assert.ok(offset >= 0 && offset + 4 <= input.length, 'an occurrence outside the file');
  }
  for (const { tags, unresolved, place } of scanned.sites) {
    assert.ok(
      tags.every((tag) => Number.isInteger(tag) && tag >= 0 && tag <= 0xffffffff),
      'a tag of more than 32 bits',
    );
    assert.ok(
      tags.every((tag, index) => index === 0 || tag > (tags[index - 1] ?? 0)),
      'tags out of order',
    );
    assert.notEqual(unresolved, '', 'unresolved without a reason');
    assert.ok(place.kind === 'image' && Number.isSafeInteger(place.rva) && place.rva >= 0, 'a site outside the image');
  }
}

export const imageTarget: FuzzTarget = {
  name: 'image',
  seeds: (root) => imagesIn(path.join(root, 'test/fixtures')),
  accepts: (_file, bytes) => bytes.length <= LARGEST_SEED && looksLikeImage(bytes),
  mutate: mutateImage,
  run: checkImage,
};
