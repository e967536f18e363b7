/**
 * Which columns of a wide grid are in sight: cells of the others are not written in a tick. Arithmetic only, no DOM.
 */

/** Pixels kept ready on both sides, so that a scroll shows no gap. */
const SPARE = 160;

export class ColumnWindow {
  /** Every column counts as in sight: a screen reader reads cells that are out of it. */
  all = false;
  /** By position: where each column ends, in pixels from the left. */
  private ends: readonly number[] = [];
  private first = 0;
  private last = 0;
  private active = 0;

  /** Takes over the widths of the columns. One that stretches does so only where all are in sight. */
  place(widths: readonly number[]): void {
    let end = 0;
    this.ends = widths.map((width) => (end += width));
  }

  /** Takes over what is in sight, and the position of the active cell's column, -1 for none. */
  move(scrollLeft: number, width: number, active: number): void {
    const beyond = this.ends.findIndex((end) => end > scrollLeft - SPARE);
    this.first = beyond < 0 ? this.ends.length : beyond;
    const behind = this.ends.findIndex((end) => end >= scrollLeft + width + SPARE);
    this.last = behind < 0 ? this.ends.length - 1 : behind;
    this.active = active;
  }

  /** The first column never leaves; the active cell is read out wherever it is. */
  has(at: number): boolean {
    return this.all || at === 0 || (at >= this.first && at <= this.last) || at === this.active;
  }
}
