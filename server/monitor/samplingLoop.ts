/**
 * Reads one source at an interval and reports each sample as a message, and its own state. Knows no transport.
 * A finite source plays one sample an interval; a live one that fails is asked again at the next; a feed is listened to.
 */
import type { MonitorState, SampleMessage } from '../../src/shared/monitorProtocol';
import type { Sample } from '../../src/shared/sample';
import { SampleMessages } from '../core/capture/sampleMessage';
import type { FeedEvents, FeedSource, PoolSource, SampleFeed } from './poolSource';
import { PoolSourceError } from './poolSource';

export interface SamplingEvents {
  /** Whether the receiver has taken the last message; while not, live samples are read but not sent. */
  readonly ready: () => boolean;
  readonly message: (message: SampleMessage) => void;
  readonly state: (state: MonitorState) => void;
  /** Every new reading, sent or not. */
  readonly sample: (sample: Sample) => void;
  /**
   * Another source, or another place in one: the next reading does not follow the last. `past`: the readings before it,
   * of a finite source, for those who need them; read when asked for.
   */
  readonly jumped: (past?: Iterator<Sample, void>) => void;
}

/** Time as the loop sees it; tests bring their own. `now` never goes back. */
export interface Timers {
  readonly now: () => number;
  readonly set: (callback: () => void, ms: number) => unknown;
  readonly clear: (timer: unknown) => void;
}

export const MIN_INTERVAL_MS = 50;
export const MAX_INTERVAL_MS = 24 * 60 * 60 * 1000;
/** Samples offered before the one that was asked for: a quarter of an hour at one a second. */
export const LOOK_BACK = 900;

export const systemTimers: Timers = {
  now: () => performance.now(),
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (timer) => {
    clearTimeout(timer as NodeJS.Timeout);
  },
};

export class SamplingLoop {
  readonly #events: SamplingEvents;
  readonly #timers: Timers;
  readonly #messages = new SampleMessages();
  #source: PoolSource | undefined;
  #feed: FeedSource | undefined;
  /** What the feed said last, for when it is no longer paused; one reading it may give while it is. */
  #feedState: MonitorState = { state: 'running' };
  #wanted = false;
  #state: MonitorState = { state: 'closed' };
  #intervalMs = 1000;
  #timer: unknown;
  #due = 0;
  /** The last sample read, and its index in a finite source. */
  #last: Sample | undefined;
  #index = -1;

  constructor(events: SamplingEvents, timers: Timers = systemTimers) {
    this.#events = events;
    this.#timers = timers;
  }

  get source(): PoolSource | FeedSource | undefined {
    return this.#source ?? this.#feed;
  }

  get last(): Sample | undefined {
    return this.#last;
  }

