/**
 * Charts of chosen tags below the grid: which tags, how far back, zoom, what moves together, and all of it as a table.
 * Asks for the past when tags or time are chosen; between, it appends the readings the panel gets anyway.
 */
import type { Baseline } from '../../../src/shared/baseline';
import type { EventMark } from '../../../src/shared/eventMark';
import { tagToText } from '../../../src/shared/poolTag';
import type { CompanionsResult, TracesResult } from '../../../src/shared/trace';
import type { Charts } from '../model/chartApi';
import { CHART_SPANS, ChartModel, type LatestReading } from '../model/chartModel';
import type { Formats } from '../model/format';
import { loadCharts } from './chartLoader';
import { ChartMarks } from './chartMarks';
import { ChartResizer } from './chartResizer';
import { CHART_STRINGS, type ChartStrings } from './chartStrings';
import { ChartTable } from './chartTable';
import { CompanionList } from './companionList';
import { element, icon, iconButton, setText } from './dom';

export interface ChartPaneEvents {
  traces(tags: readonly number[], spanMs: number): void;
  companions(tag: number, paged: boolean, spanMs: number): void;
  /** PNG, base64: to be saved, where the clipboard takes none. */
  picture(data: string): void;
  /** Chosen tags and time, to be remembered. */
  chosen(tags: readonly number[], spanMinutes: number): void;
  /** The present moment is to be marked. */
  mark(): void;
  /** Percent of the height, to be remembered; undefined: as much as is needed. */
  resized(share: number | undefined): void;
  closed(): void;
  announce(text: string): void;
  /** What the grid has of a tag now. */
  latest(tag: number): readonly LatestReading[];
  poolName(paged: boolean): string;
}

export class ChartPane {
  readonly node: HTMLElement;
  private readonly model = new ChartModel();
  private readonly strings: ChartStrings = CHART_STRINGS;
  private readonly chips = element('div', { className: 'chips', role: 'list' });
  private readonly figures: HTMLElement;
  private readonly readout = element('div', { className: 'readout' });
  private readonly message = element('div', { className: 'chart-message', role: 'status' });
  private readonly spanSelect: HTMLSelectElement;
  private readonly table: ChartTable;
  private readonly companions: CompanionList;
  private readonly marks: ChartMarks;
  private readonly resizer: ChartResizer;
  private charts: Charts | undefined;
  private failed = false;
  private waiting = false;
  /** Read out only what was asked for by the keyboard. */
  private byKeyboard = false;

  constructor(
    private readonly formats: Formats,
    private readonly events: ChartPaneEvents,
  ) {
    const { strings } = this;
    const poolName = (paged: boolean): string => events.poolName(paged);
    this.table = new ChartTable(formats, strings, poolName, () => this.model.summaries());
    this.companions = new CompanionList(formats, strings, poolName, (tag) => this.add(tag));
    this.marks = new ChartMarks(formats, strings.marks);
    this.spanSelect = this.makeSpans();
    this.figures = element('div', {
      className: 'figures-host',
      role: 'group',
      attributes: { tabindex: '0', 'aria-label': strings.figuresHint },
    });
    this.figures.addEventListener('keydown', (event) => this.key(event));
    const button = (name: string, title: string, run: () => void): HTMLElement => {
      const made = iconButton(run);
      made.show(name, title);
      return made.node;
    };
    this.node = element('section', { className: 'charts', attributes: { 'aria-label': strings.label } }, [
      element('div', { className: 'chart-bar' }, [
        this.chips,
        this.spanSelect,
        element('div', { className: 'buttons' }, [
          button('zoom-in', strings.zoomIn, () => this.charts?.zoom(2)),
          button('zoom-out', strings.zoomOut, () => this.charts?.zoom(0.5)),
          button('screen-full', strings.zoomAll, () => this.charts?.zoom(undefined)),
          button('milestone', strings.mark, () => events.mark()),
          button('refresh', strings.again, () => this.request()),
          button('copy', strings.copy, () => void this.copy()),
          button('close', strings.close, () => this.close()),
        ]),
      ]),
      this.message,
      this.figures,
      this.readout,
      this.companions.node,
      this.marks.node,
      this.table.node,
    ]);
    this.resizer = new ChartResizer(strings.resize, strings.resizeHint, this.node, {
      chosen: (share) => events.resized(share),
    });
    this.node.prepend(this.resizer.node);
    this.node.hidden = true;
  }

  get open(): boolean {
    return !this.node.hidden;
  }

  /** What was chosen when the page was last there. */
  restore(tags: readonly number[], spanMinutes: number, share: number): void {
    this.resizer.restore(share === 0 ? undefined : share);
    this.model.setSpan(spanMinutes);
    this.spanSelect.value = String(spanMinutes);
    for (const tag of tags) this.model.add(tag);
    if (tags.length > 0) this.show();
  }

  toggle(tag: number): void {
    if (this.model.has(tag)) this.remove(tag);
    else this.add(tag);
  }

  add(tag: number): void {
    this.model.add(tag);
    this.events.announce(this.strings.added(tagToText(tag)));
    this.changed();
  }

  setBaseline(baseline: Baseline | undefined): void {
    this.model.setMarks(this.marks.compareWith(baseline));
  }

  setEvents(marks: readonly EventMark[]): void {
    this.model.setMarks(this.marks.take(marks));
  }

