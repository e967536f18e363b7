/**
 * The grid as PoolMon's screen: every row shown, in its order; a joined row as the two it is made of. Pure.
 */
import { memoryLines, numberColumns, POOLMON_HEADING, scopeLine, tagColumns } from '../../../src/shared/poolMonLines';
import type { GridModel } from './gridModel';
import { isPagedRow, JOINED, NON_PAGED, PAGED, pairOfRow, poolOfRow } from './tagTable';
import type { ViewMoment } from './viewTable';

/** One screen, ending in a newline, as `poollens import` reads it. */
export function poolMonViewText(model: GridModel, { memory, scope }: ViewMoment): string {
  const rows = model.order.flatMap((id) =>
    poolOfRow(id) === JOINED ? [pairOfRow(id) + NON_PAGED, pairOfRow(id) + PAGED] : [id],
  );
  const lines = rows.filter((id) => !model.isGone(id) && model.table.present[id] !== 0).map((id) => rowLine(model, id));
  return [...memoryLines(memory), scopeLine(scope), POOLMON_HEADING, '', ...lines, ''].join('\n');
}

function rowLine(model: GridModel, id: number): string {
  const { allocs, frees, bytes } = model.table;
  const now = { allocs: allocs.value(id), frees: frees.value(id), bytes: bytes.value(id) };
  const before = {
    allocs: now.allocs - allocs.delta(id),
    frees: now.frees - frees.delta(id),
    bytes: now.bytes - bytes.delta(id),
  };
  return ` ${tagColumns(model.tagAt(id))} ${isPagedRow(id) ? 'Paged' : 'Nonp '} ${numberColumns(now, before)}`;
}