  /** Takes the source over and starts sampling, the first time at once. */
  open(source: PoolSource | FeedSource, intervalMs: number): void {
    this.#release();
    this.#intervalMs = clampInterval(intervalMs);
    this.#messages.reset();
    this.#events.jumped();
    if ('feed' in source) {
      this.#feed = source;
      source.feed.start(this.#listener(source.feed), this.#intervalMs);
      return;
    }
    this.#source = source;
    this.#run();
  }

  close(): void {
    this.#release();
    this.#enter({ state: 'closed' });
  }

  pause(): void {
    if (!['running', 'failed', 'waiting'].includes(this.#state.state)) return;
    this.#stopTimer();
    this.#feed?.feed.pause();
    this.#enter({ state: 'paused' });
  }

  /** Goes on; a finite source at its end plays again from the start. */
  resume(): void {
    if (this.#state.state === 'ended') this.seek(0);
    else if (this.#state.state !== 'paused') return;
    else if (this.#feed === undefined) this.#run();
    else {
      this.#enter(this.#feedState);
      this.#feed.feed.resume();
    }
  }

  setInterval(intervalMs: number): void {
    this.#intervalMs = clampInterval(intervalMs);
    this.#feed?.feed.setInterval(this.#intervalMs);
    if (this.#timer === undefined) return;
    this.#stopTimer();
    this.#due = this.#timers.now() + this.#intervalMs;
    this.#schedule();
  }

  /** Sends a whole sample now: a new reading of a live source, the current one of a finite source. */
  refresh(): void {
    this.#messages.reset();
    this.#wanted = true;
    this.#feed?.feed.refresh();
    if (this.#source === undefined) return;
    if (this.#source.info.live || this.#last === undefined) this.#readOnce();
    else this.#send(this.#last);
  }

  /** Shows another sample of a finite source at once; playing goes on from there, also after the end. */
  seek(index: number): void {
    const source = this.#source;
    if (source?.seek === undefined) return;
    const count = source.info.sampleCount ?? 0;
    const target = Math.max(0, Math.min(count - 1, Math.trunc(index) || 0));
    const follows = target === this.#index + 1 && this.#last !== undefined;
    if (!follows) this.#events.jumped(source.past?.(target, LOOK_BACK));
    source.seek(target);
    this.#index = target - 1;
    this.#messages.reset();
    if (this.#state.state === 'paused') this.#readOnce();
    else this.#run();
  }

  #run(): void {
    this.#stopTimer();
    this.#enter({ state: 'running' });
    this.#due = this.#timers.now();
    this.#schedule();
  }

  #schedule(): void {
    const delay = Math.max(0, this.#due - this.#timers.now());
    this.#timer = this.#timers.set(() => {
      this.#tick();
    }, delay);
  }

  #tick(): void {
    this.#timer = undefined;
    const waits = this.#source?.info.live === false && !this.#events.ready();
    if (!waits) this.#readOnce();
    if (this.#state.state !== 'running' && this.#state.state !== 'failed') return;
    // Missed ticks (a suspended machine, a slow disk) are left out, not caught up with.
    const now = this.#timers.now();
    const next = this.#due + this.#intervalMs;
    this.#due = next > now ? next : now + this.#intervalMs;
    this.#schedule();
  }

  #readOnce(): void {
    const source = this.#source;
    if (source === undefined) return;
    let sample: Sample | undefined;
    try {
      sample = source.read();
    } catch (error) {
      if (!(error instanceof PoolSourceError)) throw error;
      this.#messages.reset();
      if (this.#state.state !== 'paused') this.#enter({ state: 'failed', message: error.message });
      return;
    }
    if (sample === undefined) {
      this.#stopTimer();
      this.#enter({ state: 'ended' });
      return;
    }
    if (this.#state.state === 'failed') this.#enter({ state: 'running' });
    this.#take(sample);
  }

  #take(sample: Sample): void {
    this.#last = sample;
    this.#index++;
    this.#events.sample(sample);
    if (this.#events.ready()) this.#send(sample);
  }

  /** While paused a feed's readings are dropped, but for one that was asked for. */
  #listener(feed: SampleFeed): FeedEvents {
    const say = (state: MonitorState): void => {
      if (this.#feed?.feed !== feed) return;
      this.#feedState = state;
      if (state.state !== 'running') this.#messages.reset();
      if (this.#state.state !== 'paused') this.#enter(state);
    };
    return {
      sample: (sample) => {
        if (this.#feed?.feed !== feed) return;
        say({ state: 'running' });
        if (this.#state.state === 'paused' && !this.#wanted) return;
        this.#wanted = false;
        this.#take(sample);
      },
      waiting: (message) => say({ state: 'waiting', message }),
      failed: (message) => say({ state: 'failed', message }),
    };
  }

  #send(sample: Sample): void {
    const index = this.#source?.info.sampleCount === undefined ? undefined : this.#index;
    this.#events.message(this.#messages.next(sample, index));
  }

  #enter(state: MonitorState): void {
    if (state.state === this.#state.state && messageOf(state) === messageOf(this.#state)) return;
    this.#state = state;
    this.#events.state(state);
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#timers.clear(this.#timer);
    this.#timer = undefined;
  }

  #release(): void {
    this.#stopTimer();
    const { source } = this;
    this.#source = undefined;
    this.#feed = undefined;
    source?.close();
    this.#last = undefined;
    this.#index = -1;
  }
}

function messageOf(state: MonitorState): string | undefined {
  return 'message' in state ? state.message : undefined;
}

function clampInterval(intervalMs: number): number {
  return Math.max(MIN_INTERVAL_MS, Math.min(MAX_INTERVAL_MS, Math.round(intervalMs)));
}
