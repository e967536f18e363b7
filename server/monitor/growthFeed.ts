/**
 * Growth for the receiver of samples: judges a little with every reading, and all at once, in slices, after a jump.
 * Knows no transport. Statistics are core/trend's business.
 */
import type { EventMark } from '../../src/shared/eventMark';
import type { GrowthMessage } from '../../src/shared/growth';
import { checkedGrowthMinutes, USUAL_GROWTH_MINUTES } from '../../src/shared/growth';
import type { Sample } from '../../src/shared/sample';
import type { CompanionsParams, CompanionsResult, TracesParams, TracesResult } from '../../src/shared/trace';
import { MOST_COMPANIONS } from '../../src/shared/trace';
import { GrowthTracker } from '../core/trend/growthTracker';

export interface GrowthEvents {
  /** Whether the receiver has taken what was sent; while not, growth waits for a later sample. */
  readonly ready: () => boolean;
  readonly message: (message: GrowthMessage) => void;
  /** A gap in the readings, or counters that began anew. */
  readonly mark?: (mark: EventMark) => void;
  /** Runs something after what waits now; the default is setImmediate. */
  readonly later?: (run: () => void) => void;
}

/** Judgements a second, some 25 µs each: a third of a percent of a core. A thousand tags that move take eight seconds. */
const JUDGED_A_SECOND = 120;
/** Judgements in one go after a jump, when somebody waits: about 10 ms. */
const JUDGED_A_SLICE = 400;
/** Steps of one tag in a chart: more than there are pixels. */
const MOST_STEPS = 1500;
/** Series compared in one go: about 5 ms. */
const COMPARED_A_SLICE = 50;
/** Samples of the past read in one go: about 15 ms with 4,000 tags. */
const READ_A_SLICE = 20;

export class GrowthFeed {
  readonly #events: GrowthEvents;
  readonly #tracker = new GrowthTracker(USUAL_GROWTH_MINUTES * 60_000);
  #lastTime: number | undefined;
  /** Count jumps, and rounds in which all is judged; slices of older ones end. */
  #place = 0;
  #round = 0;
  /** Readings that came while the past was being read. */
  #waiting: Sample[] | undefined;
  #catchingUp = false;

  constructor(events: GrowthEvents) {
    this.#events = events;
  }

  /** Another source, or another place in one: what follows has its own past, which is read in slices. */
  restart(past?: Iterator<Sample, void>): void {
    this.stop();
    this.#lastTime = undefined;
    this.#tracker.restart();
    this.#waiting = past === undefined ? undefined : [];
    if (past !== undefined) this.#fill(past);
  }

  /** A new reading. The first after a jump is judged in full. */
  sample(sample: Sample): void {
    if (this.#waiting !== undefined) {
      this.#waiting.push(sample);
      return;
    }
    this.#add(sample);
    const before = this.#lastTime;
    this.#lastTime = sample.time;
    if (before === undefined) {
      this.#catchUp();
      return;
    }
    const seconds = Math.min(1, Math.max(0, sample.time - before) / 1000);
    this.#tracker.judge(Math.ceil(JUDGED_A_SECOND * seconds));
    if (this.#events.ready() && !this.#catchingUp) this.#events.message(this.#tracker.message());
  }

  /** Minutes to look back; judges all anew. */
  setWindow(minutes: number): void {
    this.#tracker.setWindow(checkedGrowthMinutes(minutes) * 60_000);
    if (this.#tracker.started && this.#waiting === undefined) this.#catchUp();
  }

  /** What tags were, for charts. */
  traces({ tags, spanMs }: TracesParams): TracesResult {
    return { spanMs, traces: this.#tracker.traces(tags, spanMs, MOST_STEPS) };
  }

  /** Tags that move together with one: compared in slices, given up after a jump. */
  async companions({ tag, paged, spanMs }: CompanionsParams): Promise<CompanionsResult> {
    const search = this.#tracker.companions({ tag, paged }, spanMs);
    const place = this.#place;
    while (search !== undefined && !search.step(COMPARED_A_SLICE)) {
      await new Promise<void>((resolve) => {
        this.#later(resolve);
      });
      if (place !== this.#place) break;
    }
    const valid = search !== undefined && place === this.#place;
    return {
      tag,
      paged,
      companions: valid
        ? search.best(MOST_COMPANIONS).map(({ series, r, each }) => ({ ...this.#tracker.tagPool(series), r, each }))
        : [],
      possible: valid && search.possible,
      intervals: search?.intervals ?? 0,
      spanMs: search?.spanMs ?? 0,
      tested: search?.tested ?? 0,
    };
  }

  /** Nothing more is sent for what came so far. */
  stop(): void {
    this.#place++;
    this.#round++;
    this.#waiting = undefined;
  }

  #fill(past: Iterator<Sample, void>): void {
    const place = this.#place;
    const slice = (): void => {
      if (place !== this.#place) return;
      for (let read = 0; read < READ_A_SLICE; read++) {
        const { done, value } = past.next();
        if (done === true) {
          this.#filled();
          return;
        }
        this.#add(value);
      }
      this.#later(slice);
    };
    this.#later(slice);
  }

  /** The past is there: what came while it was read follows it. */
  #filled(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const sample of waiting) this.#add(sample);
    this.#lastTime = waiting.at(-1)?.time;
    if (waiting.length > 0) this.#catchUp();
  }

  #add(sample: Sample): void {
    this.#tracker.add(sample);
    for (const mark of this.#tracker.takeBreaks()) this.#events.mark?.(mark);
  }

  #later(run: () => void): void {
    (this.#events.later ?? setImmediate)(run);
  }

  #catchUp(): void {
    const round = ++this.#round;
    this.#catchingUp = true;
    let left = this.#tracker.seriesCount;
    const slice = (): void => {
      if (round !== this.#round) return;
      left -= this.#tracker.judge(JUDGED_A_SLICE);
      this.#events.message(this.#tracker.message());
      this.#catchingUp = left > 0;
      if (left > 0) this.#later(slice);
    };
    // After the reading it belongs to, which is on its way.
    this.#later(slice);
  }
}
