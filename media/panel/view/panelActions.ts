/**
 * What keys of the grid and commands of VS Code do: each is handed to the part whose business it is.
 * Which key means what stands in model/keys.ts; nothing is done here.
 */
import type { PanelTask } from '../../../src/shared/panelMessages';
import { HEADER } from '../model/activeCell';
import type { GridModel } from '../model/gridModel';
import { gridAction, headerAction, type GridAction, type HeaderAction } from '../model/keys';
import type { ChartPane } from './chartPane';
import type { Choices } from './choices';
import type { ColumnChoices } from './columnChoices';
import type { Grid } from './grid';
import type { KeyList } from './keyList';
import type { RowChoices } from './rowChoices';
import type { ScopeControl } from './scopeControl';
import type { TakeAway } from './takeAway';
import type { Toolbar } from './toolbar';

export interface ActionParts {
  readonly model: GridModel;
  readonly grid: Grid;
  readonly rows: RowChoices;
  readonly choices: Choices;
  readonly columns: ColumnChoices;
  readonly charts: ChartPane;
  readonly takeAway: TakeAway;
  readonly keys: KeyList;
  readonly toolbar: Toolbar;
  readonly scope: ScopeControl;
}

export interface ActionEvents {
  togglePause(): void;
  /** The present moment is to be marked. */
  mark(): void;
  schedule(): void;
}

export class PanelActions {
  constructor(
    private readonly parts: ActionParts,
    private readonly events: ActionEvents,
  ) {}

  key(event: KeyboardEvent): void {
    const inHeader = this.parts.grid.active.index === HEADER;
    const action = (inHeader ? headerAction(event) : undefined) ?? gridAction(event);
    if (action === undefined) return;
    event.preventDefault();
    // With a modifier VS Code would take it for one of its own.
    if (event.ctrlKey || event.metaKey || event.shiftKey) event.stopPropagation();
    this.act(action);
  }

  /** What a command of VS Code asks of the panel. */
  perform(task: PanelTask): void {
    switch (task.kind) {
      case 'copyRows':
        this.parts.takeAway.copy();
        break;
      case 'chooseColumns':
        this.parts.columns.open();
        break;
      case 'resetColumns':
        this.parts.columns.reset();
        break;
      case 'showKeys':
        this.parts.keys.open();
        break;
      case 'export':
        this.parts.takeAway.exportAs(task.format);
        break;
    }
  }

  private act(action: GridAction | HeaderAction): void {
    const { column, index } = this.parts.grid.active;
    switch (action.type) {
      case 'move':
        this.parts.grid.move(action.move, action.extend);
        break;
      case 'activate':
        if (index === HEADER) this.parts.choices.sortBy(column);
        else this.parts.rows.openTag(index);
        break;
      case 'sort':
        this.parts.choices.sortBy(action.column, true);
        break;
      case 'toggleChangeSort':
      case 'cyclePool':
      case 'toggleJoined':
      case 'toggleTotals':
      case 'toggleHold':
      case 'toggleHighlights':
        this.parts.choices[action.type]();
        break;
      case 'togglePause':
        this.events.togglePause();
        break;
      case 'selectAll':
        this.parts.grid.selection.all(this.parts.model);
        this.events.schedule();
        break;
      case 'selectRow':
        this.parts.rows.choose(index, undefined, 'toggle');
        break;
      case 'selectOne':
        this.parts.rows.choose(index, undefined, 'only');
        break;
      case 'chooseColumns':
        this.parts.columns.open();
        break;
      case 'resizeColumn':
        this.parts.columns.resizeBy(column, action.by);
        break;
      case 'moveColumn':
        this.parts.columns.step(column, action.step);
        break;
      case 'hideColumn':
        this.parts.columns.hide(column);
        break;
      case 'chart':
        this.chartActive();
        break;
      case 'showKeys':
        this.parts.keys.open();
        break;
      case 'markMoment':
        this.events.mark();
        break;
      case 'chooseSession':
        this.parts.scope.choose();
        break;
      case 'toggleSession':
        this.parts.scope.toggleSession(action.session);
        break;
      case 'focusFilter':
        this.parts.toolbar.focusFilter();
        break;
    }
  }

  /** The tag of the active row goes into the charts, or out of them. */
  private chartActive(): void {
    const id = this.parts.model.order[this.parts.grid.active.index];
    if (id !== undefined) this.parts.charts.toggle(this.parts.model.tagAt(id));
    this.events.schedule();
  }
}
