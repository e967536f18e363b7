/**
 * A command that prints PoolMon or !poolused text each time it runs, run again and again: never twice at once, later
 * each time it fails.
 */
import { decodeCaptureText } from '../core/capture/captureText';
import { parseCapture } from '../core/capture/parseCapture';
import { BackOff, secondsText } from './backOff';
import { CommandProcess } from './commandProcess';
import type { FeedEvents, SampleFeed } from './poolSource';

/** 10,000 screens: more than a command prints in one go. */
const MOST_OUTPUT = 32 * 1024 * 1024;
export interface CommandTimes {
  /** Milliseconds from which on it is said that the command still runs. */
  readonly slow: number;
  /** Milliseconds after which a command that does not end is ended. */
  readonly longest: number;
}

const USUAL_TIMES: CommandTimes = { slow: 30_000, longest: 5 * 60_000 };
/** Even when readings are wanted more often than that: a command may go to another machine. */
const LEAST_PAUSE_MS = 500;

export class TextCommandFeed implements SampleFeed {
  readonly #run: readonly string[];
  readonly #backOff: BackOff;
  readonly #times: CommandTimes;
  #events: FeedEvents | undefined;
  #intervalMs = 1000;
  #running: CommandProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #paused = false;
  #begun = 0;

  constructor(run: readonly string[], backOff = new BackOff(), times = USUAL_TIMES) {
    this.#run = run;
    this.#backOff = backOff;
    this.#times = times;
  }

  start(events: FeedEvents, intervalMs: number): void {
    this.#events = events;
    this.#intervalMs = intervalMs;
    events.waiting(`Waiting for ${this.#run[0]} to print.`);
    this.#begin();
  }

  setInterval(intervalMs: number): void {
    this.#intervalMs = intervalMs;
    if (this.#timer !== undefined) this.#schedule(intervalMs);
  }

  pause(): void {
    this.#paused = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  resume(): void {
    this.#paused = false;
    this.refresh();
  }

  /** Runs now, unless it is running. */
  refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#begin();
  }

  close(): void {
    this.#events = undefined;
    clearTimeout(this.#timer);
    this.#running?.kill();
  }

  #begin(): void {
    if (this.#running !== undefined || this.#events === undefined) return;
    this.#begun = performance.now();
    const process = CommandProcess.start(this.#run);
    if (typeof process === 'string') {
      this.#failed(process);
      return;
    }
    this.#running = process;
    const parts: Buffer[] = [];
    let length = 0;
    process.child.stdout.on('data', (part: Buffer) => {
      length += part.length;
      if (length <= MOST_OUTPUT) parts.push(part);
      else process.kill();
    });
    process.child.stdin.end();
    const { slow, longest } = this.#times;
    let isEndless = false;
    const timers = [
      setTimeout(() => {
        this.#events?.waiting(`${this.#run[0]} has been running for ${secondsText(slow)} and is waited for.`);
      }, slow),
      setTimeout(() => {
        isEndless = true;
        process.kill();
      }, longest),
    ];
    void process.ended.then(({ well, text }) => {
      timers.forEach(clearTimeout);
      this.#running = undefined;
      if (isEndless) {
        const ended = `${this.#run[0]} was still running after ${secondsText(longest)} and was ended: it is to print and end`;
        this.#failed(ended);
      } else if (length > MOST_OUTPUT) this.#failed(`${this.#run[0]} printed more than ${MOST_OUTPUT} bytes`);
      else this.#take(Buffer.concat(parts), well ? undefined : text);
    });
  }

  /** What was printed counts, also when the command failed behind it. */
  #take(bytes: Uint8Array, failure: string | undefined): void {
    const events = this.#events;
    if (events === undefined) return;
    const { value, issues } = parseCapture(decodeCaptureText(bytes), { time: Date.now() });
    if (value.length === 0) {
      this.#failed(failure ?? `${this.#run[0]}: ${issues[0]?.message ?? 'no sample in what it printed'}`);
      return;
    }
    this.#backOff.reset();
    for (const sample of value) events.sample(sample);
    const took = performance.now() - this.#begun;
    this.#schedule(Math.max(LEAST_PAUSE_MS, this.#intervalMs - took));
  }

  #failed(why: string): void {
    if (this.#events === undefined) return;
    const wait = this.#backOff.failed();
    this.#events.failed(`${why}. It is run again in ${secondsText(wait)}.`);
    this.#schedule(wait);
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#paused || this.#events === undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#begin();
    }, ms);
  }
}
