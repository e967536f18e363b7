/**
 * Text that tools print about tags, as lines with their offsets, and the reading of a tag's four columns.
 * A line too long for any tool's output is reported and left out, so no pattern ever runs over it.
 */
import type { ParseIssue } from '../../../src/shared/facts';
import type { PoolTag } from '../../../src/shared/poolTag';
import { tagFromBytes } from '../../../src/shared/poolTag';

/** Longest line looked at, in characters: the widest layout known has about 220. */
const MAX_LINE = 2000;

/** A text with one defect a line would drown the first one; the rest are counted. */
const MAX_ISSUES = 50;

export interface ToolLine {
  readonly text: string;
  /** Offset of its first character. */
  readonly offset: number;
  /** From 0. */
  readonly number: number;
}

/** Keeps the first issues and counts the others. */
export class IssueList {
  readonly #issues: ParseIssue[] = [];
  #dropped = 0;

  add(message: string, offset?: number): void {
    if (this.#issues.length >= MAX_ISSUES) this.#dropped++;
    else this.#issues.push(offset === undefined ? { message } : { message, offset });
  }

  all(): ParseIssue[] {
    const more = this.#dropped === 0 ? [] : [{ message: `and ${this.#dropped} more` }];
    return [...this.#issues, ...more];
  }
}

/** Lines without their ends (LF, CRLF, or a stray CR); a Ctrl-Z at the end is dropped. */
export function* toolLines(text: string, issues: IssueList): Generator<ToolLine> {
  let offset = 0;
  for (let number = 0; offset < text.length; number++) {
    const newline = text.indexOf('\n', offset);
    const end = newline < 0 ? text.length : newline;
    if (end - offset > MAX_LINE) issues.add(`a line of ${end - offset} characters is left out`, offset);
    else yield { text: text.slice(offset, end).replace(/[\r\u001a]+$/, ''), offset, number };
    offset = end + 1;
  }
}

/**
 * The tag whose characters a tool printed: one character a byte, padded with blanks to four.
 * Undefined when there are none, more than four, or one that is no byte (U+FFFD of a lost encoding).
 */
export function tagFromColumns(text: string): PoolTag | undefined {
  if (text.length === 0 || text.length > 4) return undefined;
  const padded = text.padEnd(4, ' ');
  const codes = [0, 1, 2, 3].map((i) => padded.charCodeAt(i));
  if (codes.some((code) => code > 0xff)) return undefined;
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = codes;
  return tagFromBytes(b0, b1, b2, b3);
}
