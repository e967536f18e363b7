/**
 * Rows under the pointer: which is chosen, which are selected, what a click opens and what a tooltip says.
 */
import { HEADER } from '../model/activeCell';
import type { ColumnId } from '../model/columns';
import type { GridModel } from '../model/gridModel';
import type { Grid } from './grid';
import type { Host } from './host';

export interface RowParts {
  readonly model: GridModel;
  readonly grid: Grid;
  readonly host: Host;
  sortBy(column: ColumnId): void;
}

export class RowChoices {
  constructor(private readonly parts: RowParts) {
    const { node } = parts.grid;
    node.addEventListener('click', (event) => this.clicked(event));
    node.addEventListener('contextmenu', (event) => this.menuAsked(event), true);
    node.addEventListener('mouseover', (event) => this.pointed(event));
  }

  openTag(index: number): void {
    const id = this.parts.model.order[index];
    if (id !== undefined) this.parts.host.post({ type: 'openTag', tag: this.parts.model.tagAt(id) });
  }

  private clicked(event: MouseEvent): void {
    const cell = this.parts.grid.cellFrom(event.target);
    if (cell === undefined) return;
    if (cell.index === HEADER) {
      this.parts.sortBy(cell.column);
      return;
    }
    const way = event.shiftKey ? 'extend' : event.ctrlKey || event.metaKey ? 'toggle' : 'only';
    this.choose(cell.index, cell.column, way);
    if (way === 'only' && event.target instanceof Element && event.target.closest('.opens') !== null) {
      this.openTag(cell.index);
    }
  }

  /**
   * Tells VS Code's menu what it is about: the row under the pointer, or by the keyboard the active one. A row that is
   * not selected is so from now on; one that is stands for all of them.
   */
  private menuAsked(event: MouseEvent): void {
    const { grid, model } = this.parts;
    const cell = grid.cellFrom(event.target);
    const id = model.order[cell?.index ?? grid.active.index];
    const row = id === undefined ? {} : { webviewSection: 'row', tag: model.tagAt(id) };
    grid.node.dataset['vscodeContext'] = JSON.stringify({
      ...row,
      poolGrid: true,
      preventDefaultContextMenuItems: true,
    });
    if (cell === undefined || id === undefined || grid.selection.has(model, id)) return;
    this.choose(cell.index, cell.column, 'only');
  }

  choose(index: number, column: ColumnId | undefined, way: 'only' | 'toggle' | 'extend'): void {
    if (index === HEADER) return;
    this.parts.grid.active.choose(this.parts.model, index, column);
    this.parts.grid.selection[way](this.parts.model, index);
    this.parts.grid.render();
  }

  /** Tooltips are made when the pointer comes, not for every row of every tick. */
  private pointed(event: MouseEvent): void {
    const cell = this.parts.grid.cellFrom(event.target);
    if (cell === undefined || cell.index === HEADER || !(event.target instanceof Element)) return;
    const node = event.target.closest<HTMLElement>('[data-column]');
    const id = this.parts.model.order[cell.index];
    if (node === null || id === undefined) return;
    const cut = node.scrollWidth > node.clientWidth ? (node.textContent ?? '') : '';
    node.title = this.parts.grid.tooltip(id, cell.column) ?? cut;
  }
}
