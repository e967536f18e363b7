/**
 * Named exports of a PE image that lie in the image itself: names for functions, and the allocators of a kernel.
 * Forwarders lead to another module and are left out.
 */
import type { PeImage } from './peImage';
import { DirectoryEntry } from './peImage';

export interface ExportedFunction {
  readonly name: string;
  readonly rva: number;
}

/** ntoskrnl has about 3,000; a table longer than this is damaged. */
const MOST_NAMES = 65536;
const LONGEST_NAME = 4096;

/** Exported names with their addresses, in the order of the name table; as many as can be read. */
export function readExports(image: PeImage): readonly ExportedFunction[] {
  const directory = image.directory(DirectoryEntry.Export);
  if (directory === undefined) return [];
  const at = directory.rva;
  const [functionCount, nameCount] = [image.u32(at + 20), image.u32(at + 24)];
  const [functions, names, ordinals] = [image.u32(at + 28), image.u32(at + 32), image.u32(at + 36)];
  if (functionCount === undefined || nameCount === undefined) return [];
  if (functions === undefined || names === undefined || ordinals === undefined) return [];
  const found: ExportedFunction[] = [];
  for (let index = 0; index < Math.min(nameCount, MOST_NAMES); index += 1) {
    const nameRva = image.u32(names + index * 4);
    const ordinal = image.u16(ordinals + index * 2);
    if (nameRva === undefined || ordinal === undefined) break;
    if (ordinal >= functionCount) continue;
    const rva = image.u32(functions + ordinal * 4);
    const name = image.zeroTerminated(nameRva, LONGEST_NAME);
    if (rva === undefined || rva === 0 || name === undefined) continue;
    const forwarded = rva >= directory.rva && rva < directory.rva + directory.size;
    if (!forwarded) found.push({ name, rva });
  }
  return found;
}
