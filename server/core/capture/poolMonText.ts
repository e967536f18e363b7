/**
 * PoolMon's text output → samples: screens, `/n` snapshots, logs with many screens, pastes that lost their blanks.
 * Format: Microsoft's "PoolMon Display" and "PoolMon Examples" pages, and posted output. Never throws.
 */
import type { MemoryTotals, Sample } from '../../../src/shared/sample';
import type { ToolLine, IssueList } from '../tags/toolText';
import { toolLines, tagFromColumns } from '../tags/toolText';
import { addsUp, looksLikeRow, parsePoolMonRow } from './poolMonRow';
import { SampleBuilder } from './sampleBuilder';

/** PoolMon refreshes every five seconds and prints no time. */
export const POOLMON_REFRESH_MS = 5000;

const MEMORY_LINE = /^\s*Memory:\s*\d+\s*K\s*Avail:/;
const SCOPE_LINE = /^\s*(System|All sessions|Session\s+(\d+))\b.{0,20}\bpool information/i;
const TAG_HEADING = /^[#\s|]*Tag\s+Type\s+Allocs\b/i;

type Totals = { -readonly [K in keyof MemoryTotals]: MemoryTotals[K] };
type KilobyteField = Exclude<keyof MemoryTotals, 'pageFaults'>;

/** Header labels, all in kilobytes of 1024 bytes. `Pool N:` is the nonpaged pool, `P:` the paged one. */
const TOTALS: readonly (readonly [KilobyteField, RegExp])[] = [
  ['totalBytes', /Memory:\s*(\d+)\s*K/],
  ['availableBytes', /Avail:\s*(\d+)\s*K/],
  ['residentKernelBytes', /InRam Krnl:\s*(\d+)\s*K/],
  ['residentPagedPoolBytes', /InRam Krnl:\s*\d+\s*K\s*P:\s*(\d+)\s*K/],
  ['commitBytes', /Commit:\s*(\d+)\s*K/],
  ['commitLimitBytes', /Limit:\s*(\d+)\s*K/],
  ['commitPeakBytes', /Peak:\s*(\d+)\s*K/],
  ['nonPagedPoolBytes', /Pool N:\s*(\d+)\s*K/],
  ['pagedPoolBytes', /Pool N:\s*\d+\s*K\s*P:\s*(\d+)\s*K/],
];

/** One screen: header totals and the lines that look like rows, read when the screen is complete. */
interface Screen {
  readonly memory: Totals;
  readonly rows: ToolLine[];
  scope: string;
  hasHeading: boolean;
}

/** Whether a line can only come from PoolMon. */
export function isPoolMonLine(line: string): boolean {
  return MEMORY_LINE.test(line) || TAG_HEADING.test(line) || parsePoolMonRow(line) !== undefined;
}

/** Reads every screen of a text. `time` is that of the last one, in milliseconds since 1970. */
export function parsePoolMonText(text: string, time: number, issues: IssueList): Sample[] {
  const screens = splitScreens(text, issues);
  if (screens.length > 1) {
    issues.add(
      `${screens.length} screens without times: taken as ${POOLMON_REFRESH_MS / 1000} seconds apart, PoolMon's refresh`,
    );
  }
  dropCutRow(screens[0], issues);
  dropUnfinishedRow(screens.at(-1), text, issues);
  return screens.map((screen, index) =>
    readScreen(screen, time - (screens.length - 1 - index) * POOLMON_REFRESH_MS, issues),
  );
}

function newScreen(): Screen {
  return { memory: {}, rows: [], scope: 'system', hasHeading: false };
}

function splitScreens(text: string, issues: IssueList): Screen[] {
  const screens: Screen[] = [];
  let current = newScreen();
  const finish = (): void => {
    if (current.hasHeading || current.rows.length > 0) screens.push(current);
    current = newScreen();
  };
  for (const line of toolLines(text, issues)) {
    const begins = MEMORY_LINE.test(line.text);
    const scope = SCOPE_LINE.exec(line.text);
    const heading = TAG_HEADING.test(line.text);
    // A heading after rows opens the next screen; a second Memory line does so even when no row came between.
    if ((begins && current.hasHeading) || ((begins || scope !== null || heading) && current.rows.length > 0)) finish();
    if (begins || line.text.includes('Commit:')) readTotals(line.text, current);
    if (scope !== null) current.scope = scopeName(scope);
    if (begins || heading) current.hasHeading = true;
    if (looksLikeRow(line.text)) current.rows.push(line);
  }
  finish();
  return screens;
}

function scopeName(match: RegExpExecArray): string {
  if (match[2] !== undefined) return `session ${Number(match[2])}`;
  return match[1]?.toLowerCase() === 'system' ? 'system' : 'all sessions';
}

function readTotals(line: string, screen: Screen): void {
  for (const [field, pattern] of TOTALS) {
    const value = pattern.exec(line)?.[1];
    if (value !== undefined) screen.memory[field] = Number(value) * 1024;
  }
  const faults = /PageFlts:\s*(\d+)/.exec(line)?.[1];
  if (faults !== undefined) screen.memory.pageFaults = Number(faults);
}

/** Columns of a table that kept its blanks. */
const IN_COLUMNS = /(?:Nonp|Paged) {3,}\d/;

/**
 * A selection may begin within a row: a tag without its first characters looks like another tag, but its type stands left
 * of all others.
 */
function dropCutRow(screen: Screen | undefined, issues: IssueList): void {
  const [first, ...others] = screen?.rows ?? [];
  if (first?.offset !== 0 || others.length < 2 || ![first, ...others].some(({ text }) => IN_COLUMNS.test(text))) return;
  const columns = new Set(others.map(({ text }) => parsePoolMonRow(text)?.typeColumn));
  const [usual] = columns;
  const column = parsePoolMonRow(first.text)?.typeColumn;
  if (columns.size > 1 || usual === undefined || column === undefined || column >= usual) return;
  screen?.rows.shift();
  issues.add(`begins within a row, which is left out: ${clip(first.text)}`, first.offset);
}

/** It may end within a row's bytes as well: then digits are missing, and Per Alloc, which all others have. */
function dropUnfinishedRow(screen: Screen | undefined, text: string, issues: IssueList): void {
  const rows = screen?.rows ?? [];
  const last = rows.at(-1);
  if (last === undefined || rows.length < 2 || last.offset + last.text.length !== text.length) return;
  const endsInBytes = (line: ToolLine): boolean => parsePoolMonRow(line.text)?.endsInBytes === true;
  if (!endsInBytes(last) || rows.slice(0, -1).some(endsInBytes)) return;
  rows.pop();
  issues.add(`ends within a row, which is left out: ${clip(last.text)}`, last.offset);
}

function readScreen(screen: Screen, time: number, issues: IssueList): Sample {
  const builder = new SampleBuilder();
  const columns = tagColumns(screen.rows);
  for (const line of screen.rows) {
    const row = parsePoolMonRow(line.text);
    if (row === undefined) {
      issues.add(`the numbers of this row can't be told apart: ${clip(line.text)}`, line.offset);
      continue;
    }
    if (/^\s*Total\s/i.test(line.text)) continue;
    const tag = tagFromColumns(tagText(line.text, row.typeColumn, columns));
    if (tag === undefined) {
      issues.add(`no pool tag before the type: ${clip(line.text)}`, line.offset);
      continue;
    }
    if (!addsUp(row)) {
      issues.add(
        `Diff is ${row.diff}, but Allocs − Frees is ${row.allocs - row.frees}: ${clip(line.text)}`,
        line.offset,
      );
    }
    const { allocs, frees, bytes } = row;
    if (builder.add(tag, row.pool, { allocs, frees, bytes }) === 'summed') {
      issues.add(`listed twice with other numbers, summed: ${clip(line.text)}`, line.offset);
    }
  }
  return builder.build(time, screen.scope, screen.memory);
}

interface TagColumns {
  /** Column of the tag's first character. */
  readonly tag: number;
  /** Column of the type word in rows of this layout. */
  readonly type: number;
}

/**
 * Where tags stand, learnt from the rows whose tag has four visible characters: the most frequent pair of columns.
 * The layouts differ by a leading blank and by one or two blanks before the type.
 */
function tagColumns(rows: readonly ToolLine[]): TagColumns | undefined {
  const votes = new Map<string, { columns: TagColumns; count: number }>();
  for (const { text } of rows) {
    const match = /^([ \t]*)(\S{4})([ \t]+)(?:Nonp|Paged)/.exec(text);
    if (match === null) continue;
    const tag = (match[1] ?? '').length;
    const type = tag + 4 + (match[3] ?? '').length;
    const key = `${tag} ${type}`;
    const vote = votes.get(key) ?? { columns: { tag, type }, count: 0 };
    vote.count++;
    votes.set(key, vote);
  }
  let best: { columns: TagColumns; count: number } | undefined;
  for (const vote of votes.values()) if (best === undefined || vote.count > best.count) best = vote;
  return best?.columns;
}

/** The tag's characters: by column where the row keeps the layout, else what stands before the type. */
function tagText(line: string, type: number, columns: TagColumns | undefined): string {
  if (type === columns?.type) return line.slice(columns.tag, columns.tag + 4);
  // One separator before the type; in a tab-separated paste the cell may keep the tag's own blanks.
  const cell = line.slice(line.lastIndexOf('\t', type - 2) + 1, type - 1);
  const exact = line[type - 1] === '\t' || columns === undefined;
  if (exact && cell.length === 4) return cell;
  if (exact && cell.length === 5 && cell.startsWith(' ')) return cell.slice(1);
  return cell.trim();
}

function clip(line: string): string {
  const text = line.trim();
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
