/**
 * A kept reading to compare rows with: what a tag had in a pool then. Pure; a tag it does not hold had nothing.
 */
import { outstanding } from '../../../src/shared/counters';
import { Row, ROW_STRIDE } from '../../../src/shared/sample';

export const SINCE_CHOICES = ['all', 'new', 'gone', 'changed'] as const;
/** Which rows are shown, by what became of them since the baseline. */
export type SinceChoice = (typeof SINCE_CHOICES)[number];

interface Had {
  readonly bytes: number;
  readonly diff: number;
}

const NOTHING: Had = { bytes: 0, diff: 0 };

export class BaselineTable {
  /** By tag: nonpaged, paged, joined. */
  private readonly tags = new Map<number, readonly Had[]>();

  constructor(rows: readonly number[]) {
    for (let at = 0; at + ROW_STRIDE <= rows.length; at += ROW_STRIDE) {
      const had = (allocs: number, frees: number, bytes: number): Had => ({
        bytes: rows[at + bytes] ?? 0,
        diff: outstanding(rows[at + allocs] ?? 0, rows[at + frees] ?? 0),
      });
      const nonPaged = had(Row.nonPagedAllocs, Row.nonPagedFrees, Row.nonPagedBytes);
      const paged = had(Row.pagedAllocs, Row.pagedFrees, Row.pagedBytes);
      const joined = { bytes: nonPaged.bytes + paged.bytes, diff: nonPaged.diff + paged.diff };
      this.tags.set((rows[at + Row.tag] ?? 0) >>> 0, [nonPaged, paged, joined]);
    }
  }

  /** @param pool NON_PAGED, PAGED or JOINED of tagTable.ts: 0, 1 or 2. */
  had(tag: number, pool: number): Had {
    return this.tags.get(tag)?.[pool] ?? NOTHING;
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
