/**
 * What the panel remembers while it is hidden or reloaded (vscode.setState): choices and place, no data.
 * Parsed at the border: a state of another version or shape falls back field by field.
 */
import { COLUMN_IDS, type ColumnId } from './columns';
import type { PoolChoice } from './gridModel';
import type { SortState } from './sortRows';

export interface PanelState {
  readonly sort: SortState;
  readonly pool: PoolChoice;
  readonly filter: string;
  readonly totals: boolean;
  /** First visible position, in pixels. */
  readonly scrollTop: number;
  /** The pause for screen readers was made once; who resumes is not paused again. */
  readonly readerPaused: boolean;
}

export const FIRST_STATE: PanelState = {
  sort: { column: 'bytes', descending: true },
  pool: 'both',
  filter: '',
  totals: false,
  scrollTop: 0,
  readerPaused: false,
};

const POOLS: readonly PoolChoice[] = ['both', 'nonPaged', 'paged'];
const LONGEST_FILTER = 200;

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function sortFrom(value: unknown): SortState {
  const column = COLUMN_IDS.find((id: ColumnId) => id === field(value, 'column'));
  if (column === undefined) return FIRST_STATE.sort;
  return { column, descending: field(value, 'descending') === true };
}

export function panelStateFrom(value: unknown): PanelState {
  const filter = field(value, 'filter');
  const scrollTop = field(value, 'scrollTop');
  return {
    sort: sortFrom(field(value, 'sort')),
    pool: POOLS.find((pool) => pool === field(value, 'pool')) ?? FIRST_STATE.pool,
    filter: typeof filter === 'string' ? filter.slice(0, LONGEST_FILTER) : '',
    totals: field(value, 'totals') === true,
    scrollTop: typeof scrollTop === 'number' && scrollTop > 0 ? scrollTop : 0,
    readerPaused: field(value, 'readerPaused') === true,
  };
}
