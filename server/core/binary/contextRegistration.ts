/**
 * Tags of the contexts a file system minifilter registers, from FLT_REGISTRATION and its FLT_CONTEXT_REGISTRATION array.
 * Reads initialised data; in a writable section only what no instruction names. Source: fltkernel.h.
 */
import type { PoolTag } from '../../../src/shared/poolTag';
import type { ImageCode } from './code/imageCode';
import type { PeImage } from './peImage';

const FLT_CONTEXT_END = 0xffff;
/** There are seven kinds of contexts, each registered in a few sizes. */
const MOST_ENTRIES = 64;
/** FLT_VOLUME_CONTEXT to FLT_SECTION_CONTEXT: one bit each. */
const KNOWN_TYPES = 0x7f;
/** Bytes of an immediate operand behind the displacement that names an address. */
const IMMEDIATE_SIZES = [0, 1, 2, 4];

interface Layout {
  readonly size: number;
  readonly tag: number;
  readonly allocate: number;
}

/** ContextType, Flags, ContextCleanupCallback, Size, PoolTag, ContextAllocateCallback, ContextFreeCallback, Reserved1. */
const LAYOUT_64: Layout = { size: 0x38, tag: 0x18, allocate: 0x20 };
const LAYOUT_32: Layout = { size: 0x1c, tag: 0xc, allocate: 0x10 };
/** ContextRegistration, behind Size, Version and Flags. */
const CONTEXTS_MEMBER = 8;

/** The different tags of the array that the FLT_REGISTRATION leads to; none when any part of it is not certain. */
export function readContextTags(code: ImageCode, registration: number): readonly PoolTag[] {
  const { image } = code;
  const pointerSize = image.is64Bit ? 8 : 4;
  const pointer = image.pointer(registration + CONTEXTS_MEMBER);
  if (pointer === undefined || pointer === 0) return [];
  const array = image.rvaOf(pointer);
  const found = readArray(image, array);
  if (found === undefined) return [];
  const isFixed =
    isUnwritten(code, registration + CONTEXTS_MEMBER, registration + CONTEXTS_MEMBER + pointerSize) &&
    isUnwritten(code, array, found.end);
  return isFixed ? found.tags : [];
}

function readArray(
  image: PeImage,
  array: number,
): { readonly tags: readonly PoolTag[]; readonly end: number } | undefined {
  const layout = image.is64Bit ? LAYOUT_64 : LAYOUT_32;
  const tags = new Set<PoolTag>();
  for (let index = 0; index < MOST_ENTRIES; index += 1) {
    const entry = array + index * layout.size;
    const type = image.u16(entry);
    if (type === FLT_CONTEXT_END) return { tags: [...tags].sort((a, b) => a - b), end: entry + 2 };
    const [tag, allocate] = [image.u32(entry + layout.tag), image.pointer(entry + layout.allocate)];
    const isKnown = type !== undefined && type !== 0 && (type & (type - 1)) === 0 && (type & ~KNOWN_TYPES) === 0;
    if (!isKnown || tag === undefined || allocate === undefined) return undefined;
    // A driver that allocates contexts itself has no use for the tag.
    if (allocate === 0 && tag !== 0) tags.add(tag);
  }
  return undefined;
}

/** Whether the bytes are read-only, or no instruction names one of them. */
function isUnwritten(code: ImageCode, begin: number, end: number): boolean {
  if (code.image.sectionAt(begin)?.writable !== true) return code.image.sectionAt(begin) !== undefined;
  const isNamed = (rva: number): boolean => IMMEDIATE_SIZES.some((size) => rva + size >= begin && rva + size < end);
  const longest = Math.max(...IMMEDIATE_SIZES);
  return code.sections.every(
    (section) => code.architecture.findReferences(section, isNamed, begin - longest, end - 1).length === 0,
  );
}
