/**
 * The grid's columns: PoolMon's, System Informer's for each pool, and ours. What each reads, how wide it is at first and
 * when it gives way. Data only; values are read in cellValues.ts, texts come from strings.ts, choices stand in layout.ts.
 */
import type { PoolName } from './tagTable';

/** What the kernel counts, and what follows from it. */
export type Measure = 'allocs' | 'frees' | 'diff' | 'bytes' | 'perAlloc' | 'share';

/** Columns that show no number of the table. */
type OtherId = 'tag' | 'type' | 'growth' | 'history' | 'owner' | 'company' | 'description';
const COUNTED = ['allocs', 'frees', 'diff', 'bytes'] as const;
type Counted = (typeof COUNTED)[number];
type CountedId = Counted | `${Counted}Delta` | 'perAlloc';
type PoolId = `nonPaged${Capitalize<CountedId>}` | `paged${Capitalize<CountedId>}`;
type SinceId = 'bytesSince' | 'diffSince';
export type ColumnId = OtherId | CountedId | SinceId | 'share' | PoolId;

/** Where a column's number stands: in the row itself, or in one pool of the row's tag. */
export interface Reading {
  readonly measure: Measure;
  readonly pool: 'row' | PoolName;
  /** The change since the last sample instead of the value. */
  readonly change: boolean;
  /** The change since the baseline instead. */
  readonly since?: true;
}

export interface Column {
  readonly id: ColumnId;
  readonly kind: 'tag' | 'text' | 'count' | 'change' | 'trend' | 'line';
  /** In characters of the editor font. */
  readonly width: number;
  /** First to go when the view is narrow: the highest. 0 never goes. */
  readonly hideOrder: number;
  /** Shown until somebody chooses. */
  readonly usual: boolean;
  /** Direction of the first sort by it: big numbers first, texts from A. */
  readonly descendingFirst: boolean;
  readonly reading?: Reading;
}

type Kind = Column['kind'];

function plain(id: ColumnId, kind: Kind, width: number, hideOrder: number, usual = true): Column {
  return { id, kind, width, hideOrder, usual, descendingFirst: kind === 'trend' || kind === 'line' };
}

function counted(id: ColumnId, reading: Reading, width: number, hideOrder: number, usual = true): Column {
  const kind = reading.change ? 'change' : 'count';
  return { id, kind, width, hideOrder, usual, descendingFirst: true, reading };
}

const own = (measure: Measure, change = false): Reading => ({ measure, pool: 'row', change });

/** Both columns of each counter of one pool, and its bytes per allocation: what System Informer shows. */
function poolColumns(pool: PoolName): Column[] {
  const widths: Readonly<Record<Counted, number>> = { allocs: 15, frees: 15, diff: 14, bytes: 17 };
  const id = (text: CountedId): ColumnId => {
    const capital = `${text.charAt(0).toUpperCase()}${text.slice(1)}` as Capitalize<CountedId>;
    return `${pool}${capital}`;
  };
  return [
    ...COUNTED.flatMap((measure) => [
      counted(id(measure), { measure, pool, change: false }, widths[measure], 20, false),
      counted(id(`${measure}Delta`), { measure, pool, change: true }, measure === 'bytes' ? 14 : 10, 20, false),
    ]),
    counted(id('perAlloc'), { measure: 'perAlloc', pool, change: false }, 14, 20, false),
  ];
}

/** All there are, in the order they have until somebody moves one. */
export const COLUMNS: readonly Column[] = [
  plain('tag', 'tag', 8, 0),
  plain('type', 'text', 7, 0),
  counted('allocs', own('allocs'), 13, 5),
  counted('allocsDelta', own('allocs', true), 10, 8),
  counted('frees', own('frees'), 13, 7),
  counted('freesDelta', own('frees', true), 10, 9),
  counted('diff', own('diff'), 12, 2),
  counted('diffDelta', own('diff', true), 10, 20, false),
  counted('bytes', own('bytes'), 17, 0),
  counted('bytesDelta', own('bytes', true), 14, 3),
  counted('bytesSince', { ...own('bytes', true), since: true }, 16, 2),
  counted('diffSince', { ...own('diff', true), since: true }, 13, 6),
  counted('perAlloc', own('perAlloc'), 10, 4),
  counted('share', own('share'), 9, 20, false),
  plain('growth', 'trend', 18, 1),
  plain('history', 'line', 12, 6),
  ...poolColumns('nonPaged'),
  ...poolColumns('paged'),
  plain('owner', 'text', 14, 0),
  plain('company', 'text', 20, 20, false),
  plain('description', 'text', 26, 10),
];

export const COLUMN_IDS: readonly ColumnId[] = COLUMNS.map((column) => column.id);

const BY_ID: ReadonlyMap<string, Column> = new Map(COLUMNS.map((column) => [column.id, column]));

/** Undefined for a text that names none, as a kept state may hold. */
export function columnNamed(id: unknown): Column | undefined {
  return typeof id === 'string' ? BY_ID.get(id) : undefined;
}

/** Columns that fit into a width given in characters: the least important give way until the rest fits. */
export function fitting(columns: readonly Column[], characters: number): readonly Column[] {
  let shown = [...columns];
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
