/**
 * Offsets of a source text as lines and columns (both from 0, columns in UTF-16 units), the way editors count them.
 * A byte order mark at the start takes no column.
 */
import type { TextPosition, TextRange } from '../../../../src/shared/facts';

export class LineIndex {
  /** Where lines begin, as far as anybody asked. */
  private readonly starts: number[] = [0];
  private readonly mark: number;
  private readonly hasLoneReturns: boolean;
  /** Where the next line's end is looked for; -1 behind the last one. */
  private next = 0;

  constructor(private readonly text: string) {
    this.mark = text.charCodeAt(0) === 0xfeff ? 1 : 0;
    this.hasLoneReturns = /\r(?!\n)/.test(text);
  }

  /** Finds the lines up to the one that holds an offset. */
  private extend(offset: number): void {
    while (this.next >= 0 && this.next <= offset) {
      const end = this.hasLoneReturns ? anyLineEnd(this.text, this.next) : this.text.indexOf('\n', this.next);
      this.next = end < 0 ? -1 : end + 1;
      if (end >= 0) this.starts.push(end + 1);
    }
  }

  /** Position of an offset; an offset past the end gives the position it would have on the last line. */
  position(offset: number): TextPosition {
    this.extend(offset);
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const column = offset - (this.starts[low] ?? 0) - (low === 0 ? this.mark : 0);
    return { line: low, column: Math.max(0, column) };
  }

  range(start: number, end: number): TextRange {
    return { start: this.position(start), end: this.position(end) };
  }
}

/** The last character of the line end at or behind `from`: a return alone, a line feed, or both; -1 without one. */
function anyLineEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) return at;
  }
  return -1;
}
