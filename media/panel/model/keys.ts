/**
 * Keys of the grid: PoolMon's letters and the grid's movements, as actions. Pure; who holds the focus is the view's
 * business. Letters count without modifiers only, so VS Code's own shortcuts stay its own.
 */
import { columnNamed, type ColumnId } from './columns';
import type { PoolChoice } from './gridModel';

export type Movement =
  | { readonly rows: number }
  | { readonly pages: number }
  | { readonly columns: number }
  | { readonly to: 'rowStart' | 'rowEnd' | 'gridStart' | 'gridEnd' };

export type GridAction =
  | { readonly type: 'move'; readonly move: Movement; readonly extend?: true }
  | { readonly type: 'selectAll' }
  | { readonly type: 'selectRow' }
  | { readonly type: 'selectOne' }
  | { readonly type: 'activate' }
  | { readonly type: 'sort'; readonly column: ColumnId }
  | { readonly type: 'toggleChangeSort' }
  | { readonly type: 'cyclePool' }
  | { readonly type: 'toggleJoined' }
  | { readonly type: 'toggleHold' }
  | { readonly type: 'toggleHighlights' }
  | { readonly type: 'toggleTotals' }
  | { readonly type: 'togglePause' }
  | { readonly type: 'chooseColumns' }
  | { readonly type: 'showKeys' }
  | { readonly type: 'markMoment' }
  | { readonly type: 'chooseSession' }
  | { readonly type: 'toggleSession'; readonly session: number }
  | { readonly type: 'focusFilter' }
  | { readonly type: 'chart' };

/** What keys do to the column whose name the active cell is. */
export type HeaderAction =
  | { readonly type: 'resizeColumn'; readonly by: -1 | 1 }
  | { readonly type: 'moveColumn'; readonly step: -1 | 1 }
  | { readonly type: 'hideColumn' };

/** The part of a KeyboardEvent that counts. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly metaKey: boolean;
}

const sortBy = (column: ColumnId): GridAction => ({ type: 'sort', column });
const move = (movement: Movement): GridAction => ({ type: 'move', move: movement });

/** PoolMon's letters; `s` is what its older documents give for the sort that `d` does today, `g`, `c`, `v` and `k` are ours. */
const LETTERS: ReadonlyMap<string, GridAction> = new Map<string, GridAction>([
  ['p', { type: 'cyclePool' }],
  ['j', { type: 'toggleJoined' }],
  ['o', { type: 'toggleHold' }],
  ['l', { type: 'toggleHighlights' }],
  ['b', sortBy('bytes')],
  ['m', sortBy('perAlloc')],
  ['t', sortBy('tag')],
  ['a', sortBy('allocs')],
  ['f', sortBy('frees')],
  ['s', sortBy('diff')],
  ['g', sortBy('growth')],
  ['d', sortBy('diff')],
  ['(', { type: 'toggleChangeSort' }],
  [')', { type: 'toggleChangeSort' }],
  ['e', { type: 'toggleTotals' }],
  ['q', { type: 'togglePause' }],
  [' ', { type: 'togglePause' }],
  ['c', { type: 'chooseColumns' }],
  ['v', { type: 'chart' }],
  ['k', { type: 'markMoment' }],
  ['h', { type: 'showKeys' }],
  ['i', { type: 'chooseSession' }],
  ['?', { type: 'showKeys' }],
  ['/', { type: 'focusFilter' }],
]);

const MOVEMENTS: ReadonlyMap<string, GridAction> = new Map<string, GridAction>([
  ['ArrowDown', move({ rows: 1 })],
  ['ArrowUp', move({ rows: -1 })],
  ['ArrowRight', move({ columns: 1 })],
  ['ArrowLeft', move({ columns: -1 })],
  ['PageDown', move({ pages: 1 })],
  ['PageUp', move({ pages: -1 })],
  ['Home', move({ to: 'rowStart' })],
  ['End', move({ to: 'rowEnd' })],
  ['Enter', { type: 'activate' }],
  ['Escape', { type: 'selectOne' }],
]);

/** On a column's name: Shift and an arrow changes its width, Control or Command and an arrow its place. */
export function headerAction(press: KeyPress): HeaderAction | undefined {
  if (press.altKey) return undefined;
  if (press.key === 'Delete') return { type: 'hideColumn' };
  const way = press.key === 'ArrowLeft' ? -1 : press.key === 'ArrowRight' ? 1 : undefined;
  if (way === undefined) return undefined;
  const control = press.ctrlKey || press.metaKey;
  if (press.shiftKey && !control) return { type: 'resizeColumn', by: way };
  return control && !press.shiftKey ? { type: 'moveColumn', step: way } : undefined;
}

/** Keys with Control or Command. */
const CONTROLLED: ReadonlyMap<string, GridAction> = new Map<string, GridAction>([
  ['Home', move({ to: 'gridStart' })],
  ['End', move({ to: 'gridEnd' })],
  ['f', { type: 'focusFilter' }],
  ['a', { type: 'selectAll' }],
  [' ', { type: 'selectRow' }],
]);

export function gridAction(press: KeyPress): GridAction | undefined {
  if (press.altKey) return undefined;
  if (press.ctrlKey || press.metaKey) {
    const action = CONTROLLED.get(press.key.length === 1 ? press.key.toLowerCase() : press.key);
    return press.shiftKey ? extending(action) : action;
  }
  const movement = MOVEMENTS.get(press.key);
  if (movement === undefined) return sessionKey(press) ?? LETTERS.get(press.key.toLowerCase());
  return press.shiftKey ? extending(movement) : movement;
}

/** PoolMon's digits: the pools of that session. */
function sessionKey({ key }: KeyPress): GridAction | undefined {
  return /^[0-9]$/.test(key) ? { type: 'toggleSession', session: Number(key) } : undefined;
}

/** With Shift, movements from row to row take the rows between along; nothing else has a meaning. */
function extending(action: GridAction | undefined): GridAction | undefined {
  if (action?.type !== 'move') return undefined;
  const { move: movement } = action;
  const rows = 'rows' in movement || 'pages' in movement || ('to' in movement && movement.to.startsWith('grid'));
  return rows ? { ...action, extend: true } : undefined;
}

/** PoolMon's `p`: nonpaged, paged, both; `both` is how both are shown. */
export function nextPool(pool: PoolChoice, both: PoolChoice): PoolChoice {
  if (pool === 'nonPaged') return 'paged';
  return pool === 'paged' ? both : 'nonPaged';
}

/** PoolMon's `(`: from a value to its change and back; from a column without one, to the change in bytes. */
export function changeColumn(column: ColumnId): ColumnId {
  const other = column.endsWith('Delta') ? column.slice(0, -'Delta'.length) : `${column}Delta`;
  return columnNamed(other)?.id ?? 'bytesDelta';
}
