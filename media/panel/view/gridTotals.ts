/**
 * PoolMon's totals (key E): sums of the shown rows, one row a pool, below the grid's rows and always in sight.
 */
import { bytesPerBlock } from '../../../src/shared/counters';
import type { Column } from '../model/columns';
import { NON_PAGED, PAGED } from '../model/tagTable';
import { joinTotals, type PoolTotals } from '../model/totals';
import { element, setAttribute, setText } from './dom';
import { cellClass, HEADER_ROWS, type RowContext } from './gridRow';

/** One line of totals: what its rows sum up to, and the sums of the pools that have a place in it. */
interface TotalsLine {
  readonly type: string;
  readonly row: PoolTotals;
  readonly nonPaged?: PoolTotals;
  readonly paged?: PoolTotals;
}

export class GridTotals {
  readonly node = element('div', { className: 'grid-foot', role: 'rowgroup' });
  private columns: readonly Column[] = [];
  private shown = false;

  constructor(private readonly context: RowContext) {
    this.node.hidden = true;
  }

  get visible(): boolean {
    return this.shown;
  }

  /** Rows it adds to the grid. */
  get rowCount(): number {
    return this.node.childElementCount;
  }

  setColumns(columns: readonly Column[]): void {
    this.columns = columns;
    this.node.replaceChildren();
  }

  toggle(visible: boolean): void {
    this.shown = visible;
    this.node.hidden = !visible;
    if (!visible) this.node.replaceChildren();
  }

  update(): void {
    if (!this.shown) return;
    const { model } = this.context;
    const lines = this.lines();
    while (this.node.childElementCount > lines.length) this.node.lastElementChild?.remove();
    while (this.node.childElementCount < lines.length) this.node.append(this.makeRow());
    lines.forEach((line, at) => {
      const row = this.node.children[at];
      if (row === undefined) return;
      setAttribute(row, 'aria-rowindex', String(model.order.length + HEADER_ROWS + at + 1));
      this.columns.forEach((column, cellAt) => {
        const cell = row.children[cellAt];
        if (cell !== undefined) setText(cell, this.text(column, line));
      });
    });
  }

  private lines(): readonly TotalsLine[] {
    const { model, strings } = this.context;
    const totals = model.totals();
    const { nonPaged, paged } = totals;
    if (model.poolChoice === 'joined') {
      const row = joinTotals(totals, model.order.length);
      return [{ type: strings.joined, row, nonPaged, paged }];
    }
    const lines: TotalsLine[] = [];
    if (model.poolChoice !== 'paged') lines.push({ type: strings.nonPaged, row: nonPaged, nonPaged });
    if (model.poolChoice !== 'nonPaged') lines.push({ type: strings.paged, row: paged, paged });
    return lines;
  }

  private makeRow(): HTMLElement {
    const cells = this.columns.map((column, at) =>
      element('div', {
        className: cellClass(column),
        role: 'gridcell',
        attributes: { 'aria-colindex': String(at + 1) },
      }),
    );
    return element('div', { className: 'row total', role: 'row' }, cells);
  }

  private text({ id, reading }: Column, line: TotalsLine): string {
    const { formats, strings } = this.context;
    if (id === 'tag') return strings.total;
    if (id === 'type') return line.type;
    if (id === 'owner') return strings.rows(formats.count(line.row.rows));
    const totals = reading === undefined ? undefined : line[reading.pool];
    if (reading === undefined || totals === undefined) return '';
    const { measure, change } = reading;
    if (reading.since === true) return formats.change(measure === 'bytes' ? totals.bytesSince : totals.diffSince);
    if (measure === 'share') return formats.share(this.shareOf(totals, line));
    if (measure === 'perAlloc') return formats.count(bytesPerBlock(totals.bytes, totals.diff));
    return change ? formats.change(totals[`${measure}Delta`]) : formats.count(totals[measure]);
  }

  /** What the shown rows have of their pool. */
  private shareOf({ bytes }: PoolTotals, line: TotalsLine): number {
    const { table } = this.context.model;
    const all =
      (line.nonPaged === undefined ? 0 : table.bytesOf(NON_PAGED)) +
      (line.paged === undefined ? 0 : table.bytesOf(PAGED));
    return all > 0 ? bytes / all : 0;
  }
}
