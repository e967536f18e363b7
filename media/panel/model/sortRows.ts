/**
 * Order of the rows: by a number of each for the sorted column, equal ones by the tag's text and the pool, so the same
 * reading always gives the same order. Pure.
 */
import type { NumberReader } from './cellValues';
import type { ColumnId } from './columns';
import { radixSort } from './radixSort';
import { slotOfRow, type TagTable } from './tagTable';

export interface SortState {
  readonly column: ColumnId;
  readonly descending: boolean;
}

/** Row ids in the order of their tags' texts; a tag's rows keep the order they have among themselves. */
export function rowsByTag(ids: readonly number[], table: TagTable): readonly number[] {
  const sorted: number[] = [];
  radixSort(ids, (id) => table.tagOrder[slotOfRow(id)] ?? 0, sorted);
  return sorted;
}

/** Writes row ids, given by tag, to `order`. */
export function sortRows(byTag: readonly number[], read: NumberReader, descending: boolean, order: number[]): void {
  const key = (id: number): number => {
    const number = read(id);
    // Rows without an owner stay last in both directions.
    return number === Number.POSITIVE_INFINITY ? number : -number;
  };
  radixSort(byTag, descending ? key : read, order);
}

/** Drops from `order` what is no longer shown and adds what has come at the end. */
export function keepOrder(order: number[], shown: readonly number[]): void {
  const missing = new Set(shown);
  let length = 0;
  for (const id of order) {
    if (!missing.delete(id)) continue;
    order[length] = id;
    length += 1;
  }
  order.length = length;
  order.push(...missing);
}
