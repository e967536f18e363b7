/**
 * The buffer loop around NtQuerySystemInformation. A too small buffer gives STATUS_INFO_LENGTH_MISMATCH, and below the
 * size of the formal structure the reported length is only that structure's: so the buffer grows by itself as well.
 */
import type { SystemQuery } from './native';
import { STATUS_INFO_LENGTH_MISMATCH, STATUS_SUCCESS } from './ntStatus';

export interface QueryResult {
  readonly status: number;
  /** What the kernel filled: a view of the buffer, valid until the next query. Empty unless the status is success. */
  readonly bytes: Uint8Array;
}

/** Room for tags that appear between two tries, and for the table's growth between two samples. */
const SLACK = 1.25;
const MAX_TRIES = 12;
/** Counts and links before the first entry, in any class. */
const LONGEST_HEADER = 16;
/** No fixed structure we ask for is near this. */
const MAX_FIXED = 64 * 1024;
/** Far past any real table (100,000 tags take 5.6 MB). */
const MAX_SIZE = 256 * 1024 * 1024;

/** Keeps its buffer from call to call, so that in the long run each sample costs one call. */
export class SystemQueryBuffer {
  readonly #query: SystemQuery;
  readonly #returned = new Uint32Array(1);
  #buffer: Uint8Array;

  constructor(query: SystemQuery, initialSize: number) {
    this.#query = query;
    this.#buffer = new Uint8Array(initialSize);
  }

  query(infoClass: number): QueryResult {
    for (let attempt = 1; ; attempt++) {
      this.#returned[0] = 0;
      // A kernel that has nothing to say writes nothing: no answer to another question may stand there then.
      this.#buffer.fill(0, 0, LONGEST_HEADER);
      const status = this.#query(infoClass, this.#buffer, this.#returned) >>> 0;
      const length = this.#returned[0];
      if (status === STATUS_SUCCESS) return { status, bytes: this.#filled(length) };
      if (status !== STATUS_INFO_LENGTH_MISMATCH || attempt === MAX_TRIES || !this.#grow(length)) {
        return { status, bytes: new Uint8Array() };
      }
    }
  }

  /**
   * For a structure of one size: some classes refuse a buffer that is too large as well, so the reported length is then
   * tried exactly.
   */
  queryFixed(infoClass: number, size: number): QueryResult {
    let wanted = size;
    for (let attempt = 1; ; attempt++) {
      const buffer = new Uint8Array(wanted);
      this.#returned[0] = 0;
      const status = this.#query(infoClass, buffer, this.#returned) >>> 0;
      const length = this.#returned[0];
      if (status === STATUS_SUCCESS)
        return { status, bytes: length > 0 && length < wanted ? buffer.subarray(0, length) : buffer };
      const again = status === STATUS_INFO_LENGTH_MISMATCH && length > 0 && length <= MAX_FIXED && length !== wanted;
      if (!again || attempt === MAX_TRIES) return { status, bytes: new Uint8Array() };
      wanted = length;
    }
  }

  /** A length of 0 or past the buffer is not believed: the decoder's own counts then decide. */
  #filled(length: number): Uint8Array {
    return length === 0 || length > this.#buffer.length ? this.#buffer : this.#buffer.subarray(0, length);
  }

  #grow(reported: number): boolean {
    const wanted = Math.max(this.#buffer.length * 2, Math.ceil((reported * SLACK) / 64) * 64);
    if (this.#buffer.length >= MAX_SIZE) return false;
    this.#buffer = new Uint8Array(Math.min(wanted, MAX_SIZE));
    return true;
  }
}
