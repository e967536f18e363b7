/**
 * Tags that say nothing about who allocated: the kernel's and the headers' defaults.
 * Source: wdm.h and ntddk.h (POOL_TAGGING), KMDF's fallback, ndis.h, and the tag table's overflow entry.
 */
import type { PoolTag } from '../../../src/shared/poolTag';

export interface DefaultTag {
  readonly tag: PoolTag;
  /** Who puts it there, for a message: "ExAllocatePool compiled with POOL_TAGGING (wdm.h)". */
  readonly origin: string;
}

export const DEFAULT_TAGS: readonly DefaultTag[] = [
  { tag: 0x656e6f4e, origin: 'the kernel, for allocations without a tag' }, // None
  { tag: 0x206d6457, origin: 'wdm.h, for ExAllocatePool under POOL_TAGGING' }, // 'Wdm '
  { tag: 0x206b6444, origin: 'ntddk.h, for ExAllocatePool under POOL_TAGGING' }, // 'Ddk '
  { tag: 0x72447846, origin: 'KMDF, when the service name yields no tag' }, // FxDr
  { tag: 0x6d61444e, origin: 'NDIS, for NdisAllocateMemoryWithTag with tag 0' }, // NDam
  { tag: 0x6c66764f, origin: 'the kernel, when its tag table is full' }, // Ovfl
];

const byTag = new Map(DEFAULT_TAGS.map((entry) => [entry.tag, entry]));

/** The default this tag is, if it is one. Zero is not a tag and is not listed. */
export function findDefaultTag(tag: PoolTag): DefaultTag | undefined {
  return byTag.get(tag);
}
