/**
 * The grid's one active cell: which tag, pool and column the keyboard is on. Pure.
 * It follows its tag when the order changes; before anyone moved or clicked it stays at the top.
 */
import type { Column, ColumnId } from './columns';
import type { GridModel } from './gridModel';
import type { Movement } from './keys';
import { pairOfRow, poolOfRow, rowsOfSlot } from './tagTable';

/** Position of the header, above row 0. */
export const HEADER = -1;

export class ActiveCell {
  column: ColumnId = 'tag';
  /** Position in the order, or HEADER. */
  index = 0;
  private tag: number | undefined;
  private pool = 0;

  /** Whether a person chose it. */
  get chosen(): boolean {
    return this.tag !== undefined;
  }

  /** Finds the row again after the order changed. A row that went hands over to the one in its place. */
  follow(model: GridModel, columns: readonly Column[]): void {
    if (!columns.some((c) => c.id === this.column)) this.column = columns[0]?.id ?? 'tag';
    if (this.index === HEADER) return;
    const slot = this.tag === undefined ? undefined : model.table.slotOf(this.tag);
    if (slot !== undefined) {
      const id = rowsOfSlot(slot) + this.pool;
      if (model.order[this.index] === id) return;
      const exact = model.order.indexOf(id);
      // Joined or taken apart, the tag has another row.
      const found = exact >= 0 ? exact : model.order.findIndex((other) => pairOfRow(other) === rowsOfSlot(slot));
      if (found >= 0) {
        this.index = found;
        return;
      }
    }
    this.index = Math.max(0, Math.min(this.index, model.order.length - 1));
  }

  /** Puts it on a position. */
  choose(model: GridModel, index: number, column?: ColumnId): void {
    if (column !== undefined) this.column = column;
    this.index = Math.max(HEADER, Math.min(index, model.order.length - 1));
    const id = model.order[this.index];
    if (id === undefined) return;
    this.tag = model.tagAt(id);
    this.pool = poolOfRow(id);
  }

  /** Moves as grids do; a page is `page` rows. Never leaves the header by paging up into it. */
  move(model: GridModel, columns: readonly Column[], movement: Movement, page: number): void {
    if ('columns' in movement) {
      this.stepColumn(columns, movement.columns);
      return;
    }
    if ('rows' in movement) this.choose(model, this.index + movement.rows);
    else if ('pages' in movement) this.choose(model, Math.max(0, this.index + movement.pages * Math.max(1, page)));
    else if (movement.to === 'rowStart') this.column = columns[0]?.id ?? this.column;
    else if (movement.to === 'rowEnd') this.column = columns.at(-1)?.id ?? this.column;
    else if (movement.to === 'gridStart') this.choose(model, 0, columns[0]?.id);
    else this.choose(model, model.order.length - 1, columns.at(-1)?.id);
  }

  private stepColumn(columns: readonly Column[], step: number): void {
    const at = columns.findIndex((c) => c.id === this.column);
    this.column = columns[Math.max(0, Math.min(at + step, columns.length - 1))]?.id ?? this.column;
  }
}
