/**
 * What PDB records need beyond the bounds-checked reader: records of fixed size, parts that are readers themselves,
 * UTF-8 names. Copies nothing and never throws.
 */
import { ByteReader } from '../byteReader';
import { decodeUtf8 } from './utf8';

/** Longest text a zero-terminated read returns, in bytes: compilers cut names at this length, too. */
const TEXT_LIMIT = 4096;

export class StreamReader extends ByteReader {
  /** A record of fixed size, for reads that need no further check; undefined when part of it lies outside. */
  record(offset: number, size: number): DataView | undefined {
    return this.has(offset, size) ? new DataView(this.bytes.buffer, this.bytes.byteOffset + offset, size) : undefined;
  }

  /** `size` bytes at `offset` as a reader of their own. */
  part(offset: number, size: number): StreamReader | undefined {
    const bytes = this.slice(offset, size);
    return bytes && new StreamReader(bytes);
  }

  /** Offset behind the zero byte that ends the text at `offset`, or the end of the bytes. */
  endOfText(offset: number): number {
    const zero = this.bytes.indexOf(0, offset);
    return zero < 0 ? this.length : zero + 1;
  }

  /** Zero-terminated UTF-8 of at most `limit` bytes; ends at the end of the bytes when no zero follows. */
  text(offset: number, limit = TEXT_LIMIT): string | undefined {
    if (!this.has(offset, 1)) return undefined;
    const window = this.bytes.subarray(offset, Math.min(this.length, offset + Math.min(limit, TEXT_LIMIT)));
    const zero = window.indexOf(0);
    return decodeUtf8(window, 0, zero < 0 ? window.length : zero);
  }
}
