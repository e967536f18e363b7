/**
 * The controls above the grid: pause, refresh, record, pool, interval, filter, and how many rows are shown.
 * Each says what was asked for; nothing is decided here.
 */
import type { PanelCommand, PanelStatus } from '../../../src/shared/panelMessages';
import type { Formats } from '../model/format';
import { POOL_CHOICES, type PoolChoice } from '../model/gridModel';
import { element, iconButton, setText } from './dom';
import type { PanelStrings } from './strings';

const INTERVALS = [250, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000];
/** Minutes: up to the week that history holds. */
const GROWTH_WINDOWS = [1, 5, 10, 30, 60, 360, 1440, 10_080];

export interface ToolbarEvents {
  command(command: PanelCommand): void;
  togglePause(): void;
  interval(milliseconds: number): void;
  growthWindow(minutes: number): void;
  toggleHold(): void;
  chooseColumns(): void;
  showKeys(): void;
  pool(pool: PoolChoice): void;
  filter(text: string): void;
  /** Escape or Arrow Down in the filter: back to the grid. */
  leaveFilter(): void;
}

export class Toolbar {
  readonly node: HTMLElement;
  private readonly pause;
  private readonly refresh;
  private readonly record;
  private readonly hold;
  private readonly columns;
  private readonly export;
  private readonly keys;
  private readonly poolSelect;
  private readonly intervalSelect;
  private readonly windowSelect;
  private readonly filterInput;
  private readonly count = element('span', { className: 'row-count' });
  private readonly offered = new Map<HTMLSelectElement, string>();

  constructor(
    private readonly formats: Formats,
    private readonly strings: PanelStrings,
    private readonly events: ToolbarEvents,
  ) {
    this.pause = iconButton(() => events.togglePause());
    this.refresh = iconButton(() => events.command('refresh'));
    this.refresh.show('refresh', strings.refresh);
    this.record = iconButton(() => events.command('record'));
    this.hold = iconButton(() => events.toggleHold());
    this.columns = iconButton(() => events.chooseColumns());
    this.columns.show('table', strings.chooseColumns);
    this.export = iconButton(() => events.command('export'));
    this.export.show('export', strings.exportView);
    this.keys = iconButton(() => events.showKeys());
    this.keys.show('question', strings.showKeys);
    this.poolSelect = this.makePools();
    this.intervalSelect = numberSelect(strings.intervalLabel, (ms) => events.interval(ms));
    this.windowSelect = numberSelect(strings.growthWindowLabel, (minutes) => events.growthWindow(minutes));
    this.filterInput = this.makeFilter();
    this.node = element(
      'div',
      { className: 'toolbar', role: 'group', attributes: { 'aria-label': strings.toolbarLabel } },
      [
        element('div', { className: 'buttons' }, [
          this.pause.node,
          this.refresh.node,
          this.record.node,
          this.hold.node,
          this.columns.node,
          this.export.node,
          this.keys.node,
        ]),
        this.poolSelect,
        this.intervalSelect,
        this.windowSelect,
        this.filterInput,
        this.count,
      ],
    );
    this.node.hidden = true;
  }

  /** Puts the controls of the baseline among the others. */
  add(buttons: readonly HTMLElement[], select: HTMLSelectElement): void {
    this.node.querySelector('.buttons')?.append(...buttons);
    this.node.insertBefore(select, this.filterInput);
  }

  showStatus(status: PanelStatus): void {
    const { strings } = this;
    const open = status.source !== undefined;
    const state = status.state.state;
    this.node.hidden = !open;
    if (state === 'ended') this.pause.show('debug-restart', strings.playAgain);
    else if (state === 'paused') this.pause.show('debug-start', strings.resume);
    else this.pause.show('debug-pause', strings.pause);
    // A file is recorded already and does not change; one with a single sample cannot be played either.
    const live = status.source?.live === true;
    const still = status.source?.sampleCount === 1;
    this.record.node.hidden = !live;
    this.refresh.node.hidden = !live;
    this.pause.node.hidden = still;
    this.hold.node.hidden = still;
    this.intervalSelect.hidden = still;
    this.windowSelect.hidden = still;
    if (status.recording) this.record.show('stop-circle', strings.stopRecording, true);
    else this.record.show('record', strings.record, false);
    this.offer(this.intervalSelect, INTERVALS, status.intervalMs, (ms) => {
      const seconds = new Intl.NumberFormat(document.documentElement.lang || undefined).format(ms / 1000);
      return strings.interval(seconds);
    });
    this.offer(this.windowSelect, GROWTH_WINDOWS, status.growthMinutes, (minutes) =>
      strings.growthWindow(this.formats.duration(minutes * 60_000)),
    );
  }

  showChoices(pool: PoolChoice, filter: string): void {
    this.poolSelect.value = pool;
    if (this.filterInput.value !== filter) this.filterInput.value = filter;
  }

  showHold(held: boolean): void {
    this.hold.show('pin', held ? this.strings.releaseOrder : this.strings.holdOrder, held);
  }

  showCount(shown: number, all: number): void {
    const { count } = this.formats;
    setText(this.count, shown === all ? this.strings.rows(count(all)) : this.strings.rowsOf(count(shown), count(all)));
  }

  focusFilter(): void {
    this.filterInput.focus();
    this.filterInput.select();
  }

  /** Shows a choice of numbers, the current one among them. */
  private offer(
    select: HTMLSelectElement,
    usual: readonly number[],
    current: number,
    label: (value: number) => string,
  ): void {
    const choices = [...new Set([...usual, current])].sort((a, b) => a - b);
    const offered = choices.join();
    if (this.offered.get(select) !== offered) {
      this.offered.set(select, offered);
      const options = choices.map((value) =>
        element('option', { text: label(value), attributes: { value: String(value) } }),
      );
      select.replaceChildren(...options);
    }
    select.value = String(current);
  }

  private makePools(): HTMLSelectElement {
    const options = POOL_CHOICES.map((pool) =>
      element('option', { text: this.strings.pools[pool], attributes: { value: pool } }),
    );
    const select = element(
      'select',
      { title: this.strings.poolLabel, attributes: { 'aria-label': this.strings.poolLabel } },
      options,
    );
    select.addEventListener('change', () => {
      const pool = POOL_CHOICES.find((p) => p === select.value);
      if (pool !== undefined) this.events.pool(pool);
    });
    return select;
  }

  private makeFilter(): HTMLInputElement {
    const input = element('input', {
      className: 'filter',
      title: this.strings.filterHint,
      attributes: {
        type: 'text',
        placeholder: this.strings.filterLabel,
        'aria-label': this.strings.filterHint,
        maxlength: '200',
        spellcheck: 'false',
        autocomplete: 'off',
      },
    });
    input.addEventListener('input', () => this.events.filter(input.value));
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && input.value !== '') {
        input.value = '';
        this.events.filter('');
      } else if (event.key === 'Escape' || event.key === 'ArrowDown' || event.key === 'Enter') {
        this.events.leaveFilter();
        event.preventDefault();
      }
    });
    return input;
  }
}

function numberSelect(label: string, onChoice: (value: number) => void): HTMLSelectElement {
  const select = element('select', { title: label, attributes: { 'aria-label': label } });
  select.addEventListener('change', () => onChoice(Number(select.value)));
  return select;
}
