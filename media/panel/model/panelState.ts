/**
 * What the panel remembers while it is hidden or reloaded (vscode.setState): choices and place, no data.
 * Parsed at the border: a state of another version or shape falls back field by field.
 */
import { MOST_TRACED } from '../../../src/shared/trace';
import { CHART_SPANS, USUAL_SPAN_MINUTES } from './chartModel';
import { columnNamed } from './columns';
import { POOL_CHOICES, type PoolChoice } from './gridModel';
import type { SortState } from './sortRows';

export interface PanelState {
  readonly sort: SortState;
  readonly pool: PoolChoice;
  readonly filter: string;
  readonly totals: boolean;
  /** Values that changed are marked. */
  readonly highlights: boolean;
  /** Both pools are shown joined when both are shown. */
  readonly joins: boolean;
  /** First visible position, in pixels. */
  readonly scrollTop: number;
  /** The pause for screen readers was made once; who resumes is not paused again. */
  readonly readerPaused: boolean;
  /** Tags in the charts, and the minutes these look back. */
  readonly chartTags: readonly number[];
  readonly chartMinutes: number;
  /** Percent of the height that charts take; 0: as much as they need. */
  readonly chartShare: number;
}

export const FIRST_STATE: PanelState = {
  sort: { column: 'bytes', descending: true },
  pool: 'both',
  filter: '',
  totals: false,
  highlights: true,
  joins: false,
  scrollTop: 0,
  readerPaused: false,
  chartTags: [],
  chartMinutes: USUAL_SPAN_MINUTES,
  chartShare: 0,
};

const LONGEST_FILTER = 200;

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function sortFrom(value: unknown): SortState {
  const column = columnNamed(field(value, 'column'));
  if (column === undefined) return FIRST_STATE.sort;
  return { column: column.id, descending: field(value, 'descending') === true };
}

function tagsFrom(value: unknown): readonly number[] {
  if (!Array.isArray(value)) return [];
  const tags = value.filter((tag: unknown): tag is number => Number.isInteger(tag));
  return tags.slice(0, MOST_TRACED).map((tag) => tag >>> 0);
}

function shareFrom(value: unknown): number {
  return typeof value === 'number' && value > 0 && value < 100 ? value : 0;
}

export function panelStateFrom(value: unknown): PanelState {
  const filter = field(value, 'filter');
  const scrollTop = field(value, 'scrollTop');
  return {
    sort: sortFrom(field(value, 'sort')),
    pool: POOL_CHOICES.find((pool) => pool === field(value, 'pool')) ?? FIRST_STATE.pool,
    filter: typeof filter === 'string' ? filter.slice(0, LONGEST_FILTER) : '',
    totals: field(value, 'totals') === true,
    highlights: field(value, 'highlights') !== false,
    joins: field(value, 'joins') === true,
    scrollTop: typeof scrollTop === 'number' && scrollTop > 0 ? scrollTop : 0,
    readerPaused: field(value, 'readerPaused') === true,
    chartTags: tagsFrom(field(value, 'chartTags')),
    chartMinutes: CHART_SPANS.find((minutes) => minutes === field(value, 'chartMinutes')) ?? USUAL_SPAN_MINUTES,
    chartShare: shareFrom(field(value, 'chartShare')),
  };
}
