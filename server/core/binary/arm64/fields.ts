/** Bit fields of ARM64 instructions and the register numbers used here. Source: Arm ARM (DDI 0487), chapter C4. */

/** x31 as a stack pointer; elsewhere the number 31 means zero. */
export const SP = 31;
export const X29 = 29;
export const X30 = 30;

/** Unsigned field of `count` bits from bit `from`. */
export function bits(word: number, from: number, count: number): number {
  return (word >>> from) & (0xffffffff >>> (32 - count));
}

/** Signed field. */
export function signedBits(word: number, from: number, count: number): number {
  return (word << (32 - from - count)) >> (32 - count);
}

/** Destination (Rd or Rt). */
export function rd(word: number): number {
  return word & 31;
}

/** First source, or base. */
export function rn(word: number): number {
  return (word >>> 5) & 31;
}

/** Second source, or index. */
export function rm(word: number): number {
  return (word >>> 16) & 31;
}

/** 32-bit value at a byte offset. */
export function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}

/** ADR and ADRP: the address made, as an RVA; undefined for other instructions. */
export function addressMade(word: number, rva: number): number | undefined {
  const isPage = (word & 0x9f000000) >>> 0 === 0x90000000;
  const isNear = (word & 0x9f000000) >>> 0 === 0x10000000;
  if (!isPage && !isNear) return undefined;
  const offset = signedBits(word, 5, 19) * 4 + bits(word, 29, 2);
  return isPage ? (rva & ~0xfff) + offset * 0x1000 : rva + offset;
}

/** Value of a logical immediate (N, imms, immr), low 32 bits; undefined when reserved. */
export function logicalImmediate(word: number): number | undefined {
  const [n, immr, imms] = [bits(word, 22, 1), bits(word, 16, 6), bits(word, 10, 6)];
  const length = 31 - Math.clz32((n << 6) | (~imms & 0x3f));
  if (length < 1) return undefined;
  const size = 1 << length;
  const ones = (imms & (size - 1)) + 1;
  if (ones === size) return undefined;
  const rotation = immr & (size - 1);
  let value = 0;
  // Bit i of the element is set when it falls into the run of ones rotated right.
  for (let bit = 0; bit < 32; bit += 1) {
    if (((bit + rotation) & (size - 1)) < ones) value |= 1 << bit;
  }
  return value >>> 0;
}
