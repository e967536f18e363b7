/**
 * Events in the charts: named lines made of marks and of the baseline, and the same as a list for those who read it.
 */
import type { Baseline } from '../../../src/shared/baseline';
import { withMark, type EventMark } from '../../../src/shared/eventMark';
import type { ChartMark } from '../model/chartApi';
import type { Formats } from '../model/format';
import type { MarkStrings } from './chartStrings';
import { element, setText } from './dom';

export class ChartMarks {
  readonly node: HTMLDetailsElement;
  private readonly summary = element('summary');
  private readonly list = element('ol');
  private events: readonly EventMark[] = [];
  private baseline: Baseline | undefined;

  constructor(
    private readonly formats: Formats,
    private readonly strings: MarkStrings,
  ) {
    this.node = element('details', { className: 'chart-events' }, [this.summary, this.list]);
    this.node.hidden = true;
  }

  /** The open source's marks; gives all there are to draw. */
  take(events: readonly EventMark[]): readonly ChartMark[] {
    this.events = events;
    return this.show();
  }

  compareWith(baseline: Baseline | undefined): readonly ChartMark[] {
    this.baseline = baseline;
    return this.show();
  }

  private show(): readonly ChartMark[] {
    const { baseline } = this;
    const marks =
      baseline === undefined
        ? this.events
        : withMark(this.events, { kind: 'baseline', time: baseline.time, text: baseline.name });
    this.node.hidden = marks.length === 0;
    setText(this.summary, this.strings.title(this.formats.count(marks.length)));
    const now = Date.now();
    // What happened last is what is looked for.
    const lines = [...marks]
      .reverse()
      .map((mark) =>
        element('li', { attributes: { 'data-kind': mark.kind } }, [
          element('time', { text: this.formats.time(mark.time, now) }),
          element('span', { text: this.label(mark) }),
        ]),
      );
    this.list.replaceChildren(...lines);
    return marks.map((mark) => ({
      time: mark.time,
      label: this.label(mark),
      ...(mark.end === undefined ? {} : { end: mark.end }),
      ...(mark.kind === 'note' ? { own: true as const } : {}),
    }));
  }

  private label({ kind, text, time, end }: EventMark): string {
    const name = this.strings.names[kind];
    // The user's own words need no name.
    if (kind === 'note' && text !== '') return text;
    const lasted = end === undefined ? '' : this.formats.duration(end - time);
    const detail = [lasted, text].filter((part) => part !== '').join(', ');
    return detail === '' ? name : this.strings.named(name, detail);
  }
}
