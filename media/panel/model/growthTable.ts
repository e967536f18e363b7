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
import type { TagTable } from './tagTable';

/** By row id: what rows are sorted by. */
export type GrowthKeys = Float64Array;

export class GrowthTable {
  private readonly entries = new Map<number, TagGrowth>();
  private still: TagGrowth | undefined;

  clear(): void {
    this.entries.clear();
    this.still = undefined;
  }

  apply(message: GrowthMessage): void {
    if (message.reset) this.entries.clear();
    const { rows } = message;
    for (let at = 0; at + GROWTH_STRIDE <= rows.length; at += GROWTH_STRIDE) {
      const key = growthKey(rows[at + GrowthField.tag] ?? 0, rows[at + GrowthField.paged] === 1);
      this.entries.set(key, growthAt(rows, at));
    }
    for (const key of message.settled) this.entries.delete(key);
    this.still = message.still;
  }

  /** Undefined while the monitor has said nothing. */
  at(tag: number, paged: boolean): TagGrowth | undefined {
    return this.entries.get(growthKey(tag, paged)) ?? this.still;
  }

  /** Bytes a minute of each row with a trend, 0 for all others: what has no trend has no order either. */
  keys(table: TagTable): GrowthKeys {
    const keys = new Float64Array(table.rowLimit);
    for (const [key, { verdict, bytesPerMinute }] of this.entries) {
      if (verdict !== 'growing' && verdict !== 'draining') continue;
      const slot = table.slotOf(Math.floor(key / 2));
      if (slot !== undefined) keys[2 * slot + (key % 2)] = bytesPerMinute;
    }
    return keys;
  }
}
