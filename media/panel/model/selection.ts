/**
 * Which rows are selected, by tag and pool, so that they stay selected wherever the order takes them. Pure.
 * As in VS Code's lists: one row alone, one more or less, or all from the last one chosen to another.
 */
import type { GridModel } from './gridModel';
import { poolOfRow } from './tagTable';

export class Selection {
  private keys = new Set<number>();
  private anchor: number | undefined;

  /** Rows selected, shown or not. */
  get size(): number {
    return this.keys.size;
  }

  has(model: GridModel, id: number): boolean {
    return this.keys.size > 0 && this.keys.has(keyOf(model, id));
  }

  /** This row and no other. */
  only(model: GridModel, index: number): void {
    const id = model.order[index];
    if (id === undefined) return;
    this.anchor = keyOf(model, id);
    this.keys = new Set([this.anchor]);
  }

  toggle(model: GridModel, index: number): void {
    const id = model.order[index];
    if (id === undefined) return;
    const key = keyOf(model, id);
    this.anchor = key;
    if (!this.keys.delete(key)) this.keys.add(key);
  }

  /** From the row chosen last to this one, as they stand now; where that one is gone, this row alone. */
  extend(model: GridModel, index: number): void {
    const from = model.order.findIndex((id) => keyOf(model, id) === this.anchor);
    if (from < 0) {
      this.only(model, index);
      return;
    }
    const [first, last] = from < index ? [from, index] : [index, from];
    this.keys = new Set(model.order.slice(first, last + 1).map((id) => keyOf(model, id)));
  }

  all(model: GridModel): void {
    this.keys = new Set(model.order.map((id) => keyOf(model, id)));
  }

  clear(): void {
    this.keys.clear();
    this.anchor = undefined;
  }

  /** Selected rows that are shown, in their order. */
  rows(model: GridModel): readonly number[] {
    return this.keys.size === 0 ? [] : model.order.filter((id) => this.has(model, id));
  }
}

function keyOf(model: GridModel, id: number): number {
  return 4 * model.tagAt(id) + poolOfRow(id);
}
