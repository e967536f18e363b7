/**
 * Which columns are shown, in which order and how wide: what a person chose, kept apart from what fits right now.
 * Pure. A kept layout of another version is taken piece by piece; the tag is always there and always first.
 */
import { COLUMN_IDS, columnNamed, COLUMNS, fitting, type Column, type ColumnId } from './columns';

export interface ColumnLayout {
  /** Every column once, the tag first. */
  readonly order: readonly ColumnId[];
  /** Those chosen; absent until somebody chooses: then the usual ones, as many as fit. */
  readonly chosen?: readonly ColumnId[];
  /** In characters, where somebody changed it. */
  readonly widths: Readonly<Partial<Record<ColumnId, number>>>;
}

export const USUAL_LAYOUT: ColumnLayout = { order: COLUMN_IDS, widths: {} };

export const LEAST_WIDTH = 4;
export const MOST_WIDTH = 200;

/** What there is to show besides the counters: a column without anything in it is not shown by itself. */
export interface Known {
  readonly descriptions: boolean;
  readonly baseline: boolean;
}

/** The columns to show in a width given in characters. Chosen ones stay whatever the width: the grid scrolls then. */
export function columnsOf(layout: ColumnLayout, characters: number, known: Known): readonly Column[] {
  const sized = layout.order.flatMap((id) => {
    const column = columnNamed(id);
    return column === undefined ? [] : [{ ...column, width: layout.widths[id] ?? column.width }];
  });
  const { chosen } = layout;
  if (chosen !== undefined) return sized.filter(({ id }) => id === 'tag' || chosen.includes(id));
  const usual = sized.filter(
    ({ id, usual, reading }) =>
      usual && (id !== 'description' || known.descriptions) && (reading?.since === undefined || known.baseline),
  );
  return fitting(usual, characters);
}

/** The layout with a column at another width. */
export function resized(layout: ColumnLayout, id: ColumnId, width: number): ColumnLayout {
  const kept = Math.round(10 * Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, width))) / 10;
  return { ...layout, widths: { ...layout.widths, [id]: kept } };
}

/** The layout with a column moved to where another one stands; the tag neither moves nor gives up its place. */
export function moved(layout: ColumnLayout, id: ColumnId, to: ColumnId): ColumnLayout {
  if (id === 'tag' || id === to) return layout;
  const from = layout.order.indexOf(id);
  const order = layout.order.filter((other) => other !== id);
  const at = to === 'tag' ? 1 : layout.order.indexOf(to);
  if (from < 0 || at < 0) return layout;
  order.splice(at, 0, id);
  return { ...layout, order };
}

/** The layout with a column one place to the left or right among those shown; unchanged at the end. */
export function stepped(layout: ColumnLayout, shown: readonly ColumnId[], id: ColumnId, step: -1 | 1): ColumnLayout {
  const to = shown[shown.indexOf(id) + step];
  return to === undefined || to === 'tag' ? layout : moved(layout, id, to);
}

/** The layout with a column shown or not, beside those shown now. */
export function toggled(layout: ColumnLayout, shown: readonly ColumnId[], id: ColumnId): ColumnLayout {
  if (id === 'tag') return layout;
  const now = layout.chosen ?? shown;
  return { ...layout, chosen: now.includes(id) ? now.filter((other) => other !== id) : [...now, id] };
}

function ids(value: unknown): ColumnId[] {
  if (!Array.isArray(value)) return [];
  return [...new Set(value.flatMap((entry: unknown) => columnNamed(entry)?.id ?? []))];
}

/** A layout out of something of unknown shape. Columns it does not know stand where they usually do. */
export function layoutFrom(value: unknown): ColumnLayout {
  if (typeof value !== 'object' || value === null) return USUAL_LAYOUT;
  const { order, chosen, widths } = value as Readonly<Record<string, unknown>>;
  const kept: ColumnId[] = ['tag', ...ids(order).filter((id) => id !== 'tag')];
  COLUMN_IDS.forEach((id, at) => {
    if (kept.includes(id)) return;
    const before = COLUMN_IDS.slice(0, at).findLast((other) => kept.includes(other)) ?? 'tag';
    kept.splice(kept.indexOf(before) + 1, 0, id);
  });
  const sizes: Partial<Record<ColumnId, number>> = {};
  for (const { id } of COLUMNS) {
    const width: unknown =
      typeof widths === 'object' && widths !== null ? (widths as Readonly<Record<string, unknown>>)[id] : undefined;
    if (typeof width === 'number' && width >= LEAST_WIDTH && width <= MOST_WIDTH) sizes[id] = width;
  }
  return { order: kept, widths: sizes, ...(Array.isArray(chosen) ? { chosen: ids(chosen) } : {}) };
}
