/**
 * The panel: parts put together, messages turned into changes of the model, and one render a frame at most.
 * Runs no timer of its own: it works when a message, a key or a scroll comes.
 */
import type { Baseline } from '../../../src/shared/baseline';
import type { SampleMessage } from '../../../src/shared/monitorProtocol';
import { MOST_TAGS_ASKED, type PanelStatus, type ToPanel } from '../../../src/shared/panelMessages';
import { formatsFor } from '../model/format';
import { GridModel } from '../model/gridModel';
import type { ViewMoment } from '../model/viewTable';
import { BaselineBar } from './baselineBar';
import type { ChartPane } from './chartPane';
import { Choices } from './choices';
import { ColumnChoices } from './columnChoices';
import { element, setText, usesScreenReader } from './dom';
import { Grid } from './grid';
import type { Host } from './host';
import { KeyList } from './keyList';
import { MemoryBar } from './memoryBar';
import { Notices } from './notices';
import { PanelActions } from './panelActions';
import { chartPaneFor } from './panelCharts';
import { RowChoices } from './rowChoices';
import { SourceBar } from './sourceBar';
import { STRINGS, type PanelStrings } from './strings';
import { TakeAway } from './takeAway';
import { Toolbar } from './toolbar';

export class Panel {
  readonly node: HTMLElement;
  private readonly strings: PanelStrings = STRINGS;
  private readonly formats = formatsFor(document.documentElement.lang);
  private readonly model = new GridModel();
  private readonly grid = new Grid({ model: this.model, formats: this.formats, strings: this.strings });
  private readonly memory = new MemoryBar(this.formats, this.strings);
  private readonly notices: Notices;
  private readonly source: SourceBar;
  private readonly toolbar: Toolbar;
  private readonly choices: Choices;
  private readonly columns: ColumnChoices;
  private readonly charts: ChartPane;
  private readonly baseline: BaselineBar;
  private readonly takeAway: TakeAway;
  private readonly keys: KeyList;
  private readonly actions: PanelActions;
  private moment: ViewMoment | undefined;
  private readonly live = element('div', { className: 'unseen', attributes: { 'aria-live': 'polite' } });
  private status: PanelStatus | undefined;
  private frame = 0;
  private restoredScroll = false;

  constructor(private readonly host: Host) {
    this.notices = new Notices(this.strings, {
      command: (command) => host.command(command),
      showAll: () => this.showAll(),
    });
    this.source = new SourceBar(this.formats, this.strings, (index) => host.post({ type: 'seek', index }), {
      choose: () => host.command('chooseSession'),
      set: (scope) => host.post({ type: 'setScope', scope }),
      announce: (text) => setText(this.live, text),
    });
    this.charts = chartPaneFor(host, this.model, this.formats, {
      changed: () => this.schedule(),
      closed: () => this.grid.node.focus(),
      announce: (text) => setText(this.live, text),
      poolName: (paged) => (paged ? this.strings.paged : this.strings.nonPaged),
    });
    this.toolbar = new Toolbar(this.formats, this.strings, {
      command: (command) => host.command(command),
      togglePause: () => this.togglePause(),
      interval: (intervalMs) => host.post({ type: 'setInterval', intervalMs }),
      growthWindow: (minutes) => host.post({ type: 'setGrowthWindow', minutes }),
      chooseColumns: () => this.columns.open(),
      showKeys: () => this.keys.open(),
      toggleHold: () => this.choices.toggleHold(),
      pool: (pool) => this.choices.setPool(pool),
      filter: (text) => this.choices.setFilter(text),
      leaveFilter: () => this.grid.node.focus(),
    });
    this.node = element('main', { className: 'panel' }, [
      element('h1', { className: 'unseen', text: this.strings.gridLabel }),
      element('div', { className: 'bars' }, [this.source.node, this.toolbar.node]),
      this.memory.node,
      this.notices.source.node,
      element('div', { className: 'stage' }, [this.grid.node, this.notices.filter.node]),
      this.charts.node,
      this.live,
    ]);
    const { model, grid, toolbar, formats, strings } = this;
    const say = {
      announce: (text: string) => setText(this.live, text),
      schedule: () => this.schedule(),
    };
    this.choices = new Choices({ model, grid, toolbar, host, formats, strings, ...say });
    this.columns = new ColumnChoices({ grid, host, strings, ...say });
    this.baseline = new BaselineBar(formats, {
      command: (command) => host.command(command),
      since: (choice) => this.choices.setSince(choice),
      announce: say.announce,
    });
    toolbar.add(this.baseline.buttons, this.baseline.select);
    const rows = new RowChoices({ model, grid, host, sortBy: (column) => this.choices.sortBy(column) });
    this.takeAway = new TakeAway({ model, grid, host, formats, strings, ...say, moment: () => this.moment });
    this.keys = new KeyList(strings, () => grid.node.focus());
    this.node.append(this.columns.chooser.node, this.keys.node);
    const { choices, columns, charts, takeAway, keys } = this;
    this.actions = new PanelActions(
      { model, grid, rows, choices, columns, charts, takeAway, keys, toolbar, scope: this.source.scope },
      {
        togglePause: () => this.togglePause(),
        mark: () => host.command('markMoment'),
        schedule: say.schedule,
      },
    );
    this.choices.restore();
    const { chartTags, chartMinutes, chartShare } = host.remembered;
    this.charts.restore(chartTags, chartMinutes, chartShare);
    this.listen();
    this.showNotices();
  }

