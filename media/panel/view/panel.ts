/**
 * The panel: parts put together, messages and keys turned into changes of the model, and one render a frame at most.
 * Runs no timer of its own: it works when a message, a key or a scroll comes.
 */
import type { PanelStatus, ToPanel } from '../../../src/shared/panelMessages';
import { HEADER } from '../model/activeCell';
import { COLUMNS, type ColumnId } from '../model/columns';
import { formatsFor } from '../model/format';
import { GridModel, type PoolChoice } from '../model/gridModel';
import { changeColumn, gridAction, nextPool, type GridAction } from '../model/keys';
import { element, setText } from './dom';
import { Grid } from './grid';
import type { Host } from './host';
import { MemoryBar } from './memoryBar';
import { Notice, type NoticeContent } from './notice';
import { SourceBar } from './sourceBar';
import { columnName, STRINGS, type PanelStrings } from './strings';
import { Toolbar } from './toolbar';

export class Panel {
  readonly node: HTMLElement;
  private readonly strings: PanelStrings = STRINGS;
  private readonly formats = formatsFor(document.documentElement.lang);
  private readonly model = new GridModel();
  private readonly grid = new Grid({ model: this.model, formats: this.formats, strings: this.strings });
  private readonly memory = new MemoryBar(this.formats, this.strings);
  private readonly notice: Notice;
  private readonly emptyFilter: Notice;
  private readonly source: SourceBar;
  private readonly toolbar: Toolbar;
  private readonly live = element('div', { className: 'unseen', attributes: { 'aria-live': 'polite' } });
  private status: PanelStatus | undefined;
  private frame = 0;
  private restoredScroll = false;

  constructor(private readonly host: Host) {
    this.notice = new Notice((command) => host.command(command));
    this.emptyFilter = new Notice(() => this.clearFilters());
    this.source = new SourceBar(this.formats, this.strings, (index) => host.post({ type: 'seek', index }));
    this.toolbar = new Toolbar(this.formats, this.strings, {
      command: (command) => host.command(command),
      togglePause: () => this.togglePause(),
      interval: (intervalMs) => host.post({ type: 'setInterval', intervalMs }),
      growthWindow: (minutes) => host.post({ type: 'setGrowthWindow', minutes }),
      pool: (pool) => this.setPool(pool),
      filter: (text) => this.setFilter(text),
      leaveFilter: () => this.grid.node.focus(),
    });
    this.node = element('main', { className: 'panel' }, [
      element('h1', { className: 'unseen', text: this.strings.gridLabel }),
      element('div', { className: 'bars' }, [this.source.node, this.toolbar.node]),
      this.memory.node,
      this.notice.node,
      element('div', { className: 'stage' }, [this.grid.node, this.emptyFilter.node]),
      this.live,
    ]);
    this.restore();
    this.listen();
    this.showNotices();
  }

  receive(message: ToPanel): void {
    switch (message.type) {
      case 'sample':
        this.model.apply(message.sample);
        this.memory.show(message.sample.memory);
        this.source.showSample(message.sample, Date.now());
        this.pauseForReader();
        break;
      case 'growth':
        this.model.applyGrowth(message.growth);
        break;
      case 'status':
        this.status = message.status;
        this.source.showStatus(message.status);
        this.toolbar.showStatus(message.status);
        break;
      case 'owners':
        this.model.setOwners(message.owners, message.reset);
        break;
      case 'clear':
        this.model.clear();
        this.memory.show(undefined);
        this.source.clear();
        break;
    }
    this.schedule();
  }

  /** The element whose size counts. */
  get measured(): Element {
    return this.grid.node;
  }

  /** Takes over the room and the font there is. */
  measure(characterWidth: number): void {
    this.grid.resize(this.grid.node.clientWidth, this.grid.node.clientHeight, characterWidth);
    this.schedule();
  }

