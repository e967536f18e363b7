/**
 * Growth for the receiver of samples: judges a little with every reading, and all at once, in slices, after a jump.
 * Knows no transport. Statistics are core/trend's business.
 */
import type { GrowthMessage } from '../../src/shared/growth';
import { checkedGrowthMinutes, USUAL_GROWTH_MINUTES } from '../../src/shared/growth';
import type { Sample } from '../../src/shared/sample';
import { GrowthTracker } from '../core/trend/growthTracker';

export interface GrowthEvents {
  /** Whether the receiver has taken what was sent; while not, growth waits for a later sample. */
  readonly ready: () => boolean;
  readonly message: (message: GrowthMessage) => void;
  /** Runs something after what waits now; the default is setImmediate. */
  readonly later?: (run: () => void) => void;
}

/** Judgements a second, some 25 µs each: under 1 % of a core. A thousand tags that move are gone through in five. */
const JUDGED_A_SECOND = 200;
/** Judgements in one go after a jump, when somebody waits: about 10 ms. */
const JUDGED_A_SLICE = 400;

export class GrowthFeed {
  readonly #events: GrowthEvents;
  readonly #tracker = new GrowthTracker(USUAL_GROWTH_MINUTES * 60_000);
  #lastTime: number | undefined;
  /** Counts jumps; slices of an older one end. */
  #jump = 0;
  #catchingUp = false;

  constructor(events: GrowthEvents) {
    this.#events = events;
  }

  /** Another source, or another place in one: what follows has its own past. */
  restart(): void {
    this.#jump++;
    this.#lastTime = undefined;
    this.#tracker.restart();
  }

  /** A sample of the past, before the one that is shown next. */
  earlier(sample: Sample): void {
    this.#tracker.add(sample);
    this.#lastTime = undefined;
  }

  /** A new reading. The first after a jump is judged in full. */
  sample(sample: Sample): void {
    this.#tracker.add(sample);
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
    if (this.#tracker.started) this.#catchUp();
  }

  /** Nothing more is sent for what came so far. */
  stop(): void {
    this.#jump++;
  }

  #catchUp(): void {
    const jump = ++this.#jump;
    const { later = setImmediate } = this.#events;
    this.#catchingUp = true;
    let left = this.#tracker.seriesCount;
    const slice = (): void => {
      if (jump !== this.#jump) return;
      left -= this.#tracker.judge(JUDGED_A_SLICE);
      this.#events.message(this.#tracker.message());
      this.#catchingUp = left > 0;
      if (left > 0) later(slice);
    };
    // After the reading it belongs to, which is on its way.
    later(slice);
  }
}
