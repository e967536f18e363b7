/**
 * Version resource of an image (RT_VERSION, VS_VERSIONINFO): who made the driver, and what it says it is.
 * Our own walk, because resedit's decoder never returns from a child of length zero and its loader refuses images with
 * COFF symbols. Reads nothing else of the resources.
 */
import type { VersionInfo } from '../../../src/shared/facts';
import { ByteReader } from './byteReader';
import { DirectoryEntry, readPeImage } from './peImage';
import type { PeImage } from './peImage';

const RT_VERSION = 16;
const ENGLISH = 0x409;
const IS_DIRECTORY = 0x80000000;
const FIXED_SIGNATURE = 0xfeef04bd;
/** Longest value that is kept, in UTF-16 units. */
const MAX_VALUE = 1024;

/** One block of VS_VERSIONINFO: offsets in the resource's data. */
interface Block {
  readonly key: string;
  readonly value: number;
  readonly valueSize: number;
  readonly children: number;
  readonly end: number;
}

/** What the version resource says, English first; undefined when the file is no image or says nothing. */
export function readVersionInfo(bytes: Uint8Array): VersionInfo | undefined {
  const image = readPeImage(bytes).value;
  return image && imageVersion(image);
}

/** The same for an image whose headers have been read. */
export function imageVersion(image: PeImage): VersionInfo | undefined {
  const data = versionData(image);
  const root = data && readBlock(data, 0, data.length);
  if (data === undefined || root?.key !== 'VS_VERSION_INFO') return undefined;
  const strings = readStrings(data, root);
  const company = strings.get('CompanyName');
  const product = strings.get('ProductName');
  const description = strings.get('FileDescription');
  const fileVersion = strings.get('FileVersion') ?? fixedVersion(data, root);
  const info: VersionInfo = {
    ...(company !== undefined && { company }),
    ...(product !== undefined && { product }),
    ...(description !== undefined && { description }),
    ...(fileVersion !== undefined && { fileVersion }),
  };
  return Object.keys(info).length > 0 ? info : undefined;
}

/** Type, then name, then language: three levels of directories, then the data. */
function versionData(image: PeImage): ByteReader | undefined {
  const base = image.directory(DirectoryEntry.Resource)?.rva;
  if (base === undefined) return undefined;
  const names = entryOf(image, base, 0, RT_VERSION);
  const languages = names === undefined ? undefined : entryOf(image, base, names);
  const data = languages === undefined ? undefined : entryOf(image, base, languages, ENGLISH, true);
  if (data === undefined || data >= IS_DIRECTORY) return undefined;
  const offset = image.offsetOf(image.u32(base + data) ?? -1);
  const size = image.u32(base + data + 4) ?? 0;
  if (offset === undefined) return undefined;
  // The first field is the true length; a size past the end of a truncated file still leaves the first blocks.
  const length = Math.min(size, image.reader.u16(offset) ?? 0, image.reader.length - offset);
  const bytes = image.reader.slice(offset, length);
  return bytes && new ByteReader(bytes);
}

/**
 * Offset field of the entry with the number, or of the first entry when none is given (or, with `orFirst`, when none
 * has it). `directory` is such a field of the level above, or 0 for the root.
 */
function entryOf(image: PeImage, base: number, directory: number, id?: number, orFirst = false): number | undefined {
  if (directory !== 0 && directory < IS_DIRECTORY) return undefined;
  const table = base + (directory % IS_DIRECTORY);
  const count = (image.u16(table + 12) ?? 0) + (image.u16(table + 14) ?? 0);
  let first: number | undefined;
  for (let index = 0; index < count; index++) {
    const field = image.u32(table + 16 + index * 8 + 4);
    if (field === undefined) break;
    if (id === undefined || image.u32(table + 16 + index * 8) === id) return field;
    first ??= field;
  }
  return orFirst ? first : undefined;
}

/** Length, value length, type, key, padding, value, padding, children; lengths are 16-bit, so nothing is long. */
function readBlock(data: ByteReader, offset: number, limit: number): Block | undefined {
  const length = data.u16(offset);
  if (length === undefined || length < 8 || offset + 6 > limit) return undefined;
  const end = Math.min(offset + length, limit);
  const { text: key, next } = readText(data, offset + 6, end);
  const value = align(next);
  const valueSize = data.u16(offset + 2) ?? 0;
  return { key, value, valueSize, children: align(value + valueSize), end };
}

function* readBlocks(data: ByteReader, from: number, limit: number): Generator<Block> {
  for (let offset = from; offset < limit;) {
    const block = readBlock(data, offset, limit);
    if (block === undefined) return;
    yield block;
    offset = align(block.end);
  }
}

/** Strings of all tables; where two have the same key, English wins, then the first. */
function readStrings(data: ByteReader, root: Block): ReadonlyMap<string, string> {
  const strings = new Map<string, string>();
  const tables: Block[] = [];
  for (const block of readBlocks(data, root.children, root.end)) {
    if (block.key === 'StringFileInfo') tables.push(...readBlocks(data, block.children, block.end));
  }
  const english = (table: Block) => (table.key.startsWith('0409') ? 0 : 1);
  for (const table of tables.sort((a, b) => english(a) - english(b))) {
    for (const { key, value, end } of readBlocks(data, table.children, table.end)) {
      // The value's length counts characters or bytes, depending on the tool: the zero or the block's end is safer.
      const text = clean(readText(data, value, Math.min(end, value + MAX_VALUE * 2)).text);
      if (text !== '' && !strings.has(key)) strings.set(key, text);
    }
  }
  return strings;
}

/** VS_FIXEDFILEINFO: signature, structure version, then the file version as four 16-bit numbers. */
function fixedVersion(data: ByteReader, root: Block): string | undefined {
  const [high, low] = [data.u32(root.value + 8), data.u32(root.value + 12)];
  if (root.valueSize < 16 || data.u32(root.value) !== FIXED_SIGNATURE) return undefined;
  if (high === undefined || low === undefined || (high === 0 && low === 0)) return undefined;
  return [high >>> 16, high & 0xffff, low >>> 16, low & 0xffff].join('.');
}

/** UTF-16 up to a zero or the limit, and the offset behind it. */
function readText(data: ByteReader, offset: number, limit: number): { text: string; next: number } {
  let text = '';
  let at = offset;
  for (; at + 2 <= limit; at += 2) {
    const unit = data.u16(at) ?? 0;
    if (unit === 0) return { text, next: at + 2 };
    text += String.fromCharCode(unit);
  }
  return { text, next: at };
}

/** One line without control characters: these texts are printed on terminals. */
function clean(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
}

function align(offset: number): number {
  return (offset + 3) & ~3;
}
