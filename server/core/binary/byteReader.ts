/**
 * The bounds-checked little-endian reader through which all structures of images and PDBs are read.
 * Reads past the end give undefined, never an exception; a view's byteOffset is honoured. Holds no position.
 */

/** A power of two. */
const RECENT_TEXTS = 4096;
const LONGEST_RECENT = 256;

export class ByteReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }

  /** Whether `count` bytes from `offset` are inside. */
  has(offset: number, count: number): boolean {
    return offset >= 0 && count >= 0 && offset + count <= this.bytes.length;
  }

  u8(offset: number): number | undefined {
    return this.has(offset, 1) ? this.#view.getUint8(offset) : undefined;
  }

  u16(offset: number): number | undefined {
    return this.has(offset, 2) ? this.#view.getUint16(offset, true) : undefined;
  }

  u32(offset: number): number | undefined {
    return this.has(offset, 4) ? this.#view.getUint32(offset, true) : undefined;
  }

  i32(offset: number): number | undefined {
    return this.has(offset, 4) ? this.#view.getInt32(offset, true) : undefined;
  }

  /** 64-bit value as a number: exact up to 2^53, rounded above. */
  u64(offset: number): number | undefined {
    if (!this.has(offset, 8)) return undefined;
    return this.#view.getUint32(offset + 4, true) * 0x100000000 + this.#view.getUint32(offset, true);
  }

  /** A part of the same memory, or undefined when it is not wholly inside. */
  slice(offset: number, count: number): Uint8Array | undefined {
    return this.has(offset, count) ? this.bytes.subarray(offset, offset + count) : undefined;
  }

  /** Text up to a NUL, one character a byte; undefined when none comes within `longest` bytes or the end. */
  zeroTerminated(offset: number, longest: number): string | undefined {
    if (offset < 0) return undefined;
    // Never past `longest`: a damaged table may name thousands of texts in a file without a NUL.
    const limit = Math.min(this.length, offset + longest + 1);
    let end = offset;
    while (end < limit && this.bytes[end] !== 0) end += 1;
    return end < limit ? latin1(this.bytes, offset, end) : undefined;
  }
}

/** Texts read lately, by a hash of their bytes: drivers import the same few thousand names over and over. */
const recent = new Array<string>(RECENT_TEXTS).fill('');

/** One character a byte. */
export function latin1(bytes: Uint8Array, begin: number, end: number): string {
  let hash = 0;
  for (let at = begin; at < end; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
  const slot = (hash ^ (hash >>> 15)) & (RECENT_TEXTS - 1);
  const known = recent[slot] ?? '';
  if (isText(known, bytes, begin, end)) return known;
  if (end - begin > LONGEST_RECENT) return longLatin1(bytes, begin, end);
  const text = String.fromCharCode(...bytes.subarray(begin, end));
  recent[slot] = text;
  return text;
}

/** Piece by piece: a call takes only so many arguments. */
function longLatin1(bytes: Uint8Array, begin: number, end: number): string {
  let text = '';
  for (let at = begin; at < end; at += LONGEST_RECENT) {
    text += String.fromCharCode(...bytes.subarray(at, Math.min(end, at + LONGEST_RECENT)));
  }
  return text;
}

function isText(text: string, bytes: Uint8Array, begin: number, end: number): boolean {
  if (text.length !== end - begin) return false;
  for (let at = begin; at < end; at += 1) if (text.charCodeAt(at - begin) !== bytes[at]) return false;
  return true;
}
