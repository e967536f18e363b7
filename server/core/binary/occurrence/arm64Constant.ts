/**
 * ARM64 instructions that make a tag's value: the last of a movz, movk pair wherever its first half stands, and loads
 * from a literal pool. The four bytes of a pair never stand together, so a search for bytes sees nothing of it.
 * Source: Arm ARM (DDI 0487), C4.1 "Move wide (immediate)" and "Load register (literal)".
 */
import { PROTECTED_POOL, type PoolTag } from '../../../../src/shared/poolTag';
import { bits, rd, signedBits, SP, wordAt } from '../arm64/fields';
import type { CodeBytes } from '../code/architecture';
import type { ImageCode } from '../code/imageCode';

const MOVN = 0;
const MOVK = 3;

/** The 16-bit halves that may appear in an instruction that makes one of the tags. */
export class TagHalves {
  readonly #halves: ReadonlySet<number>;

  constructor(tags: readonly PoolTag[]) {
    // MOVN holds the complement.
    this.#halves = new Set(
      tags
        .flatMap((tag) => [tag & 0xffff, tag >>> 16, (tag | PROTECTED_POOL) >>> 16])
        .flatMap((half) => [half, ~half & 0xffff]),
    );
  }

  /** Whether the word is a move of one of the halves. */
  has(word: number): boolean {
    return (word & 0x1f800000) === 0x12800000 && this.#halves.has((word >>> 5) & 0xffff);
  }

  /** Whether some aligned word of the bytes is one: what is not so makes no tag by moves. */
  standIn(bytes: Uint8Array, from: number): boolean {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = from; at + 4 <= bytes.length; at += 4) if (this.has(view.getInt32(at, true))) return true;
    return false;
  }
}

export interface MadeConstant {
  /** Of the instruction after which the register holds the value. */
  readonly rva: number;
  readonly value: number;
}

/** Every move that completes one of the values, in order of address; `isWanted` says which values count. */
export function constantsMade(
  code: ImageCode,
  section: CodeBytes,
  halves: TagHalves,
  isWanted: (value: number) => boolean,
): MadeConstant[] {
  const found: MadeConstant[] = [];
  for (let offset = 0; offset + 4 <= section.size; offset += 4) {
    const word = wordAt(section.bytes, offset);
    if (!halves.has(word)) continue;
    const rva = section.rva + offset;
    const value = madeBy(code, rva, word);
    if (value !== undefined && isWanted(value)) found.push({ rva, value });
  }
  return found;
}

/** What a move wide leaves in its register's low 32 bits, when that is one known value. */
function madeBy(code: ImageCode, rva: number, word: number): number | undefined {
  const half = bits(word, 21, 2);
  if (half > 1 || rd(word) === SP) return undefined;
  const shift = half * 16;
  const moved = bits(word, 5, 16) << shift;
  const kind = bits(word, 29, 2);
  if (kind === MOVN) return ~moved >>> 0;
  if (kind !== MOVK) return moved >>> 0;
  const analysed = code.analyse(rva);
  const index = analysed?.code.indexAt(rva);
  if (analysed === undefined || index === undefined) return undefined;
  const before = analysed.flow.valueBefore(index, rd(word));
  const [only] = before;
  if (before.length !== 1 || only?.kind !== 'constant') return undefined;
  return ((only.value & ~(0xffff << shift)) | moved) >>> 0;
}

/** Loads of a literal: RVA of the literal → RVAs of the instructions that load it; `isWanted` says which literals count. */
export function literalLoads(section: CodeBytes, isWanted: (rva: number) => boolean): ReadonlyMap<number, number[]> {
  const found = new Map<number, number[]>();
  for (let offset = 0; offset + 4 <= section.size; offset += 4) {
    const word = wordAt(section.bytes, offset);
    // LDR Wt or Xt, label.
    if ((word & 0xbf000000) !== 0x18000000) continue;
    const rva = section.rva + offset;
    const literal = rva + signedBits(word, 5, 19) * 4;
    if (!isWanted(literal)) continue;
    const loads = found.get(literal);
    if (loads === undefined) found.set(literal, [rva]);
    else loads.push(rva);
  }
  return found;
}