  /** Asks for the past again: it has become another, or was not there before. */
  request(): void {
    if (!this.open) return;
    this.waiting = true;
    this.events.traces(this.model.tags, this.model.spanMs);
    const tag = this.model.tags.at(-1);
    if (tag === undefined) return;
    const busier = [...this.events.latest(tag)].sort((a, b) => b.blocks - a.blocks)[0];
    this.events.companions(tag, busier?.paged ?? false, this.model.spanMs);
  }

  takeTraces(result: TracesResult): void {
    this.waiting = false;
    this.model.take(result);
  }

  takeCompanions(result: CompanionsResult): void {
    if (result.tag === this.model.tags.at(-1)) this.companions.show(result);
  }

  append(time: number): void {
    if (!this.open) return;
    this.model.append(
      time,
      this.model.tags.flatMap((tag) => this.events.latest(tag)),
    );
  }

  clear(): void {
    this.model.clear();
    this.companions.show(undefined);
  }

  /** Once a frame at most, by the panel. */
  render(): void {
    if (!this.open) return;
    const times = this.model.times();
    const text = this.failed
      ? this.strings.failed
      : times.length > 0
        ? ''
        : this.waiting
          ? this.strings.loading
          : this.strings.noHistory;
    setText(this.message, text);
    this.message.hidden = text === '';
    this.figures.hidden = text !== '';
    this.table.node.hidden = text !== '';
    this.table.show();
    if (text !== '' || this.charts === undefined) return;
    const label = (tag: number, paged: boolean): string =>
      this.strings.line(tagToText(tag), this.events.poolName(paged));
    const { bytes, count } = this.formats;
    this.charts.show({
      times,
      marks: this.model.marks,
      figures: [
        this.model.figure('bytes', this.strings.bytes, label, bytes, times),
        this.model.figure('blocks', this.strings.blocks, label, count, times),
      ],
    });
  }

  private show(): void {
    this.node.hidden = false;
    this.showChips();
    this.request();
    if (this.charts !== undefined) return;
    loadCharts()
      .then((create) => {
        if (this.charts !== undefined) return;
        this.charts = create({
          time: (milliseconds) => this.formats.time(milliseconds, Date.now()),
          axisTime: (milliseconds, spanMs) => this.formats.axisTime(milliseconds, spanMs),
          readout: (text) => this.read(text),
        });
        this.figures.replaceChildren(this.charts.node);
      })
      .catch(() => {
        this.failed = true;
      })
      .finally(() => this.render());
  }

  private changed(): void {
    const { tags, spanMinutes } = this.model;
    this.events.chosen(tags, spanMinutes);
    this.companions.show(undefined);
    if (tags.length === 0) this.close();
    else this.show();
  }

  private remove(tag: number): void {
    const had = this.chips.contains(document.activeElement);
    this.model.remove(tag);
    this.events.announce(this.strings.removed(tagToText(tag)));
    this.changed();
    if (had && this.open) this.chips.querySelector('button')?.focus();
    this.render();
  }

  private close(): void {
    for (const tag of this.model.tags) this.model.remove(tag);
    this.node.hidden = true;
    this.events.chosen([], this.model.spanMinutes);
    this.events.closed();
  }

  private showChips(): void {
    const chips = this.model.tags.map((tag, at) => {
      const text = tagToText(tag);
      const remove = element('button', {
        className: 'chip',
        title: this.strings.remove(text),
        attributes: { type: 'button', 'aria-label': this.strings.remove(text), 'data-colour': String(at) },
      });
      remove.append(element('span', { className: 'swatch' }), text, icon('close'));
      remove.addEventListener('click', () => this.remove(tag));
      return element('span', { role: 'listitem' }, [remove]);
    });
    this.chips.replaceChildren(...chips);
  }

  private makeSpans(): HTMLSelectElement {
    const options = CHART_SPANS.map((minutes) =>
      element('option', {
        text: this.strings.span(this.formats.duration(minutes * 60_000)),
        attributes: { value: String(minutes) },
      }),
    );
    const { spanLabel } = this.strings;
    const select = element('select', { title: spanLabel, attributes: { 'aria-label': spanLabel } }, options);
    select.value = String(this.model.spanMinutes);
    select.addEventListener('change', () => {
      this.model.setSpan(Number(select.value));
      this.charts?.zoom(undefined);
      this.changed();
    });
    return select;
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.charts?.moveCursor(-1),
      ArrowRight: () => this.charts?.moveCursor(1),
      PageUp: () => this.charts?.moveCursor(-10),
      PageDown: () => this.charts?.moveCursor(10),
      Escape: () => this.charts?.moveCursor(undefined),
      '+': () => this.charts?.zoom(2),
      '-': () => this.charts?.zoom(0.5),
      '0': () => this.charts?.zoom(undefined),
    };
    const act = actions[event.key];
    if (act === undefined) return;
    event.preventDefault();
    this.byKeyboard = true;
    act();
    this.byKeyboard = false;
  }

  private read(text: string): void {
    setText(this.readout, text);
    if (this.byKeyboard && text !== '') this.events.announce(text);
  }

  private async copy(): Promise<void> {
    const canvas = this.charts?.picture();
    const blob = await new Promise<Blob | null>((resolve) => {
      if (canvas === undefined) resolve(null);
      else canvas.toBlob(resolve, 'image/png');
    });
    if (canvas === undefined || blob === null) return;
    try {
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
      this.events.announce(this.strings.copied);
      setText(this.readout, this.strings.copied);
    } catch {
      // Some hosts give webviews no clipboard for pictures.
      setText(this.readout, this.strings.saved);
      this.events.picture(canvas.toDataURL('image/png').replace(/^[^,]*,/, ''));
    }
  }
}
