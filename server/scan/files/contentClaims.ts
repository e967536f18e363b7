/**
 * Which contents some thread has taken on in this scan: a hash table in memory that all threads share, so that files
 * with the same bytes are scanned once whichever threads read them. Holds hashes, no facts.
 */

/** Twice the entries: an open table that is half full is looked through in two or three steps. */
const ROOM = 2;
const MOST_SLOTS = 1 << 20;

export class ContentClaims {
  readonly #slots: BigInt64Array;

  constructor(readonly memory: SharedArrayBuffer) {
    this.#slots = new BigInt64Array(memory);
  }

  /** A table for so many contents. Of more than it holds, some are scanned more than once. */
  static forFiles(count: number): ContentClaims {
    const slots = 2 ** Math.ceil(Math.log2(Math.min(Math.max(count * ROOM, 16), MOST_SLOTS)));
    return new ContentClaims(new SharedArrayBuffer(slots * BigInt64Array.BYTES_PER_ELEMENT));
  }

  /**
   * Whether the content is the caller's to scan: nobody asked for it before. The first eight bytes of the hash decide,
   * so who takes another file's facts over compares whole hashes.
   */
  take(sha256: string): boolean {
    const key = BigInt.asIntN(64, BigInt(`0x${sha256.slice(0, 16)}`)) | 1n;
    const mask = this.#slots.length - 1;
    const first = Number.parseInt(sha256.slice(16, 23), 16);
    for (let step = 0; step < this.#slots.length; step += 1) {
      const found = Atomics.compareExchange(this.#slots, (first + step) & mask, 0n, key);
      if (found === 0n) return true;
      if (found === key) return false;
    }
    return true;
  }
}
