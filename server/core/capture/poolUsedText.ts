/**
 * WinDbg's `!poolused` output → samples: brief (outstanding blocks only) and verbose (flag 1, with Frees and Diff).
 * Formats: the debugger's documentation, old and new, and posted output. Never throws.
 */
import type { Sample } from '../../../src/shared/sample';
import type { ToolLine, IssueList } from '../tags/toolText';
import { toolLines, tagFromColumns } from '../tags/toolText';
import { SampleBuilder } from './sampleBuilder';

/** `Tag Allocs Used Allocs Used`, or with Frees and Diff; the nonpaged pool's columns come first. */
const HEADING = /^([ .]*)Tag\s+Allocs\s+(?:Frees\s+Diff\s+)?Used\s+Allocs\s+(?:Frees\s+Diff\s+)?Used\s*$/;

interface Heading {
  /** Column of the tag's first character. */
  readonly tag: number;
  readonly verbose: boolean;
  /** Width of the last number's column with the blanks before it; the description follows without a blank. */
  readonly lastWidth: number;
}

interface UsedRow {
  readonly tag: string;
  /** 4 numbers, or 8 when verbose. */
  readonly numbers: readonly number[];
}

/** Whether a line can only come from `!poolused`. */
export function isPoolUsedLine(line: string): boolean {
  return HEADING.test(line);
}

/** Reads every listing of a text; all get the same time, in milliseconds since 1970. */
export function parsePoolUsedText(text: string, time: number, issues: IssueList): Sample[] {
  const samples: Sample[] = [];
  let heading: Heading | undefined;
  let builder = new SampleBuilder();
  const finish = (): void => {
    if (heading !== undefined) samples.push(builder.build(time, 'system', {}));
    heading = undefined;
    builder = new SampleBuilder();
  };
  for (const line of toolLines(text, issues)) {
    const next = readHeading(line.text);
    if (next !== undefined) {
      finish();
      heading = next;
    } else if (heading !== undefined) {
      if (/^\s*TOTAL\s+\d/.test(line.text)) finish();
      else addRow(line, heading, builder, issues);
    }
  }
  finish();
  return samples;
}

function readHeading(line: string): Heading | undefined {
  const match = HEADING.exec(line);
  if (match === null) return undefined;
  const text = line.trimEnd();
  const beforeLast = text.slice(0, text.lastIndexOf('Used')).trimEnd().length;
  return {
    tag: text.indexOf('Tag'),
    verbose: text.includes('Frees'),
    lastWidth: text.length - beforeLast,
  };
}

function addRow(line: ToolLine, heading: Heading, builder: SampleBuilder, issues: IssueList): void {
  const row = readRow(line.text, heading);
  if (row === undefined) return;
  const tag = tagFromColumns(row.tag);
  if (tag === undefined) {
    issues.add(`no pool tag at the start of this row: ${line.text.trim().slice(0, 60)}`, line.offset);
    return;
  }
  const half = row.numbers.length / 2;
  for (const [pool, at] of [['nonPaged', 0] as const, ['paged', half] as const]) {
    const allocs = row.numbers[at] ?? 0;
    // Brief listings give outstanding blocks only.
    const frees = heading.verbose ? (row.numbers[at + 1] ?? 0) : 0;
    const bytes = row.numbers[at + half - 1] ?? 0;
    if (builder.add(tag, pool, { allocs, frees, bytes }) === 'summed') {
      issues.add(`listed twice with other numbers, summed: ${line.text.trim().slice(0, 60)}`, line.offset);
    }
  }
}

/** A row by its columns; a paste that lost its blanks by its words. Undefined for any other line. */
function readRow(line: string, heading: Heading): UsedRow | undefined {
  const count = heading.verbose ? 8 : 4;
  const byColumn = line.slice(heading.tag, heading.tag + 4);
  if (/\S/.test(byColumn) && /^\s*$/.test(line.slice(0, heading.tag))) {
    const numbers = readNumbers(line.slice(heading.tag + 4), count, heading.lastWidth);
    if (numbers !== undefined) return { tag: byColumn, numbers };
  }
  const word = /^\s*(\S{1,4})(?=\s)/.exec(line);
  if (word?.[1] === undefined) return undefined;
  const numbers = readNumbers(line.slice(word[0].length), count, 0);
  return numbers === undefined ? undefined : { tag: word[1], numbers };
}

/**
 * `count` numbers from the start of the text. The last one ends where its right-aligned column ends, so that a
 * description that begins with a digit ("1394 OHCI…") stays out of it; a number too wide for the column ends with its digits.
 */
function readNumbers(text: string, count: number, lastWidth: number): number[] | undefined {
  const start = /^(?: ?\(Protected\))?/.exec(text)?.[0].length ?? 0;
  const numbers: number[] = [];
  // A counter has 20 digits at most; what follows the last may begin with some more. Hundreds of digits are no number.
  const pattern = /\s+(-?\d{1,40})(?!\d)/y;
  pattern.lastIndex = start;
  while (numbers.length < count) {
    const from = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match?.[1] === undefined) return undefined;
    const last = numbers.length === count - 1;
    const blanks = match[0].length - match[1].length;
    const cut = last && blanks < lastWidth ? match[1].slice(0, lastWidth - blanks) : match[1];
    // A column that ends behind a minus sign is no column.
    const digits = cut === '-' ? match[1] : cut;
    // Only a column with padding to spare says where the number ends.
    numbers.push(Number(last && blanks > 1 && lastWidth > 0 ? digits : match[1]));
    if (!last && !/\s/.test(text[pattern.lastIndex] ?? '')) return undefined;
    if (from === pattern.lastIndex) return undefined;
  }
  return numbers;
}
