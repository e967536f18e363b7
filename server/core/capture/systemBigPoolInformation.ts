/**
 * What NtQuerySystemInformation returns for allocations of a page and more → those of one tag: class 66.
 * Layout: ntexapi.h of the public Windows headers (phnt). Decodes only; the call itself is server/monitor's.
 */
import type { ParseIssue } from '../../../src/shared/facts';
import type { BigAllocation } from '../../../src/shared/monitorProtocol';
import type { PoolTag } from '../../../src/shared/poolTag';
import type { PointerSize } from './systemPoolTagInformation';

/** SystemBigPoolInformation. */
export const SYSTEM_BIG_POOL_INFORMATION = 66;

/** The virtual address's lowest bit says where the block lies; blocks begin on a page. */
const NON_PAGED = 1;
const TWO_32 = 0x1_0000_0000;

export interface DecodedBigPool {
  /** In the kernel's order, no more than asked for. */
  readonly value: readonly BigAllocation[];
  /** All of the tag, listed or not. */
  readonly count: number;
  readonly bytes: number;
  readonly issues: readonly ParseIssue[];
}

/** Offsets in bytes. SYSTEM_BIGPOOL_ENTRY: VirtualAddress, SizeInBytes, Tag. */
const LAYOUTS = {
  4: { first: 4, stride: 0xc, size: 4, tag: 8 },
  8: { first: 8, stride: 0x18, size: 8, tag: 0x10 },
} as const;

/** Finds the allocations of a tag in what the kernel filled; lists at most `most` of them. */
export function decodeBigPool(bytes: Uint8Array, pointerSize: PointerSize, tag: PoolTag, most: number): DecodedBigPool {
  const layout = LAYOUTS[pointerSize];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const announced = bytes.length < 4 ? 0 : view.getUint32(0, true);
  const room = Math.max(0, Math.floor((bytes.length - layout.first) / layout.stride));
  const issues: ParseIssue[] =
    announced > room
      ? [{ message: `the kernel announced ${announced} big allocations and returned room for ${room}`, offset: 0 }]
      : [];
  const high = (at: number): number => (pointerSize === 8 ? view.getUint32(at + 4, true) : 0);
  const value: BigAllocation[] = [];
  let count = 0;
  let total = 0;
  const end = layout.first + Math.min(announced, room) * layout.stride;
  for (let at = layout.first; at < end; at += layout.stride) {
    if (view.getUint32(at + layout.tag, true) !== tag) continue;
    const size = view.getUint32(at + layout.size, true) + high(at + layout.size) * TWO_32;
    count++;
    total += size;
    if (value.length < most) value.push({ ...addressOf(view.getUint32(at, true), high(at), pointerSize), bytes: size });
  }
  return { value, count, bytes: total, issues };
}

/** Kernel addresses pass 2^53: they are text, as the debugger writes them. */
function addressOf(low: number, high: number, pointerSize: PointerSize): Pick<BigAllocation, 'address' | 'paged'> {
  const digits = (word: number): string => word.toString(16).padStart(8, '0');
  const lowDigits = digits((low & ~NON_PAGED) >>> 0);
  return {
    address: `0x${pointerSize === 8 ? digits(high) : ''}${lowDigits}`,
    paged: (low & NON_PAGED) === 0,
  };
}
