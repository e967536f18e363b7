/**
 * Growth of every tag and pool as the monitor last told it. Pure; which row of the grid a tag has is the table's business.
 */
import {
  GROWTH_STRIDE,
  growthAt,
  growthKey,
  GrowthField,
  type GrowthMessage,
  type TagGrowth,
} from '../../../src/shared/growth';
import { isPagedRow, JOINED, NON_PAGED, PAGED, poolOfRow, rowsOfSlot, slotOfRow, type TagTable } from './tagTable';

/** By row id: what rows are sorted by. */
export type GrowthKeys = Float64Array;

export class GrowthTable {
  private readonly entries = new Map<number, TagGrowth>();
  /** By tag: of those that move in both pools, growth of the sum. */
  private readonly sums = new Map<number, TagGrowth>();
  private still: TagGrowth | undefined;

  clear(): void {
    this.entries.clear();
    this.sums.clear();
    this.still = undefined;
  }

  apply(message: GrowthMessage): void {
    if (message.reset) {
      this.entries.clear();
      this.sums.clear();
    }
    const { rows, lines, joined } = message;
    for (let at = 0; at + GROWTH_STRIDE <= rows.length; at += GROWTH_STRIDE) {
      const key = growthKey(rows[at + GrowthField.tag] ?? 0, rows[at + GrowthField.paged] === 1);
      this.entries.set(key, growthAt(rows, at, lines?.[at / GROWTH_STRIDE]));
    }
    for (const key of message.settled) this.entries.delete(key);
    for (const [at, line] of joined?.lines.entries() ?? []) {
      const first = at * GROWTH_STRIDE;
      this.sums.set(joined?.rows[first + GrowthField.tag] ?? 0, growthAt(joined?.rows ?? [], first, line));
    }
    for (const tag of joined?.settled ?? []) this.sums.delete(tag);
    this.still = message.still;
  }

  /** Undefined while the monitor has said nothing. */
  at(tag: number, paged: boolean): TagGrowth | undefined {
    return this.entries.get(growthKey(tag, paged)) ?? this.still;
  }

  /**
   * Growth of a row. A joined row has that of the sum of both pools; where only one of them moves, its growth is the sum's.
   */
  ofRow(table: TagTable, id: number): TagGrowth | undefined {
    const tag = table.tags[slotOfRow(id)] ?? 0;
    if (poolOfRow(id) !== JOINED) return this.at(tag, isPagedRow(id));
    const nonPaged = this.at(tag, false);
    const paged = this.at(tag, true);
    return this.sums.get(tag) ?? (weight(paged) > weight(nonPaged) ? paged : nonPaged);
  }

  /** Bytes a minute of each row with a trend, 0 for all others: what has no trend has no order either. */
  keys(table: TagTable): GrowthKeys {
    const keys = new Float64Array(table.rowLimit);
    for (const [key, growth] of this.entries) {
      const rate = rateOf(growth);
      const slot = rate === 0 ? undefined : table.slotOf(Math.floor(key / 2));
      if (slot === undefined) continue;
      const first = rowsOfSlot(slot);
      keys[first + (key % 2 === 1 ? PAGED : NON_PAGED)] = rate;
      if (Math.abs(rate) > Math.abs(keys[first + JOINED] ?? 0)) keys[first + JOINED] = rate;
    }
    for (const [tag, growth] of this.sums) {
      const slot = table.slotOf(tag);
      if (slot !== undefined) keys[rowsOfSlot(slot) + JOINED] = rateOf(growth);
    }
    return keys;
  }
}

function rateOf({ verdict, bytesPerMinute }: TagGrowth): number {
  return verdict === 'growing' || verdict === 'draining' ? bytesPerMinute : 0;
}

/** A trend counts before any movement without one. */
function weight(growth: TagGrowth | undefined): number {
  if (growth === undefined) return -1;
  const rate = Math.abs(rateOf(growth));
  return rate > 0 ? Number.MAX_SAFE_INTEGER + rate : growth.swing;
}
