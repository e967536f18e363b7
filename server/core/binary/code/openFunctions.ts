/**
 * Functions that may be called from places the search does not see: exported, or their address is stored or passed on.
 * Says only "maybe": an address in data or in an instruction that is no call counts.
 */
import type { PeImage } from '../peImage';
import { DirectoryEntry } from '../peImage';
import type { ImageCode } from './imageCode';

const RELOCATION_DIR64 = 10;
const RELOCATION_HIGHLOW = 3;
const MOST_BLOCKS = 1 << 20;

/** RVAs that base relocations of the image point at: the pointers in its data and, on x86, its code. */
function relocatedTargets(image: PeImage, wanted: ReadonlySet<number>, add: (target: number) => void): void {
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
      if (pointer !== undefined && wanted.has(pointer - image.imageBase)) add(pointer - image.imageBase);
    }
    at += size;
  }
}

/** Which of the functions are open. */
export function findOpenFunctions(
  code: ImageCode,
  entries: ReadonlySet<number>,
  exported: ReadonlySet<number>,
): ReadonlySet<number> {
  const open = new Set<number>();
  if (entries.size === 0) return open;
  for (const entry of entries) if (exported.has(entry) || entry === code.image.entryPoint) open.add(entry);
  relocatedTargets(code.image, entries, (target) => open.add(target));
  const sorted = [...entries].sort((a, b) => a - b);
  const [first = 0, last = 0] = [sorted[0], sorted[sorted.length - 1]];
  for (const section of code.sections) {
    for (const { offset, slot } of code.architecture.findReferences(section, (rva) => entries.has(rva), first, last)) {
      if (!open.has(slot) && takesAddress(code, section.rva + offset, slot)) open.add(slot);
    }
  }
  return open;
}

/** Whether the instruction around the RVA puts the function's address into a register. */
function takesAddress(code: ImageCode, rva: number, target: number): boolean {
  const analysed = code.analyse(rva);
  const index = analysed?.code.indexContaining(rva);
  if (analysed === undefined || index === undefined || index + 1 >= analysed.code.count) return false;
  return analysed.code.statements(index).some((statement) => {
    if (statement.target.kind !== 'register') return false;
    const value = analysed.flow.valueBefore(index + 1, statement.target.register);
    return value.some((atom) => atom.kind === 'image' && atom.rva === target);
  });
}