  receive(message: ToPanel): void {
    switch (message.type) {
      case 'sample':
        this.model.apply(message.sample);
        this.askForDescriptions();
        this.memory.show(message.sample.memory);
        this.moment = momentOf(message.sample, this.status);
        this.source.showSample(message.sample, Date.now());
        this.charts.append(message.sample.time);
        this.pauseForReader();
        break;
      case 'growth':
        this.model.applyGrowth(message.growth);
        // History began anew, or is there only now.
        if (message.growth.reset) this.charts.request();
        break;
      case 'status':
        this.status = message.status;
        this.source.showStatus(message.status);
        this.toolbar.showStatus(message.status);
        break;
      case 'perform':
        this.actions.perform(message.task);
        break;
      case 'owners':
        this.model.setOwners(message.owners, message.reset);
        break;
      case 'descriptions':
        this.model.setDescriptions(message.descriptions, message.reset);
        if (message.reset) this.askForDescriptions(true);
        this.columns.refresh();
        break;
      case 'layout':
        this.columns.restore(message.layout);
        break;
      case 'baseline':
        this.compareWith(message.baseline);
        break;
      case 'marks':
        this.charts.setEvents(message.marks);
        break;
      case 'traces':
        this.charts.takeTraces(message.traces);
        break;
      case 'companions':
        this.charts.takeCompanions(message.companions);
        break;
      case 'chart':
        this.charts.add(message.tag);
        break;
      case 'clear':
        this.model.clear();
        this.charts.clear();
        this.memory.show(undefined);
        this.moment = undefined;
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
    this.charts.render();
    if (this.restoredScroll || this.model.order.length === 0) return;
    this.restoredScroll = true;
    if (this.host.remembered.scrollTop > 0) {
      this.grid.scrollTo(this.host.remembered.scrollTop);
      this.grid.render();
    }
  }

  private showNotices(): void {
    this.notices.show(this.status, this.model);
    this.grid.node.hidden = this.model.rowCount === 0;
  }

  private compareWith(baseline: Baseline | undefined): void {
    this.model.setBaseline(baseline?.rows);
    this.baseline.show(baseline);
    this.charts.setBaseline(baseline);
    this.columns.refresh();
  }

  private listen(): void {
    const { node } = this.grid;
    node.addEventListener('keydown', (event) => this.actions.key(event));
    node.addEventListener('scroll', () => {
      if (this.grid.takeScroll()) this.schedule();
    });
    node.addEventListener('scrollend', () => {
      if (this.restoredScroll) this.host.remember({ scrollTop: node.scrollTop });
    });
  }

  private showAll(): void {
    this.choices.clearFilters();
    this.baseline.reset();
    this.render();
    this.grid.node.focus();
  }

  private togglePause(): void {
    if (this.status?.source === undefined || this.status.source.sampleCount === 1) return;
    const state = this.status.state.state;
    this.host.command(state === 'paused' || state === 'ended' ? 'resume' : 'pause');
  }

  /** Of tags that came since the last time, or of all. */
  private askForDescriptions(all = false): void {
    const fresh = this.model.table.takeFresh();
    const tags = (all ? this.model.table.allTags() : fresh).slice(0, MOST_TAGS_ASKED);
    if (tags.length > 0) this.host.post({ type: 'describe', tags });
  }

  /** A screen reader cannot follow numbers that move: the first sample stays until its user resumes. */
  private pauseForReader(): void {
    if (!usesScreenReader() || this.host.remembered.readerPaused) return;
    this.host.remember({ readerPaused: true });
    this.host.command('pause');
  }
}

function momentOf({ time, scope, memory }: SampleMessage, status: PanelStatus | undefined): ViewMoment {
  return { time, scope, memory, source: status?.source?.label ?? '' };
}
