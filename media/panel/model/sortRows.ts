/**
 * Order of the rows: a number per row for the sorted column, then a stable sort of row ids.
 * Pure. Ties fall back on the tag's text and the pool, so the same reading always gives the same order.
 */
import type { NumberReader } from './cellValues';
import type { ColumnId } from './columns';
import { slotOfRow, type TagTable } from './tagTable';

export interface SortState {
  readonly column: ColumnId;
  readonly descending: boolean;
}

/** Scratch space kept between ticks, so that a tick allocates nothing. */
let keys = new Float64Array(0);

/** Sorts row ids in place. Order of the last tick is nearly right already, which the engine's merge sort uses. */
export function sortRows(order: number[], table: TagTable, read: NumberReader, descending: boolean): void {
  if (keys.length < table.rowLimit) keys = new Float64Array(Math.max(1024, 2 * table.rowLimit));
  const scratch = keys;
  for (const id of order) {
    const key = read(id);
    // Rows without an owner stay last in both directions.
    scratch[id] = descending && key !== Number.POSITIVE_INFINITY ? -key : key;
  }
  const { tagOrder } = table;
  order.sort((a, b) => {
    const x = scratch[a] ?? 0;
    const y = scratch[b] ?? 0;
    if (x !== y) return x < y ? -1 : 1;
    return (tagOrder[slotOfRow(a)] ?? 0) - (tagOrder[slotOfRow(b)] ?? 0) || a - b;
  });
}
