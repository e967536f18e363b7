/**
 * The number behind a cell: what the grid prints and sorts by, one reader a column.
 * Pure; texts (tag, pool, owner) have numbers too, by which they sort.
 */
import { bytesPerBlock } from '../../../src/shared/counters';
import { columnNamed, type ColumnId, type Reading } from './columns';
import type { Metric } from './metric';
import { pairOfRow, poolOfRow, rowOfPool, slotOfRow, type TagTable } from './tagTable';

/** Reads a column's number for a row id. */
export type NumberReader = (id: number) => number;

/** Undefined for columns whose numbers do not stand in the table: growth and texts. */
export function numberReader(table: TagTable, id: ColumnId): NumberReader | undefined {
  if (id === 'tag') return (row) => table.tagOrder[slotOfRow(row)] ?? 0;
  if (id === 'type') return poolOfRow;
  const reading = columnNamed(id)?.reading;
  if (reading === undefined) return undefined;
  const read = ownReader(table, reading);
  if (reading.pool === 'row') return read;
  const at = rowOfPool(reading.pool);
  return (row) => read(pairOfRow(row) + at);
}

function ownReader(table: TagTable, reading: Reading): NumberReader {
  const { bytes, blocks } = table;
  if (reading.measure === 'perAlloc') return (row) => bytesPerBlock(bytes.value(row), blocks.value(row));
  if (reading.measure === 'share') return (row) => table.shareOf(row);
  const metric = metricOf(table, reading);
  if (reading.since === true) return sinceReader(table, reading.measure === 'bytes' ? 'bytes' : 'diff', metric);
  return reading.change ? (row) => metric.delta(row) : (row) => metric.value(row);
}

/** 0 where there is nothing to compare with. */
function sinceReader(table: TagTable, measure: 'bytes' | 'diff', metric: Metric): NumberReader {
  return (row) => {
    const had = table.baseline?.had(table.tags[slotOfRow(row)] ?? 0, poolOfRow(row));
    return had === undefined ? 0 : metric.value(row) - had[measure];
  };
}

function metricOf(table: TagTable, { measure }: Reading): Metric {
  switch (measure) {
    case 'allocs':
      return table.allocs;
    case 'frees':
      return table.frees;
    case 'diff':
      return table.blocks;
    case 'bytes':
    case 'perAlloc':
    case 'share':
      return table.bytes;
  }
}

/** Samples after which a change is no longer marked. */
const FADE = 3;

/** How strongly a cell is marked as changed: 3 in the sample of the change, fading to 0. */
export type HeatReader = (id: number) => number;

/** Undefined for columns that are never marked. */
export function heatReader(table: TagTable, id: ColumnId): HeatReader | undefined {
  const reading = columnNamed(id)?.reading;
  if (reading === undefined || reading.since === true || reading.measure === 'perAlloc' || reading.measure === 'share')
    return undefined;
  const metric = metricOf(table, reading);
  const heat = (row: number): number => Math.max(0, FADE - metric.age(row, table.tick));
  if (reading.pool === 'row') return heat;
  const at = rowOfPool(reading.pool);
  return (row) => heat(pairOfRow(row) + at);
}
