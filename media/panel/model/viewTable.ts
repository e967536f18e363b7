/**
 * The grid as a table to take away: for the clipboard, for spreadsheets, for programs. Pure. Numbers go out as numbers,
 * without separators; texts lose what would end a cell, and in CSV what a spreadsheet would run as a formula.
 */
import { tagToHex, tagToText } from '../../../src/shared/poolTag';
import type { MemoryTotals } from '../../../src/shared/sample';
import { numberReader } from './cellValues';
import type { Column, ColumnId } from './columns';
import { isTextColumn, type GridModel } from './gridModel';
import { JOINED, PAGED, poolOfRow } from './tagTable';

/** What is taken away, and what it is called. */
export interface ViewPart {
  readonly model: GridModel;
  readonly columns: readonly Column[];
  /** Row ids in their order. */
  readonly rows: readonly number[];
  readonly nameOf: (column: ColumnId) => string;
  readonly poolName: (pool: 'nonPaged' | 'paged' | 'joined') => string;
}

/** When and of what the view is. */
export interface ViewMoment {
  /** Milliseconds since 1970, UTC. */
  readonly time: number;
  readonly scope: string;
  readonly memory: MemoryTotals;
  /** The source as the panel names it. */
  readonly source: string;
}

type Cell = string | number;

/** Tab-separated lines, the names of the columns first. */
export function tabText(part: ViewPart): string {
  const line = (cells: readonly Cell[]): string => cells.map((cell) => oneLine(cell)).join('\t');
  return [heads(part), ...cellRows(part)].map(line).join('\n');
}

/** RFC 4180, with a line for the names of the columns. */
export function csvText(part: ViewPart): string {
  const columns = drawable(part);
  const cell = (value: Cell, at: number): string => {
    const text = oneLine(value);
    const safe = isTextColumn(columns[at]?.id ?? 'tag') && /^[=+\-@]/.test(text) ? `'${text}` : text;
    return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const line = (cells: readonly Cell[]): string => cells.map(cell).join(',');
  return [
    heads(part)
      .map((text) => (/[",]/.test(text) ? `"${text}"` : text))
      .join(','),
    ...cellRows(part).map(line),
    '',
  ].join('\r\n');
}

/** One object a row, keyed by the columns' ids, with the tag's value beside its text. */
export function jsonText(part: ViewPart, { time, ...about }: ViewMoment): string {
  const columns = drawable(part);
  const rows = part.rows.map((id, at) => ({
    value: tagToHex(part.model.tagAt(id)),
    pool: poolOf(id),
    ...Object.fromEntries((cellRows({ ...part, rows: [id] })[0] ?? []).map((cell, n) => [columns[n]?.id ?? at, cell])),
  }));
  const when = Number.isFinite(time) ? new Date(time).toISOString() : undefined;
  return `${JSON.stringify({ time: when, ...about, rows }, undefined, 1)}\n`;
}

function heads(part: ViewPart): readonly string[] {
  return drawable(part).map(({ id }) => part.nameOf(id));
}

/** A drawing is no cell. */
function drawable({ columns }: ViewPart): readonly Column[] {
  return columns.filter(({ kind }) => kind !== 'line');
}

function cellRows(part: ViewPart): readonly (readonly Cell[])[] {
  const readers = drawable(part).map((column) => cellReader(part, column));
  return part.rows.map((id) => readers.map((read) => read(id)));
}

function cellReader({ model, poolName }: ViewPart, { id, reading }: Column): (row: number) => Cell {
  if (id === 'tag') return (row) => tagToText(model.tagAt(row));
  if (id === 'type') return (row) => poolName(poolOf(row));
  if (isTextColumn(id)) return (row) => model.textAt(id, row)?.text ?? '';
  if (id === 'growth') return (row) => growthCell(model, row);
  const read = numberReader(model.table, id) ?? (() => 0);
  // A part of 1, in thousandths of a percent.
  return reading?.measure === 'share' ? (row) => Math.round(1e5 * read(row)) / 1e5 : read;
}

/** Bytes a minute where there is a trend, else the word for what there is. */
function growthCell(model: GridModel, row: number): Cell {
  const growth = model.growthAt(row);
  if (growth === undefined || growth.verdict === 'tooLittle') return '';
  return growth.verdict === 'growing' || growth.verdict === 'draining' ? growth.bytesPerMinute : growth.verdict;
}

function poolOf(row: number): 'nonPaged' | 'paged' | 'joined' {
  const pool = poolOfRow(row);
  return pool === JOINED ? 'joined' : pool === PAGED ? 'paged' : 'nonPaged';
}

function oneLine(cell: Cell): string {
  return typeof cell === 'number' ? String(cell) : cell.replace(/[\t\r\n\v\f\u2028\u2029]+/g, ' ');
}
