/**
 * PoolMon's totals: sums over the rows shown, apart for each pool. Pure; made only while they are shown.
 */
import { isPagedRow, JOINED, NON_PAGED, PAGED, pairOfRow, poolOfRow, slotOfRow, type TagTable } from './tagTable';

/** Sums over the shown rows of one pool. */
export interface PoolTotals {
  rows: number;
  allocs: number;
  allocsDelta: number;
  frees: number;
  freesDelta: number;
  diff: number;
  diffDelta: number;
  bytes: number;
  bytesDelta: number;
  /** Since the baseline; 0 without one. */
  bytesSince: number;
  diffSince: number;
}

export interface Totals {
  readonly nonPaged: PoolTotals;
  readonly paged: PoolTotals;
}

export function totalsOf(table: TagTable, order: readonly number[]): Totals {
  const sum = { nonPaged: emptyTotals(), paged: emptyTotals() };
  for (const id of order) {
    if (poolOfRow(id) === JOINED) {
      add(sum.nonPaged, table, pairOfRow(id) + NON_PAGED);
      add(sum.paged, table, pairOfRow(id) + PAGED);
    } else add(isPagedRow(id) ? sum.paged : sum.nonPaged, table, id);
  }
  return sum;
}

/** Both pools as one line; its rows are those of the order. */
export function joinTotals({ nonPaged, paged }: Totals, rows: number): PoolTotals {
  const joined = emptyTotals();
  for (const key of Object.keys(joined) as (keyof PoolTotals)[]) joined[key] = nonPaged[key] + paged[key];
  joined.rows = rows;
  return joined;
}

function add(total: PoolTotals, table: TagTable, id: number): void {
  const { allocs, frees, bytes, blocks } = table;
  total.rows += 1;
  total.allocs += allocs.value(id);
  total.allocsDelta += allocs.delta(id);
  total.frees += frees.value(id);
  total.freesDelta += frees.delta(id);
  total.diff += blocks.value(id);
  total.diffDelta += blocks.delta(id);
  total.bytes += bytes.value(id);
  total.bytesDelta += bytes.delta(id);
  const had = table.baseline?.had(table.tags[slotOfRow(id)] ?? 0, poolOfRow(id));
  if (had === undefined) return;
  total.bytesSince += bytes.value(id) - had.bytes;
  total.diffSince += blocks.value(id) - had.diff;
}

function emptyTotals(): PoolTotals {
  return {
    rows: 0,
    allocs: 0,
    allocsDelta: 0,
    frees: 0,
    freesDelta: 0,
    diff: 0,
    diffDelta: 0,
    bytes: 0,
    bytesDelta: 0,
    bytesSince: 0,
    diffSince: 0,
  };
}
