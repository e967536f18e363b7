/**
 * When which notice stands in place of the rows or above them: nothing open, nothing yet, nothing any more, no match.
 */
import type { PanelCommand, PanelStatus } from '../../../src/shared/panelMessages';
import type { GridModel } from '../model/gridModel';
import { Notice, type NoticeContent } from './notice';
import type { PanelStrings } from './strings';

export class Notices {
  /** About the source: in place of the grid, or a strip above it. */
  readonly source: Notice;
  /** Over the grid, when the filter lets nothing through. */
  readonly filter: Notice;

  constructor(
    private readonly strings: PanelStrings,
    events: { command(command: PanelCommand): void; showAll(): void },
  ) {
    this.source = new Notice((command) => events.command(command));
    this.filter = new Notice(() => events.showAll());
  }

  show(status: PanelStatus | undefined, model: GridModel): void {
    const rows = model.rowCount;
    this.source.show(this.aboutSource(status, rows), rows === 0);
    this.filter.show(rows > 0 && model.order.length === 0 ? this.noMatch() : undefined, true);
  }

  private aboutSource(status: PanelStatus | undefined, rows: number): NoticeContent | undefined {
    const said = status?.state;
    const failed = said?.state === 'failed';
    const message = status?.message ?? (said !== undefined && 'message' in said ? said.message : undefined);
    const actions = status?.actions ?? [];
    if (message !== undefined) return { message, failed, actions };
    if (rows > 0) return undefined;
    return { message: status === undefined ? this.strings.starting : this.strings.waiting, failed: false, actions };
  }

  private noMatch(): NoticeContent {
    const { nothingMatches, clearFilter } = this.strings;
    return { message: nothingMatches, failed: false, actions: [{ label: clearFilter, action: 'refresh' }] };
  }
}
