/**
 * One PoolMon screen as lines of text, fitted to a terminal. Pure; colours and cursor are the terminal's business.
 */
import { bytesPerBlock, counterDelta, outstanding } from '../../../src/shared/counters';
import { memoryLines, numberColumns, POOLMON_HEADING, scopeLine, tagColumns } from '../../../src/shared/poolMonLines';
import { tagBytes } from '../../../src/shared/poolTag';
import type { Sample } from '../../../src/shared/sample';
import { Row, ROW_STRIDE } from '../../../src/shared/sample';
import { MAPPED_DRIVER_HEADING, type MappedDriver } from './mappedDriver';
import type { PoolMonSort, PoolMonView, TagFilter } from './poolMonView';

export interface ScreenLine {
  readonly text: string;
  /** A row that changed since the reading before, or a heading. */
  readonly strong: boolean;
}

export interface Screen {
  readonly lines: readonly ScreenLine[];
  /** The view's `top`, brought into bounds. */
  readonly top: number;
  /** Rows that fit. */
  readonly page: number;
}

export interface ScreenSize {
  readonly rows: number;
  readonly columns: number;
}

/** One row: a tag in one pool. Values, and their change since the reading before. */
interface PoolRow {
  readonly tag: number;
  readonly paged: boolean;
  readonly allocs: number;
  readonly frees: number;
  readonly bytes: number;
  readonly before: { readonly allocs: number; readonly frees: number; readonly bytes: number };
}

const HELP: readonly string[] = [
  't a f d b m   sort by tag, allocs, frees, diff, bytes, bytes per alloc',
  '( or )        sort by what changed',
  'p             nonpaged, paged, both pools',
  'e             totals',
  'l             highlighting of what changed',
  's             pools of all sessions, or of the system',
  '0-9           pools of that session; i: of a session by number',
  'arrows, Page Up, Page Down, Home, End   scroll',
  'h or ?        this help',
  'q             quit',
];

/**
 * Draws a screen.
 * @param note One line about the source: what is waited for, what failed.
 * @param mapped What stands in the column Mapped_Driver; absent: there is none.
 */
export function poolMonScreen(
  sample: Sample | undefined,
  previous: Sample | undefined,
  view: PoolMonView,
  shows: TagFilter,
  { rows: height, columns }: ScreenSize,
  note?: string,
  mapped?: MappedDriver,
): Screen {
  const plain = (text: string): ScreenLine => ({ text: text.slice(0, columns), strong: false });
  const head = [
    ...(sample === undefined ? [] : [...memoryLines(sample.memory), scopeLine(sample.scope)].map(plain)),
    ...(note === undefined ? [] : [{ text: ` ${note}`.slice(0, columns), strong: true }]),
    ...(view.typing === undefined ? [] : [plain(` Session number, then Enter: ${view.typing}`)]),
    { text: `${POOLMON_HEADING}${mapped === undefined ? '' : MAPPED_DRIVER_HEADING}`.slice(0, columns), strong: true },
  ];
  const body = view.help
    ? HELP.map((line) => plain(`  ${line}`))
    : poolRows(sample, previous, view, shows).map((row) => rowLine(row, view, columns, mapped));
  const totals = view.totals && sample !== undefined ? totalLines(sample, previous, shows).map(plain) : [];
  const page = Math.max(1, height - head.length - totals.length);
  const top = Math.max(0, Math.min(view.top, body.length - page));
  return { lines: [...head, ...body.slice(top, top + page), ...totals].slice(0, height), top, page };
}

function poolRows(
  sample: Sample | undefined,
  previous: Sample | undefined,
  { pools, sort, byChange }: PoolMonView,
  shows: TagFilter,
): readonly PoolRow[] {
  const rows: PoolRow[] = [];
  if (sample === undefined) return rows;
  for (const row of eachRow(sample, previous)) {
    if (row.allocs === 0 && row.frees === 0 && row.bytes === 0) continue;
    if (pools !== 'both' && row.paged !== (pools === 'paged')) continue;
    if (shows(row.tag)) rows.push(row);
  }
  const value = byChange ? CHANGES[sort] : VALUES[sort];
  // Memory order, as PoolMon's: the first character decides.
  const byTag = (a: PoolRow, b: PoolRow): number => memoryOrder(a.tag) - memoryOrder(b.tag) || +a.paged - +b.paged;
  return rows.sort((a, b) => (value === undefined ? 0 : value(b) - value(a)) || byTag(a, b));
}

