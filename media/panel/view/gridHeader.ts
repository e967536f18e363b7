/**
 * The grid's header row: names of the columns, the sort and its direction. Clicks and keys are the grid's business.
 */
import type { Column } from '../model/columns';
import type { SortState } from '../model/sortRows';
import { element, icon, setAttribute } from './dom';
import { cellClass } from './gridRow';
import { columnName, columnText, type PanelStrings } from './strings';

export class GridHeader {
  readonly node = element('div', { className: 'row head', role: 'row', attributes: { 'aria-rowindex': '1' } });
  private cells: readonly { readonly column: Column; readonly node: HTMLElement; readonly arrow: HTMLElement }[] = [];

  constructor(private readonly strings: PanelStrings) {}

  cellNode(columnAt: number): HTMLElement | undefined {
    return this.cells[columnAt]?.node;
  }

  setColumns(columns: readonly Column[], sort: SortState): void {
    this.cells = columns.map((column, at) => {
      const { label, title } = columnText(this.strings, column.id);
      const arrow = element('span', { className: 'arrow' });
      const node = element(
        'div',
        {
          className: cellClass(column),
          role: 'columnheader',
          title,
          attributes: {
            id: `head-${column.id}`,
            'aria-colindex': String(at + 1),
            'aria-label': columnName(this.strings, column.id),
            'data-column': column.id,
          },
        },
        [
          element('span', { className: 'label', text: label }),
          arrow,
          element('span', { className: 'grip', attributes: { 'aria-hidden': 'true' } }),
        ],
      );
      return { column, node, arrow };
    });
    this.node.replaceChildren(...this.cells.map((cell) => cell.node));
    this.showSort(sort);
  }

  showSort(sort: SortState): void {
    for (const { column, node, arrow } of this.cells) {
      const sorted = column.id === sort.column;
      setAttribute(node, 'aria-sort', sorted ? (sort.descending ? 'descending' : 'ascending') : 'none');
      arrow.replaceChildren(...(sorted ? [icon(sort.descending ? 'arrow-down' : 'arrow-up')] : []));
    }
  }
}
