/**
 * Places in x86 and x64 code whose four bytes lead to an import slot, whatever the instruction around them.
 * Says "maybe": the caller decodes.
 */
import type { CodeBytes, SlotReference } from '../code/architecture';

/**
 * Offsets at which the four bytes, plus the offset itself when `moving`, lie in [low, low + span] modulo 2^32.
 * Runs over every byte of an image's code, hence in the form that compiles to a load and a comparison.
 */
function wordsBetween({ bytes, size }: CodeBytes, low: number, span: number, moving: 0 | 1): number[] {
  const found: number[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  const start = low | 0;
  for (let at = 0; at + 4 <= size; at += 1) {
    if ((view.getInt32(at, true) + moving * at - start) >>> 0 <= span) found.push(at);
  }
  return found;
}

/** Displacements from the end of their four bytes to a slot in [first, last]. */
export function relativeReferences(
  code: CodeBytes,
  isSlot: (rva: number) => boolean,
  first: number,
  last: number,
): SlotReference[] {
  const view = new DataView(code.bytes.buffer, code.bytes.byteOffset, code.size);
  const end = code.rva + 4;
  return wordsBetween(code, first - end, last - first, 1)
    .map((offset) => ({ offset, slot: end + offset + view.getInt32(offset, true) }))
    .filter(({ slot }) => isSlot(slot));
}

/** Addresses of a slot in [first, last]. */
export function absoluteReferences(
  code: CodeBytes,
  isSlot: (rva: number) => boolean,
  first: number,
  last: number,
  imageBase: number,
): SlotReference[] {
  const view = new DataView(code.bytes.buffer, code.bytes.byteOffset, code.size);
  return wordsBetween(code, imageBase + first, last - first, 0)
    .map((offset) => ({ offset, slot: view.getUint32(offset, true) - imageBase }))
    .filter(({ slot }) => isSlot(slot));
}
