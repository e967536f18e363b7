/**
 * Rows to take away: the selected ones to the clipboard, the whole view to a file that the extension writes.
 */
import type { ExportFormat } from '../../../src/shared/panelMessages';
import type { Formats } from '../model/format';
import type { GridModel } from '../model/gridModel';
import { poolMonViewText } from '../model/poolMonView';
import { csvText, jsonText, tabText, type ViewMoment, type ViewPart } from '../model/viewTable';
import type { Grid } from './grid';
import type { Host } from './host';
import { columnShortName, type PanelStrings } from './strings';

export interface TakeAwayParts {
  readonly model: GridModel;
  readonly grid: Grid;
  readonly host: Host;
  readonly formats: Formats;
  readonly strings: PanelStrings;
  announce(text: string): void;
  /** Of the reading shown; undefined before the first. */
  moment(): ViewMoment | undefined;
}

export class TakeAway {
  constructor(private readonly parts: TakeAwayParts) {
    // VS Code's own copy commands end in this event as well; the clipboard is the event's.
    document.addEventListener('copy', (event) => {
      if (document.activeElement !== parts.grid.node || event.clipboardData === null) return;
      event.clipboardData.setData('text/plain', this.selectedText());
      event.preventDefault();
    });
  }

  /** Through the extension: for menus, which have the focus themselves. */
  copy(): void {
    this.parts.host.post({ type: 'copy', text: this.selectedText() });
  }

  exportAs(format: ExportFormat): void {
    const moment = this.parts.moment();
    if (moment === undefined) return;
    this.parts.host.post({ type: 'exported', format, text: this.viewText(format, moment) });
  }

  private viewText(format: ExportFormat, moment: ViewMoment): string {
    const { model } = this.parts;
    switch (format) {
      case 'csv':
        return csvText(this.part(model.order));
      case 'json':
        return jsonText(this.part(model.order), moment);
      case 'poolmon':
        return poolMonViewText(model, moment);
    }
  }

  /** The selected rows, or the one the keyboard is on. */
  private selectedText(): string {
    const { model, grid, formats, strings } = this.parts;
    const selected = grid.selection.rows(model);
    const rows = selected.length > 0 ? selected : model.order.slice(grid.active.index, grid.active.index + 1);
    this.parts.announce(strings.copied(formats.count(rows.length)));
    return tabText(this.part(rows));
  }

  private part(rows: readonly number[]): ViewPart {
    const { model, grid, strings } = this.parts;
    return {
      model,
      rows,
      columns: grid.columns,
      nameOf: (id) => columnShortName(strings, id),
      poolName: (pool) => strings[pool],
    };
  }
}
