/**
 * Functions that may be called from places the search does not see: exported, or their address is stored or passed on.
 * Says only "maybe": an address in data or in an instruction that is no call counts.
 */
import type { ImageCode } from './imageCode';
import { relocatedPointers } from './relocations';

/** Which of the functions are open. */
export function findOpenFunctions(
  code: ImageCode,
  entries: ReadonlySet<number>,
  exported: ReadonlySet<number>,
): ReadonlySet<number> {
  const open = new Set<number>();
  if (entries.size === 0) return open;
  for (const entry of entries) if (exported.has(entry) || entry === code.image.entryPoint) open.add(entry);
  relocatedPointers(code.image, (_at, target) => {
    if (entries.has(target)) open.add(target);
  });
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
