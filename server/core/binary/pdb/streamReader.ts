/**
 * Bounds-checked little-endian reads over a span of bytes. Honours `byteOffset`; a read outside gives undefined.
 * Copies nothing and never throws.
 */
import { decodeUtf8 } from './utf8';

/** Longest text a zero-terminated read returns, in bytes. Symbol records are shorter than 64 KiB. */
const TEXT_LIMIT = 0x10000;

export class StreamReader {
  readonly length: number;
  private readonly data: DataView;

  constructor(readonly bytes: Uint8Array) {
    this.length = bytes.byteLength;
    this.data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether `size` bytes at `offset` lie inside. */
  has(offset: number, size: number): boolean {
    return offset >= 0 && size >= 0 && offset + size <= this.length;
  }

  u8(offset: number): number | undefined {
    return this.has(offset, 1) ? this.data.getUint8(offset) : undefined;
  }

  u16(offset: number): number | undefined {
    return this.has(offset, 2) ? this.data.getUint16(offset, true) : undefined;
  }

  u32(offset: number): number | undefined {
    return this.has(offset, 4) ? this.data.getUint32(offset, true) : undefined;
  }

  /** A record of fixed size, for reads that need no further check; undefined when part of it lies outside. */
  record(offset: number, size: number): DataView | undefined {
    return this.has(offset, size) ? new DataView(this.bytes.buffer, this.bytes.byteOffset + offset, size) : undefined;
  }

  /** `size` bytes at `offset` as a reader of their own. */
  slice(offset: number, size: number): StreamReader | undefined {
    return this.has(offset, size) ? new StreamReader(this.bytes.subarray(offset, offset + size)) : undefined;
  }

  /** Offset behind the zero byte that ends the text at `offset`, or the end of the bytes. */
  endOfText(offset: number): number {
    const zero = this.bytes.indexOf(0, offset);
    return zero < 0 ? this.length : zero + 1;
  }

  /** Zero-terminated UTF-8 of at most `limit` bytes; ends at the end of the bytes when no zero follows. */
  text(offset: number, limit = TEXT_LIMIT): string | undefined {
    if (!this.has(offset, 1)) return undefined;
    const window = this.bytes.subarray(offset, Math.min(this.length, offset + limit));
    const zero = window.indexOf(0);
    return decodeUtf8(window, 0, zero < 0 ? window.length : zero);
  }
}
