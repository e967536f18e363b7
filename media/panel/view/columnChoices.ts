/**
 * What a person chooses of the columns, by pointer, by key or in the chooser: every choice reaches the grid, is kept by
 * the extension for all windows, and is said to who does not see it.
 */
import type { ColumnId } from '../model/columns';
import { layoutFrom, moved, resized, stepped, toggled, USUAL_LAYOUT, type ColumnLayout } from '../model/layout';
import { ColumnChooser } from './columnChooser';
import type { Grid } from './grid';
import { HeaderDrag } from './headerDrag';
import type { Host } from './host';
import { columnShortName, type PanelStrings } from './strings';

export interface ColumnParts {
  readonly grid: Grid;
  readonly host: Host;
  readonly strings: PanelStrings;
  announce(text: string): void;
  schedule(): void;
}

export class ColumnChoices {
  readonly chooser: ColumnChooser;
  private layout: ColumnLayout = USUAL_LAYOUT;

  constructor(private readonly parts: ColumnParts) {
    const { grid, strings } = parts;
    this.chooser = new ColumnChooser(strings, {
      toggle: (id) => this.toggle(id),
      step: (id, step) => this.change(stepped(this.layout, this.layout.order, id, step)),
      reset: () => this.reset(),
      closed: () => grid.node.focus(),
    });
    new HeaderDrag(grid.header.node, {
      resize: (id, pixels) => this.show(resized(this.layout, id, grid.charactersOf(pixels))),
      resized: () => this.keep(),
      fit: (id) => this.change(resized(this.layout, id, grid.fittingWidth(id))),
      move: (id, to) => this.change(moved(this.layout, id, to)),
    });
  }

  /** Takes over what was kept. */
  restore(kept: unknown): void {
    this.show(layoutFrom(kept));
  }

  /** There is something new to show: a column may have got a reason to stand there. */
  refresh(): void {
    this.show(this.layout);
  }

  open(): void {
    this.chooser.open(this.layout.order, this.shownIds());
  }

  /** Wider or narrower by a character. */
  resizeBy(id: ColumnId, by: number): void {
    const column = this.parts.grid.columns.find((c) => c.id === id);
    if (column === undefined) return;
    this.change(resized(this.layout, id, column.width + by));
    const width = String(Math.round(this.layout.widths[id] ?? column.width));
    this.parts.announce(this.parts.strings.columnWidth(this.nameOf(id), width));
  }

  step(id: ColumnId, step: -1 | 1): void {
    this.change(stepped(this.layout, this.shownIds(), id, step));
    const place = this.shownIds().indexOf(id) + 1;
    this.parts.announce(this.parts.strings.columnPlace(this.nameOf(id), String(place)));
  }

  hide(id: ColumnId): void {
    if (id === 'tag' || !this.shownIds().includes(id)) return;
    this.change(toggled(this.layout, this.shownIds(), id));
    this.parts.announce(this.parts.strings.columnHidden(this.nameOf(id)));
  }

  reset(): void {
    this.change(USUAL_LAYOUT);
    this.parts.announce(this.parts.strings.columnsReset);
  }

  private toggle(id: ColumnId): void {
    this.change(toggled(this.layout, this.shownIds(), id));
  }

  private change(layout: ColumnLayout): void {
    this.show(layout);
    this.chooser.update(layout.order, this.shownIds());
    this.keep();
  }

  private show(layout: ColumnLayout): void {
    this.layout = layout;
    this.parts.grid.setLayout(layout);
    this.parts.schedule();
  }

  private keep(): void {
    this.parts.host.post({ type: 'keepLayout', layout: this.layout });
  }

  private shownIds(): readonly ColumnId[] {
    return this.parts.grid.columns.map(({ id }) => id);
  }

  private nameOf(id: ColumnId): string {
    return columnShortName(this.parts.strings, id);
  }
}
