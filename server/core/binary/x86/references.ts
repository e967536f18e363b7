/**
 * Places in x86 and x64 code whose four bytes lead to an import slot, whatever the instruction around them.
 * Says "maybe": the caller decodes. Runs over every byte of an image's code, so it asks the cheapest question first.
 */
import type { CodeBytes, SlotReference } from '../code/architecture';
import { read32 } from './lengthDecoder';

/** Which values the uppermost of four bytes can have for numbers in [low, high]. */
interface TopBytes {
  readonly first: number;
  readonly others: number;
}

function topBytes(low: number, high: number): TopBytes {
  const first = Math.floor(low / 0x1000000);
  return { first: first & 0xff, others: Math.floor(high / 0x1000000) - first };
}

/** Displacements from the end of their four bytes to a slot in [first, last]. */
export function relativeReferences(
  { bytes, size, rva }: CodeBytes,
  isSlot: (rva: number) => boolean,
  first: number,
  last: number,
): SlotReference[] {
  const found: SlotReference[] = [];
  const top = topBytes(first - rva - size, last - rva);
  for (let at = 3; at < size; at += 1) {
    if ((((bytes[at] ?? 0) - top.first) & 0xff) > top.others) continue;
    const slot = rva + at + 1 + read32(bytes, at - 3);
    if (slot >= first && slot <= last && isSlot(slot)) found.push({ offset: at - 3, slot });
  }
  return found;
}

/** Addresses of a slot in [first, last]. */
export function absoluteReferences(
  { bytes, size }: CodeBytes,
  isSlot: (rva: number) => boolean,
  first: number,
  last: number,
  imageBase: number,
): SlotReference[] {
  const found: SlotReference[] = [];
  const top = topBytes(imageBase + first, imageBase + last);
  for (let at = 3; at < size; at += 1) {
    if ((((bytes[at] ?? 0) - top.first) & 0xff) > top.others) continue;
    const slot = (read32(bytes, at - 3) >>> 0) - imageBase;
    if (slot >= first && slot <= last && isSlot(slot)) found.push({ offset: at - 3, slot });
  }
  return found;
}
