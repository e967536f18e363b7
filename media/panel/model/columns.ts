/**
 * The grid's columns, in PoolMon's order, with Growth and Owner added: what each is called, how wide it is and when it gives way.
 * Data only; values are read in cellValues.ts, texts come from strings.ts.
 */

export const COLUMN_IDS = [
  'tag',
  'type',
  'allocs',
  'allocsDelta',
  'frees',
  'freesDelta',
  'diff',
  'bytes',
  'bytesDelta',
  'perAlloc',
  'growth',
  'owner',
] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];

export interface Column {
  readonly id: ColumnId;
  /** Width in characters of the editor font; Owner takes what is left over, at least this. */
  readonly width: number;
  readonly kind: 'tag' | 'text' | 'count' | 'change' | 'trend';
  /** First to go when the view is narrow: the highest. 0 never goes. */
  readonly hideOrder: number;
  /** Direction of the first sort by it: big numbers first, texts from A. */
  readonly descendingFirst: boolean;
}

const column = (id: ColumnId, kind: Column['kind'], width: number, hideOrder: number): Column => ({
  id,
  kind,
  width,
  hideOrder,
  descendingFirst: kind === 'count' || kind === 'change' || kind === 'trend',
});

export const COLUMNS: readonly Column[] = [
  column('tag', 'tag', 8, 0),
  column('type', 'text', 7, 0),
  column('allocs', 'count', 13, 5),
  column('allocsDelta', 'change', 10, 7),
  column('frees', 'count', 13, 6),
  column('freesDelta', 'change', 10, 8),
  column('diff', 'count', 12, 2),
  column('bytes', 'count', 17, 0),
  column('bytesDelta', 'change', 14, 3),
  column('perAlloc', 'count', 10, 4),
  column('growth', 'trend', 18, 1),
  column('owner', 'text', 14, 0),
];

/** Columns that fit into a width given in characters: the least important give way until the rest fits. */
export function columnsFor(characters: number): readonly Column[] {
  let shown = [...COLUMNS];
  while (totalWidth(shown) > characters) {
    const least = shown.reduce((a, b) => (b.hideOrder > a.hideOrder ? b : a));
    if (least.hideOrder === 0) break;
    shown = shown.filter((c) => c !== least);
  }
  return shown;
}

/** Sum of widths, in characters. */
export function totalWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, c) => sum + c.width, 0);
}
