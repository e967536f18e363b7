/**
 * PoolMon's totals (key E): sums of the shown rows, one row a pool, below the grid's rows and always in sight.
 */
import type { Column, ColumnId } from '../model/columns';
import { bytesPerBlock } from '../../../src/shared/counters';
import type { PoolTotals } from '../model/gridModel';
import { element, setAttribute, setText } from './dom';
import { HEADER_ROWS, type RowContext } from './gridRow';

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
    const { model, strings } = this.context;
    const { nonPaged, paged } = model.totals();
    const lines: { readonly type: string; readonly totals: PoolTotals }[] = [];
    if (model.poolChoice !== 'paged') lines.push({ type: strings.nonPaged, totals: nonPaged });
    if (model.poolChoice !== 'nonPaged') lines.push({ type: strings.paged, totals: paged });
    while (this.node.childElementCount > lines.length) this.node.lastElementChild?.remove();
    while (this.node.childElementCount < lines.length) this.node.append(this.makeRow());
    lines.forEach(({ type, totals }, at) => {
      const row = this.node.children[at];
      if (row === undefined) return;
      setAttribute(row, 'aria-rowindex', String(model.order.length + HEADER_ROWS + at + 1));
      this.columns.forEach((column, cellAt) => {
        const cell = row.children[cellAt];
        if (cell !== undefined) setText(cell, this.text(column.id, type, totals));
      });
    });
  }

  private makeRow(): HTMLElement {
    const cells = this.columns.map((column, at) =>
      element('div', {
        className: `cell ${column.kind} ${column.id}`,
        role: 'gridcell',
        attributes: { 'aria-colindex': String(at + 1) },
      }),
    );
    return element('div', { className: 'row total', role: 'row' }, cells);
  }

  private text(column: ColumnId, type: string, totals: PoolTotals): string {
    const { formats, strings } = this.context;
    switch (column) {
      case 'tag':
        return strings.total;
      case 'type':
        return type;
      case 'growth':
        return '';
      case 'owner':
        return strings.rows(formats.count(totals.rows));
      case 'perAlloc':
        return formats.count(bytesPerBlock(totals.bytes, totals.diff));
      case 'allocsDelta':
      case 'freesDelta':
      case 'bytesDelta':
        return formats.change(totals[column]);
      case 'allocs':
      case 'frees':
      case 'diff':
      case 'bytes':
        return formats.count(totals[column]);
    }
  }
}
