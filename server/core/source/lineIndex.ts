/**
 * Offsets of a source text as lines and columns (both from 0, columns in UTF-16 units), the way editors count them.
 * A byte order mark at the start takes no column.
 */
import type { TextPosition, TextRange } from '../../../src/shared/facts';

export class LineIndex {
  private readonly starts: number[] = [0];
  private readonly mark: number;

  constructor(text: string) {
    this.mark = text.charCodeAt(0) === 0xfeff ? 1 : 0;
    if (!/\r(?!\n)/.test(text)) {
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
      return;
    }
    for (let at = text.search(/[\r\n]/); at >= 0 && at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) this.starts.push(at + 1);
    }
  }

  /** Position of an offset; an offset past the end gives the position it would have on the last line. */
  position(offset: number): TextPosition {
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
