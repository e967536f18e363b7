/**
 * What a person chooses of the rows: sort, pools, filter, totals, marks, held order. Each choice reaches the model, the
 * controls that show it, the state VS Code keeps, and who listens to the page instead of seeing it.
 */
import type { SinceChoice } from '../model/baselineTable';
import { columnNamed, type ColumnId } from '../model/columns';
import type { Formats } from '../model/format';
import type { GridModel, PoolChoice } from '../model/gridModel';
import { changeColumn, nextPool } from '../model/keys';
import type { Grid } from './grid';
import type { Host } from './host';
import { columnName, type PanelStrings } from './strings';
import type { Toolbar } from './toolbar';

export interface ChoiceParts {
  readonly model: GridModel;
  readonly grid: Grid;
  readonly toolbar: Toolbar;
  readonly host: Host;
  readonly formats: Formats;
  readonly strings: PanelStrings;
  /** Says a text to a screen reader. */
  announce(text: string): void;
  /** Has the rows shown anew. */
  schedule(): void;
}

export class Choices {
  constructor(private readonly parts: ChoiceParts) {}

  /** Takes over what VS Code kept. */
  restore(): void {
    const { model, grid, toolbar, host } = this.parts;
    const { sort, pool, filter, totals, highlights } = host.remembered;
    model.setSort(sort);
    model.setPool(pool);
    model.setFilter(filter);
    model.highlights = highlights;
    grid.totals.toggle(totals);
    toolbar.showChoices(pool, filter);
    toolbar.showHold(false);
  }

  /** A second choice of the same column turns the order round; `fixed` keeps PoolMon's direction for its letters. */
  sortBy(id: ColumnId, fixed = false): void {
    const { model, grid, host, strings } = this.parts;
    const column = columnNamed(id);
    if (column === undefined) return;
    const { sort } = model;
    const again = sort.column === id && !fixed;
    const next = { column: id, descending: again ? !sort.descending : column.descendingFirst };
    model.setSort(next);
    grid.header.showSort(next);
    host.remember({ sort: next });
    const name = columnName(strings, id);
    this.parts.announce(next.descending ? strings.sortedDown(name) : strings.sortedUp(name));
    if (!grid.active.chosen) grid.scrollTo(0);
    this.parts.schedule();
  }

  toggleChangeSort(): void {
    this.sortBy(changeColumn(this.parts.model.sort.column), true);
  }

  setPool(pool: PoolChoice): void {
    const { model, toolbar, host, strings } = this.parts;
    model.setPool(pool);
    const joins = pool === 'joined' || (pool !== 'both' && host.remembered.joins);
    host.remember({ pool, joins });
    toolbar.showChoices(pool, model.filterText);
    this.announceCount(`${strings.pools[pool]}, `);
    this.parts.schedule();
  }

  cyclePool(): void {
    const { model, host } = this.parts;
    this.setPool(nextPool(model.poolChoice, host.remembered.joins ? 'joined' : 'both'));
  }

  /** One row a tag, or one for each of its pools. */
  toggleJoined(): void {
    this.setPool(this.parts.model.poolChoice === 'joined' ? 'both' : 'joined');
  }

  setFilter(text: string): void {
    const { model, grid, toolbar, host } = this.parts;
    model.setFilter(text);
    host.remember({ filter: text });
    toolbar.showChoices(model.poolChoice, text);
    this.announceCount('');
    grid.scrollTo(0);
    this.parts.schedule();
  }

  /** Rows by what became of them since the baseline; not kept, for the next page begins with all. */
  setSince(choice: SinceChoice): void {
    this.parts.model.setSince(choice);
    this.announceCount('');
    this.parts.grid.scrollTo(0);
    this.parts.schedule();
  }

  clearFilters(): void {
    this.parts.model.setSince('all');
    if (['nonPaged', 'paged'].includes(this.parts.model.poolChoice)) {
      this.setPool(this.parts.host.remembered.joins ? 'joined' : 'both');
    }
    this.setFilter('');
  }

  toggleTotals(): void {
    const { grid, host } = this.parts;
    grid.totals.toggle(!grid.totals.visible);
    host.remember({ totals: grid.totals.visible });
    this.parts.schedule();
  }

  /** PoolMon's /l: whether values that changed are marked. */
  toggleHighlights(): void {
    const { model, host, strings } = this.parts;
    model.highlights = !model.highlights;
    host.remember({ highlights: model.highlights });
    this.parts.announce(model.highlights ? strings.highlightsOn : strings.highlightsOff);
    this.parts.schedule();
  }

  /** Rows keep their places while their numbers go on: for reading. Not kept: the next page would hold another order. */
  toggleHold(): void {
    const { model, toolbar, strings } = this.parts;
    model.holdOrder(!model.holdsOrder);
    toolbar.showHold(model.holdsOrder);
    this.parts.announce(model.holdsOrder ? strings.orderHeld : strings.orderReleased);
    this.parts.schedule();
  }

  private announceCount(before: string): void {
    const { model, formats, strings } = this.parts;
    this.parts.announce(`${before}${strings.rows(formats.count(model.order.length))}`);
  }
}
