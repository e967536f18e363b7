/**
 * Pool tags as numbers, and the only place where a tag becomes text or text a tag.
 * A tag is the unsigned 32-bit value passed to the allocator; its bytes stand in memory little-endian,
 * so the source literal 'derF' (0x64657246) is shown by tools as "Fred".
 */

/** Unsigned 32-bit value of a tag, as the allocator receives it. */
export type PoolTag = number;

/** PROTECTED_POOL of wdm.h: OR-ed into a tag, the block must be freed with the same tag; tools mask it for display. */
export const PROTECTED_POOL = 0x80000000;

/** The four spellings people meet: PoolMon, the C source, a number, and what !poolfind / !poolused accept. */
export interface TagSpellings {
  /** Memory order, as PoolMon shows it: `Fred`. Bytes outside 0x20–0x7E are `\xNN`, a backslash is `\\`. */
  readonly text: string;
  /** C character literal: `'derF'`; the number where a literal cannot spell it. */
  readonly literal: string;
  /** `0x64657246`, always eight digits, lower case. */
  readonly hex: string;
  /** What the debugger's pool commands take: four plain characters, else the lower-case number. */
  readonly debugger: string;
}

/** Tag whose bytes in memory are `b0 b1 b2 b3`. */
export function tagFromBytes(b0: number, b1: number, b2: number, b3: number): PoolTag {
  return (b0 | (b1 << 8) | (b2 << 16) | (b3 << 24)) >>> 0;
}

/** The four bytes of a tag in memory order. */
export function tagBytes(tag: PoolTag): readonly [number, number, number, number] {
  return [tag & 0xff, (tag >>> 8) & 0xff, (tag >>> 16) & 0xff, (tag >>> 24) & 0xff];
}

function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte <= 0x7e;
}

/** Memory-order text; unprintable bytes as `\xNN`, backslash doubled, so that `tagFromText` reads it back. */
export function tagToText(tag: PoolTag): string {
  let text = '';
  for (const byte of tagBytes(tag)) {
    if (byte === 0x5c) text += '\\\\';
    else if (isPlain(byte)) text += String.fromCharCode(byte);
    else text += `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return text;
}

/** `0x` and eight lower-case digits. */
export function tagToHex(tag: PoolTag): string {
  return `0x${tag.toString(16).padStart(8, '0')}`;
}

/** C literal that has this value under MSVC, GCC and clang; leading NULs of the literal are dropped ('ab' is 0x6162). */
export function tagToLiteral(tag: PoolTag): string {
  const bytes = [...tagBytes(tag)].reverse();
  while (bytes.length > 1 && bytes[0] === 0) bytes.shift();
  if (!bytes.every(isPlain)) return tagToHex(tag);
  return `'${bytes.map((b) => (b === 0x27 || b === 0x5c ? '\\' : '') + String.fromCharCode(b)).join('')}'`;
}

/** All four spellings of a tag. */
export function tagSpellings(tag: PoolTag): TagSpellings {
  const plain = tagBytes(tag).every(isPlain);
  const hex = tagToHex(tag);
  return {
    text: tagToText(tag),
    literal: tagToLiteral(tag),
    hex,
    debugger: plain ? String.fromCharCode(...tagBytes(tag)) : hex,
  };
}

/**
 * Reads a tag as a person types it: text in memory order (`Fred`, `Io`, `\x01abc`) or a number (`0x64657246`).
 * Text of fewer than four characters is padded with blanks, as tools show such tags. Undefined when it is neither.
 */
export function tagFromText(text: string): PoolTag | undefined {
  const number = /^0[xX]([0-9a-fA-F]{1,8})$/.exec(text)?.[1];
  if (number !== undefined) return Number.parseInt(number, 16);
  const bytes: number[] = [];
  for (const part of text.matchAll(/\\x([0-9a-fA-F]{2})|\\\\|[^]/gu)) {
    if (part[1] !== undefined) bytes.push(Number.parseInt(part[1], 16));
    else if (part[0] === '\\\\') bytes.push(0x5c);
    else {
      const code = part[0].codePointAt(0) ?? 0;
      if (code > 0xff) return undefined;
      bytes.push(code);
    }
  }
  if (bytes.length === 0 || bytes.length > 4) return undefined;
  while (bytes.length < 4) bytes.push(0x20);
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = bytes;
  return tagFromBytes(b0, b1, b2, b3);
}

/** The tag without PROTECTED_POOL: what PoolMon and the pool tables show. */
export function withoutProtection(tag: PoolTag): PoolTag {
  return (tag & ~PROTECTED_POOL) >>> 0;
}
