/**
 * The number behind a cell: what the grid prints and sorts by, one reader a column.
 * Pure; texts (tag, pool, owner) have numbers too, by which they sort.
 */
import type { ColumnId } from './columns';
import { bytesPerBlock } from '../../../src/shared/counters';
import type { Metric } from './metric';
import type { TagTable } from './tagTable';

/** Alphabetical rank of each slot's owner; slots without one have Infinity. */
export type OwnerRanks = Float64Array;

/** Numbers rows are sorted by that do not stand in the table. */
export interface OtherKeys {
  readonly owners: OwnerRanks;
  /** By row id. */
  readonly growth: Float64Array;
}
const NONE = new Float64Array(0);
export const NO_OTHERS: OtherKeys = { owners: NONE, growth: NONE };

/** Reads a column's number for a row id. */
export type NumberReader = (id: number) => number;

export function numberReader(table: TagTable, others: OtherKeys, column: ColumnId): NumberReader {
  const { allocs, frees, bytes, blocks } = table;
  switch (column) {
    case 'tag':
      return (id) => table.tagOrder[id >>> 1] ?? 0;
    case 'type':
      return (id) => id & 1;
    case 'allocs':
      return (id) => allocs.value(id);
    case 'allocsDelta':
      return (id) => allocs.delta(id);
    case 'frees':
      return (id) => frees.value(id);
    case 'freesDelta':
      return (id) => frees.delta(id);
    case 'diff':
      return (id) => blocks.value(id);
    case 'bytes':
      return (id) => bytes.value(id);
    case 'bytesDelta':
      return (id) => bytes.delta(id);
    case 'perAlloc':
      return (id) => bytesPerBlock(bytes.value(id), blocks.value(id));
    case 'owner':
      return (id) => others.owners[id >>> 1] ?? Number.POSITIVE_INFINITY;
    case 'growth':
      return (id) => others.growth[id] ?? 0;
  }
}

/** The counter whose changes light a column up. */
export function metricOf(table: TagTable, column: ColumnId): Metric | undefined {
  switch (column) {
    case 'allocs':
    case 'allocsDelta':
      return table.allocs;
    case 'frees':
    case 'freesDelta':
      return table.frees;
    case 'bytes':
    case 'bytesDelta':
      return table.bytes;
    case 'diff':
      return table.blocks;
    case 'tag':
    case 'type':
    case 'perAlloc':
    case 'growth':
    case 'owner':
      return undefined;
  }
}

/** Samples after which a change is no longer marked. */
const FADE = 3;

/** How strongly a value is marked as changed: 3 in the sample of the change, fading to 0. */
export function heat(metric: Metric, id: number, tick: number): number {
  return Math.max(0, FADE - metric.age(id, tick));
}
