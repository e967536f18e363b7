/** The debug directory's RSDS record: which PDB belongs to an image. Does not look for the PDB. */
import type { PdbReference } from './pdbReference';
import type { PeImage } from './peImage';
import { DirectoryEntry } from './peImage';

const IMAGE_DEBUG_TYPE_CODEVIEW = 2;
const RSDS = 0x53445352;
const ENTRY_SIZE = 28;
const MOST_ENTRIES = 64;
const LONGEST_PATH = 4096;

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

/** GUID in the order symbol stores spell it: the first three fields as numbers, the rest as bytes. */
function guidText(image: PeImage, offset: number): string | undefined {
  const { reader } = image;
  const [first, second, third] = [reader.u32(offset), reader.u16(offset + 4), reader.u16(offset + 6)];
  const rest = reader.slice(offset + 8, 8);
  if (first === undefined || second === undefined || third === undefined || rest === undefined) return undefined;
  return hex(first, 8) + hex(second, 4) + hex(third, 4) + Array.from(rest, (byte) => hex(byte, 2)).join('');
}

/** The first RSDS record; undefined when the image names no PDB. */
export function readPdbReference(image: PeImage): PdbReference | undefined {
  const directory = image.directory(DirectoryEntry.Debug);
  if (directory === undefined) return undefined;
  const start = image.offsetOf(directory.rva);
  if (start === undefined) return undefined;
  const count = Math.min(Math.floor(directory.size / ENTRY_SIZE), MOST_ENTRIES);
  for (let index = 0; index < count; index += 1) {
    const entry = start + index * ENTRY_SIZE;
    if (image.reader.u32(entry + 12) !== IMAGE_DEBUG_TYPE_CODEVIEW) continue;
    const record = image.reader.u32(entry + 24);
    if (record === undefined || image.reader.u32(record) !== RSDS) continue;
    const guid = guidText(image, record + 4);
    const age = image.reader.u32(record + 20);
    const bytes = image.reader.slice(record + 24, Math.min(LONGEST_PATH, image.reader.length - record - 24));
    if (guid === undefined || age === undefined || bytes === undefined) continue;
    const end = bytes.indexOf(0);
    // Linkers write the path in UTF-8.
    const path = new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
    return { path, guid, age };
  }
  return undefined;
}
