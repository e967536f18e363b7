/**
 * The 32 bits of an image that hold a tag's constant, or the part of it that can be changed alone: an immediate of x86 and
 * x64 code, a literal of ARM64's pools, or the move that puts one half into a register. What isn't one of these is left
 * out. ARM64: Arm ARM (DDI 0487), C4.1 "Move wide (immediate)" and "Load register (literal)".
 */
import type { PoolTag } from '../../../../src/shared/poolTag';
import type { TagOccurrence } from '../../../../src/shared/tagOccurrence';
import { bits, signedBits } from '../arm64/fields';
import type { PeImage } from '../peImage';
import { TagNeedle } from './tagNeedle';
import type { TagPart } from './unusedTags';

export interface ConstantWord {
  /** File offset and address of the 32 bits; on ARM64 aligned. */
  readonly offset: number;
  readonly rva: number;
  /** What they are. */
  readonly word: number;
  /** Characters of the tag that they hold. */
  readonly part: TagPart;
  /** What they are to be for another tag, equal to the first in the other characters. */
  readonly withTag: (tag: PoolTag) => number;
}

const LONGEST_X86_INSTRUCTION = 15;
const MOST_VALUES = 4000;

/** One for each constant of the instructions, in their order. */
export function constantWords(image: PeImage, tag: PoolTag, instructions: readonly TagOccurrence[]): ConstantWord[] {
  if (image.machine !== 'arm64') return immediates(image, tag, instructions);
  const found = new Map<number, ConstantWord>();
  for (const { offset, rva } of instructions) {
    const value = rva === undefined ? undefined : arm64Word(image, tag, offset, rva);
    // Several loads may share a literal.
    if (value !== undefined && !found.has(value.rva)) found.set(value.rva, value);
  }
  return [...found.values()];
}

function whole(offset: number, rva: number, tag: PoolTag): ConstantWord {
  return { offset, rva, word: tag, part: 'all', withTag: (other) => other };
}

function immediates(image: PeImage, tag: PoolTag, instructions: readonly TagOccurrence[]): ConstantWord[] {
  const values = new TagNeedle(tag).offsetsIn(image.reader.bytes, MOST_VALUES);
  return instructions.flatMap(({ offset, rva }) => {
    const at = values.find((value) => value > offset && value + 4 <= offset + LONGEST_X86_INSTRUCTION);
    return at === undefined || rva === undefined ? [] : [whole(at, rva + (at - offset), tag)];
  });
}

function arm64Word(image: PeImage, tag: PoolTag, offset: number, rva: number): ConstantWord | undefined {
  const word = wordOf(image, offset);
  if (word === undefined) return undefined;
  // LDR Wt or Xt, label.
  if ((word & 0xbf000000) === 0x18000000) {
    const literal = rva + signedBits(word, 5, 19) * 4;
    const at = image.offsetOf(literal);
    return at !== undefined && wordOf(image, at) === tag ? whole(at, literal, tag) : undefined;
  }
  // MOVK of either half of the low 32 bits: the other half is what an instruction before it left.
  const half = bits(word, 21, 2);
  if ((word & 0x7f800000) !== 0x72800000 || half > 1) return undefined;
  const held = (value: PoolTag): number => (half === 1 ? value >>> 16 : value & 0xffff);
  if (bits(word, 5, 16) !== held(tag)) return undefined;
  const withTag = (other: PoolTag): number => ((word & ~(0xffff << 5)) | (held(other) << 5)) >>> 0;
  return { offset, rva, word: word >>> 0, part: half === 1 ? 'last two' : 'first two', withTag };
}

function wordOf({ reader: { bytes } }: PeImage, offset: number): number | undefined {
  if (offset < 0 || offset + 4 > bytes.length) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset + offset, 4).getUint32(0, true);
}
