/**
 * A kept reading to compare rows with: what a tag had in a pool then. Pure; a tag it does not hold had nothing.
 */
import { outstanding } from '../../../src/shared/counters';
import { Row, ROW_STRIDE } from '../../../src/shared/sample';

export const SINCE_CHOICES = ['all', 'new', 'gone', 'changed'] as const;
/** Which rows are shown, by what became of them since the baseline. */
export type SinceChoice = (typeof SINCE_CHOICES)[number];

/** Bytes and outstanding blocks of one tag in a pool. */
export interface Had {
  readonly bytes: number;
  readonly diff: number;
}

const NOTHING: Had = { bytes: 0, diff: 0 };

export class BaselineTable {
  /** By tag: nonpaged, paged, joined. */
  private readonly readings = new Map<number, readonly Had[]>();

  constructor(rows: readonly number[]) {
    for (let at = 0; at + ROW_STRIDE <= rows.length; at += ROW_STRIDE) {
      const had = (allocs: number, frees: number, bytes: number): Had => ({
        bytes: rows[at + bytes] ?? 0,
        diff: outstanding(rows[at + allocs] ?? 0, rows[at + frees] ?? 0),
      });
      const nonPaged = had(Row.nonPagedAllocs, Row.nonPagedFrees, Row.nonPagedBytes);
      const paged = had(Row.pagedAllocs, Row.pagedFrees, Row.pagedBytes);
      const joined = { bytes: nonPaged.bytes + paged.bytes, diff: nonPaged.diff + paged.diff };
      this.readings.set((rows[at + Row.tag] ?? 0) >>> 0, [nonPaged, paged, joined]);
    }
  }

  /** Whether it had anything there. */
  holds(tag: number, pool: number): boolean {
    const { bytes, diff } = this.had(tag, pool);
    return bytes !== 0 || diff !== 0;
  }

  /** All that had anything. */
  *tags(): Generator<number> {
    for (const tag of this.readings.keys()) if (this.holds(tag, 0) || this.holds(tag, 1)) yield tag;
  }

  /** @param pool NON_PAGED, PAGED or JOINED of tagTable.ts: 0, 1 or 2. */
  had(tag: number, pool: number): Had {
    return this.readings.get(tag)?.[pool] ?? NOTHING;
  }
}

/** Whether a row with so many blocks and bytes now is one of those chosen. */
export function isSince(choice: SinceChoice, had: Had, now: Had): boolean {
  switch (choice) {
    case 'all':
      return true;
    case 'new':
      return had.diff === 0 && now.diff > 0;
    case 'gone':
      return had.diff > 0 && now.diff === 0;
    case 'changed':
      return had.diff !== now.diff || had.bytes !== now.bytes;
  }
}
