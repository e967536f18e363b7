/**
 * Rows of a recording between two frames: changed in place, so that a frame costs what it holds and no more.
 * Writer and reader keep one each and must do the same steps in the same order.
 */
import { ROW_STRIDE } from '../../../src/shared/sample';

export class RowTable {
  #store: Float64Array;
  #length: number;

  /** Takes the array over. */
  constructor(rows: Float64Array) {
    this.#store = rows;
    this.#length = rows.length;
  }

  get rowCount(): number {
    return this.#length / ROW_STRIDE;
  }

  /** The rows; valid until the next change. */
  view(): Float64Array {
    return this.#store.subarray(0, this.#length);
  }

  /** Takes a row out; the last one moves into its place. */
  remove(row: number): void {
    this.#length -= ROW_STRIDE;
    this.#store.copyWithin(row * ROW_STRIDE, this.#length, this.#length + ROW_STRIDE);
  }

  /** Adds a row of zeros and gives its offset. */
  append(): number {
    const at = this.#length;
    this.#length += ROW_STRIDE;
    if (this.#length > this.#store.length) {
      const larger = new Float64Array(Math.max(this.#store.length * 2, 64 * ROW_STRIDE));
      larger.set(this.#store);
      this.#store = larger;
    }
    this.#store.fill(0, at, this.#length);
    return at;
  }
}
