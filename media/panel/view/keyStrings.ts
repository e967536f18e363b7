/**
 * What the keys of the grid do, in the order of their list. Texts only: what a key does is decided in model/keys.ts.
 */

export interface KeyText {
  readonly keys: readonly string[];
  readonly does: string;
}

export const KEY_TEXTS: readonly KeyText[] = [
  { keys: ['P'], does: 'Nonpaged, paged, both pools' },
  { keys: ['J'], does: 'One row a tag, or one for each of its pools' },
  { keys: ['T'], does: 'Sort by tag' },
  { keys: ['A'], does: 'Sort by allocs' },
  { keys: ['F'], does: 'Sort by frees' },
  { keys: ['D', 'S'], does: 'Sort by diff' },
  { keys: ['B'], does: 'Sort by bytes' },
  { keys: ['M'], does: 'Sort by bytes per alloc' },
  { keys: ['G'], does: 'Sort by growth' },
  { keys: ['(', ')'], does: 'Sort by the change, or by the value again' },
  { keys: ['E'], does: 'Totals' },
  { keys: ['L'], does: 'Mark changes or not' },
  { keys: ['O'], does: 'Hold the order of the rows' },
  { keys: ['Q', 'Space'], does: 'Pause and resume' },
  { keys: ['/', 'Ctrl+F'], does: 'Filter' },
  { keys: ['C'], does: 'Choose columns' },
  { keys: ['0–9'], does: 'Pools of the session with that number, or of the system again; live' },
  { keys: ['I'], does: 'Choose a session whose pools are shown; live' },
  { keys: ['V'], does: 'Tag into the charts, or out of them' },
  { keys: ['K'], does: 'Mark this moment in the charts' },
  { keys: ['Enter'], does: 'Owners of the tag; on a column’s name: sort' },
  { keys: ['Shift+↑', 'Shift+↓'], does: 'Select more rows' },
  { keys: ['Ctrl+Space'], does: 'Select this row or not' },
  { keys: ['Ctrl+A', 'Esc'], does: 'Select all rows; this one alone' },
  { keys: ['Ctrl+C'], does: 'Copy the selected rows' },
  { keys: ['Shift+←', 'Shift+→'], does: 'On a column’s name: narrower, wider' },
  { keys: ['Ctrl+←', 'Ctrl+→'], does: 'On a column’s name: move it' },
  { keys: ['Delete'], does: 'On a column’s name: hide it' },
  { keys: ['H', '?'], does: 'This list' },
];
