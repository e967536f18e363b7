/**
 * Base relocations of an image: the places that hold an address inside it. Reads the directory only; what an address
 * means is the caller's matter. Source: PE specification, "The .reloc Section".
 */
import type { PeImage } from '../peImage';
import { DirectoryEntry } from '../peImage';

const RELOCATION_DIR64 = 10;
const RELOCATION_HIGHLOW = 3;
const MOST_BLOCKS = 1 << 20;

/** Calls `visit` with the RVA of every pointer the loader would move, and the RVA that the pointer leads to. */
export function relocatedPointers(image: PeImage, visit: (at: number, target: number) => void): void {
  const directory = image.directory(DirectoryEntry.BaseRelocation);
  if (directory === undefined) return;
  let at = directory.rva;
  const end = directory.rva + directory.size;
  for (let block = 0; block < MOST_BLOCKS && at + 8 <= end; block += 1) {
    const [page, size] = [image.u32(at), image.u32(at + 4)];
    if (page === undefined || size === undefined || size < 8) return;
    for (let entry = at + 8; entry + 2 <= Math.min(at + size, end); entry += 2) {
      const value = image.u16(entry);
      if (value === undefined) return;
      const type = value >> 12;
      if (type !== RELOCATION_DIR64 && type !== RELOCATION_HIGHLOW) continue;
      const pointer = image.pointer(page + (value & 0xfff));
      if (pointer !== undefined) visit(page + (value & 0xfff), image.rvaOf(pointer));
    }
    at += size;
  }
}
