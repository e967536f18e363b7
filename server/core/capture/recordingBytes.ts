/**
 * Bytes of recordings: variable-length integers, a writer that grows and a reader that can't leave its bounds.
 * Integers are written low group first, seven bits a byte; signed ones keep their sign in bit 6 of the first byte.
 */

export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  /** Replaces a byte that was written before. */
  patch(at: number, value: number): void {
    this.#bytes[at] = value;
  }

  uint32(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.byte((value >>> shift) & 0xff);
  }

  /** An integer from 0 to 2^53. */
  unsigned(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** An integer from -2^53 to 2^53. */
  signed(value: number): void {
    const magnitude = Math.abs(value);
    const first = (magnitude % 0x40) | (value < 0 ? 0x40 : 0);
    if (magnitude < 0x40) this.byte(first);
    else {
      this.byte(first | 0x80);
      this.unsigned(Math.floor(magnitude / 0x40));
    }
  }

  /** Text of one-byte characters; others become `?`. */
  text(value: string): void {
    this.unsigned(value.length);
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      this.byte(code > 0xff ? 0x3f : code);
    }
  }

  bytes(value: Uint8Array): void {
    if (this.#length + value.length > this.#bytes.length) this.#grow(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** What was written: a view, valid until more is. */
  toBytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(room: number): void {
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + room));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Reads between `at` and `end`. Past the end it gives 0 and sets `failed`; callers look once, at the end of a structure. */
export class ByteCursor {
  failed = false;

  constructor(
    readonly bytes: Uint8Array,
    public at: number,
    readonly end: number,
  ) {}

  get remaining(): number {
    return this.end - this.at;
  }

  byte(): number {
    if (this.at >= this.end) {
      this.failed = true;
      return 0;
    }
    return this.bytes[this.at++] ?? 0;
  }

  uint32(): number {
    let value = 0;
    for (let shift = 0; shift < 32; shift += 8) value |= this.byte() << shift;
    return value >>> 0;
  }

  unsigned(): number {
    return this.#groups(0, 1);
  }

  signed(): number {
    const first = this.byte();
    const low = first & 0x3f;
    const magnitude = first & 0x80 ? this.#groups(low, 0x40) : low;
    return first & 0x40 ? -magnitude : magnitude;
  }

  text(): string {
    const length = this.unsigned();
    if (length > this.remaining) {
      this.failed = true;
      return '';
    }
    let value = '';
    for (let i = 0; i < length; i++) value += String.fromCharCode(this.byte());
    return value;
  }

  /** A count of things that take at least `size` bytes each; more than can follow is a failure. */
  count(size: number): number {
    const count = this.unsigned();
    if (count * size <= this.remaining) return count;
    this.failed = true;
    return 0;
  }

  #groups(low: number, unit: number): number {
    let value = low;
    for (let scale = unit; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      if (scale > 2 ** 53) {
        this.failed = true;
        return 0;
      }
    }
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    this.failed = true;
    return 0;
  }
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

/** CRC-32 (IEEE 802.3, as in zip) of the bytes from `start` to `end`. */
export function crc32(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0xffffffff;
  for (let i = start; i < end; i++) crc = (CRC_TABLE[(crc ^ (bytes[i] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