type Value = (row: PoolRow) => number;
const blocks: Value = (row) => outstanding(row.allocs, row.frees);
const VALUES: Readonly<Record<PoolMonSort, Value | undefined>> = {
  tag: undefined,
  allocs: (row) => row.allocs,
  frees: (row) => row.frees,
  diff: blocks,
  bytes: (row) => row.bytes,
  perAlloc: (row) => bytesPerBlock(row.bytes, blocks(row)),
};
const CHANGES: Readonly<Record<PoolMonSort, Value | undefined>> = {
  ...VALUES,
  allocs: (row) => counterDelta(row.before.allocs, row.allocs),
  frees: (row) => counterDelta(row.before.frees, row.frees),
  diff: (row) => blocks(row) - outstanding(row.before.allocs, row.before.frees),
  bytes: (row) => row.bytes - row.before.bytes,
};

function memoryOrder(tag: number): number {
  const [a, b, c, d] = tagBytes(tag);
  return ((a * 256 + b) * 256 + c) * 256 + d;
}

function* eachRow(sample: Sample, previous: Sample | undefined): Generator<PoolRow> {
  const before = new Map<number, number>();
  const old = previous?.rows;
  for (let at = 0; old !== undefined && at < old.length; at += ROW_STRIDE) before.set(old[at + Row.tag] ?? 0, at);
  const { rows } = sample;
  for (let at = 0; at < rows.length; at += ROW_STRIDE) {
    const tag = rows[at + Row.tag] ?? 0;
    const then = before.get(tag);
    for (const paged of [false, true]) {
      const first = paged ? Row.pagedAllocs : Row.nonPagedAllocs;
      const read = (from: Float64Array, base: number): PoolRow['before'] => ({
        allocs: from[base + first] ?? 0,
        frees: from[base + first + 1] ?? 0,
        bytes: from[base + first + 2] ?? 0,
      });
      const now = read(rows, at);
      const zero = { allocs: 0, frees: 0, bytes: 0 };
      const was = old === undefined ? now : then === undefined ? zero : read(old, then);
      yield { tag, paged, ...now, before: was };
    }
  }
}

function rowLine(
  row: PoolRow,
  { highlight }: PoolMonView,
  columns: number,
  mapped: MappedDriver | undefined,
): ScreenLine {
  const { before } = row;
  const changed = row.allocs !== before.allocs || row.frees !== before.frees || row.bytes !== before.bytes;
  const text = ` ${tagColumns(row.tag)} ${row.paged ? 'Paged' : 'Nonp '} ${numberColumns(row, before)}${mapped === undefined ? '' : `  ${mapped(row.tag)}`}`;
  return { text: text.slice(0, columns), strong: highlight && changed };
}

function totalLines(sample: Sample, previous: Sample | undefined, shows: TagFilter): readonly string[] {
  const zero = { allocs: 0, frees: 0, bytes: 0 };
  const sums = { paged: { now: { ...zero }, was: { ...zero } }, nonPaged: { now: { ...zero }, was: { ...zero } } };
  for (const row of eachRow(sample, previous)) {
    if (!shows(row.tag)) continue;
    const { now, was } = sums[row.paged ? 'paged' : 'nonPaged'];
    for (const field of ['allocs', 'frees', 'bytes'] as const) {
      now[field] += row[field];
      was[field] += row.before[field];
    }
  }
  const line = (type: string, { now, was }: typeof sums.paged): string => ` Total ${type} ${numberColumns(now, was)}`;
  return [line('Nonp', sums.nonPaged), line('Paged', sums.paged)];
}