  private schedule(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.render();
    });
  }

  private render(): void {
    this.showNotices();
    this.toolbar.showCount(this.model.order.length, this.model.rowCount);
    this.grid.render();
    if (this.restoredScroll || this.model.order.length === 0) return;
    this.restoredScroll = true;
    if (this.host.remembered.scrollTop > 0) {
      this.grid.scrollTo(this.host.remembered.scrollTop);
      this.grid.render();
    }
  }

  /** Fills the place of the grid, or a strip above it, with what there is to say. */
  private showNotices(): void {
    const { status } = this;
    const rows = this.model.rowCount;
    const state = status?.state.state;
    const message = status?.message ?? (status?.state.state === 'failed' ? status.state.message : undefined);
    let content: NoticeContent | undefined;
    if (message !== undefined) content = { message, failed: state === 'failed', actions: status?.actions ?? [] };
    else if (rows === 0) {
      const waiting = status === undefined ? this.strings.starting : this.strings.waiting;
      content = { message: waiting, failed: false, actions: status?.actions ?? [] };
    }
    this.notice.show(content, rows === 0);
    const filteredOut = rows > 0 && this.model.order.length === 0;
    this.emptyFilter.show(
      filteredOut
        ? {
            message: this.strings.nothingMatches,
            failed: false,
            actions: [{ label: this.strings.clearFilter, action: 'refresh' }],
          }
        : undefined,
      true,
    );
    this.grid.node.hidden = rows === 0;
  }

  private restore(): void {
    const { sort, pool, filter, totals } = this.host.remembered;
    this.model.setSort(sort);
    this.model.setPool(pool);
    this.model.setFilter(filter);
    this.grid.totals.toggle(totals);
    this.toolbar.showChoices(pool, filter);
  }

  private listen(): void {
    const { node } = this.grid;
    node.addEventListener('keydown', (event) => {
      const action = gridAction(event);
      if (action === undefined) return;
      event.preventDefault();
      this.act(action);
    });
    node.addEventListener('scroll', () => this.scrolled());
    node.addEventListener('scrollend', () => {
      if (this.restoredScroll) this.host.remember({ scrollTop: node.scrollTop });
    });
    node.addEventListener('click', (event) => this.clicked(event));
    node.addEventListener('contextmenu', (event) => this.contextMenu(event));
    node.addEventListener('mouseover', (event) => this.pointed(event));
  }

  private act(action: GridAction): void {
    switch (action.type) {
      case 'move':
        this.grid.move(action.move);
        break;
      case 'activate':
        if (this.grid.active.index === HEADER) this.sortBy(this.grid.active.column);
        else this.openTag(this.grid.active.index);
        break;
      case 'sort':
        this.sortBy(action.column, true);
        break;
      case 'toggleChangeSort':
        this.sortBy(changeColumn(this.model.sort.column), true);
        break;
      case 'cyclePool':
        this.setPool(nextPool(this.model.poolChoice));
        break;
      case 'toggleTotals':
        this.grid.totals.toggle(!this.grid.totals.visible);
        this.host.remember({ totals: this.grid.totals.visible });
        this.schedule();
        break;
      case 'togglePause':
        this.togglePause();
        break;
      case 'focusFilter':
        this.toolbar.focusFilter();
        break;
    }
  }

  /** A second choice of the same column turns the order round; `fixed` keeps PoolMon's direction for its letters. */
  private sortBy(id: ColumnId, fixed = false): void {
    const column = COLUMNS.find((c) => c.id === id);
    if (column === undefined) return;
    const { sort } = this.model;
    const again = sort.column === id && !fixed;
    const next = { column: id, descending: again ? !sort.descending : column.descendingFirst };
    this.model.setSort(next);
    this.grid.header.showSort(next);
    this.host.remember({ sort: next });
    const name = columnName(this.strings, id);
    this.announce(next.descending ? this.strings.sortedDown(name) : this.strings.sortedUp(name));
    if (!this.grid.active.chosen) this.grid.scrollTo(0);
    this.schedule();
  }

  private setPool(pool: PoolChoice): void {
    this.model.setPool(pool);
    this.host.remember({ pool });
    this.toolbar.showChoices(pool, this.model.filterText);
    this.announceCount(`${this.strings.pools[pool]}, `);
    this.schedule();
  }

  private setFilter(text: string): void {
    this.model.setFilter(text);
    this.host.remember({ filter: text });
    this.toolbar.showChoices(this.model.poolChoice, text);
    this.announceCount('');
    this.grid.scrollTo(0);
    this.schedule();
  }

  private clearFilters(): void {
    this.setPool('both');
    this.setFilter('');
    this.render();
    this.grid.node.focus();
  }

  private togglePause(): void {
    if (this.status?.source === undefined || this.status.source.sampleCount === 1) return;
    const state = this.status.state.state;
    this.host.command(state === 'paused' || state === 'ended' ? 'resume' : 'pause');
  }

  /** A screen reader cannot follow numbers that move: the first sample stays until its user resumes. */
  private pauseForReader(): void {
    const reader = document.body.classList.contains('vscode-using-screen-reader');
    if (!reader || this.host.remembered.readerPaused) return;
    this.host.remember({ readerPaused: true });
    this.host.command('pause');
  }

  private openTag(index: number): void {
    const id = this.model.order[index];
    if (id !== undefined) this.host.post({ type: 'openTag', tag: this.model.tagAt(id) });
  }

  private scrolled(): void {
    const { node } = this.grid;
    node.classList.toggle('moved', node.scrollLeft > 0);
    if (node.scrollTop === this.grid.scrollTop) return;
    this.grid.scrollTop = node.scrollTop;
    this.schedule();
  }

  private clicked(event: MouseEvent): void {
    const cell = this.grid.cellFrom(event.target);
    if (cell === undefined) return;
    if (cell.index === HEADER) {
      this.sortBy(cell.column);
      return;
    }
    this.grid.active.choose(this.model, cell.index, cell.column);
    this.grid.render();
    if (event.target instanceof Element && event.target.closest('.opens') !== null) this.openTag(cell.index);
  }

  /** Tells VS Code's menu which tag it is about: the row under the pointer, or by the keyboard the active one. */
  private contextMenu(event: MouseEvent): void {
    const cell = this.grid.cellFrom(event.target);
    const index = cell?.index ?? this.grid.active.index;
    const id = this.model.order[index];
    const context = id === undefined ? {} : { webviewSection: 'row', tag: this.model.tagAt(id) };
    this.grid.node.dataset['vscodeContext'] = JSON.stringify({ ...context, preventDefaultContextMenuItems: true });
    if (cell === undefined || cell.index === HEADER) return;
    this.grid.active.choose(this.model, cell.index, cell.column);
    this.grid.render();
  }

  /** Tooltips are made when the pointer comes, not for every row of every tick. */
  private pointed(event: MouseEvent): void {
    const cell = this.grid.cellFrom(event.target);
    if (cell === undefined || cell.index === HEADER || !(event.target instanceof Element)) return;
    const node = event.target.closest<HTMLElement>('[data-column]');
    const id = this.model.order[cell.index];
    if (node === null || id === undefined) return;
    const cut = node.scrollWidth > node.clientWidth ? (node.textContent ?? '') : '';
    node.title = this.grid.tooltip(id, cell.column) ?? cut;
  }

  private announce(text: string): void {
    setText(this.live, text);
  }

  private announceCount(before: string): void {
    this.announce(`${before}${this.strings.rows(this.formats.count(this.model.order.length))}`);
  }
}
