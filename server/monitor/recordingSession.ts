/**
 * The recording of the open source over whatever interrupts it: where readings are missing, the file says why, and so does
 * the state that is told. A disk that fails ends the recording, is said once, and sampling goes on.
 */
import { statSync } from 'node:fs';
import type { EventMark } from '../../src/shared/eventMark';
import type { MonitorState, RecordingState } from '../../src/shared/monitorProtocol';
import type { Sample } from '../../src/shared/sample';
import { openRecordingSource } from './fileSources';
import { PoolSourceError } from './poolSource';
import { Recorder } from './recorder';

/** Clocks are put right by less than this every day. */
const CLOCK_JUMP_MS = 5000;
/** Readings of the past that are worth their reading: an hour at one a second. */
const MOST_PAST = 3600;
/** A recording longer than this takes seconds to read, in which nothing else is. */
const LONGEST_READ = 64 * 1024 * 1024;

export class RecordingSession {
  /** Whether samples have the time of this machine's clock, whose jumps are then noticed. */
  readsClock = false;
  readonly #say: (state: RecordingState) => void;
  readonly #now: () => number;
  #recorder: Recorder | undefined;
  #gaps = 0;
  #lastGap: string | undefined;
  /** Why nothing has come since the last reading. */
  #missing: string | undefined;
  /** Time of the last reading, and the time that never jumps when it came. */
  #before: { readonly time: number; readonly at: number } | undefined;

  constructor(say: (state: RecordingState) => void, now: () => number = () => performance.now()) {
    this.#say = say;
    this.#now = now;
  }

  /** Records to a new file, beginning with what is shown. Throws PoolSourceError when it can't be made. */
  start(file: string, source: string, last: Sample | undefined): void {
    this.#begin(new Recorder(file, source), last);
  }

  /** Goes on with the recording of a process that is gone. `why`: one sentence. Throws PoolSourceError. */
  goOn(file: string, why: string, last: Sample | undefined): void {
    const recorder = Recorder.goOn(file);
    this.#begin(recorder, undefined);
    this.#missing = why;
    if (last !== undefined) this.sample(last);
  }

  /** The last state of the recording; nothing recorded where there is none. */
  stop(): RecordingState {
    const recorder = this.#recorder;
    if (recorder === undefined) return { recording: false, samples: 0, bytes: 0 };
    this.#recorder = undefined;
    const state = { ...recorder.stop(), ...this.#gapState() };
    this.#say(state);
    return state;
  }

  /** What the sampling loop says: readings that fail, are waited for or not wanted will be missing. */
  state(state: MonitorState): void {
    if (state.state === 'failed' || state.state === 'waiting') this.#missing ??= state.message;
    else if (state.state === 'paused') this.#missing ??= 'it was paused';
  }

  sample(sample: Sample): void {
    const why = this.#missing ?? this.#clockJump(sample);
    this.#missing = undefined;
    this.#before = { time: sample.time, at: this.#now() };
    const recorder = this.#write((into) => {
      if (why !== undefined) into.note(why);
      into.append(sample);
    });
    if (recorder === undefined || why === undefined) return;
    this.#gaps++;
    this.#lastGap = why;
    this.#say({ ...recorder.state(true), ...this.#gapState() });
  }

  /** Something that happened since the last sample; kept where it is recorded. */
  mark(mark: EventMark): void {
    this.#write((recorder) => recorder.mark(mark));
  }

  #begin(recorder: Recorder, last: Sample | undefined): void {
    this.#recorder?.stop();
    this.#recorder = recorder;
    this.#gaps = 0;
    this.#lastGap = undefined;
    this.#missing = undefined;
    this.#before = undefined;
    if (last !== undefined) this.sample(last);
    // Where the first sample failed, that has been said.
    if (this.#recorder !== undefined) this.#say(recorder.state(true));
  }

  /** The recorder that took it; undefined where there is none, or its disk has just failed. */
  #write(write: (recorder: Recorder) => void): Recorder | undefined {
    const recorder = this.#recorder;
    if (recorder === undefined) return undefined;
    try {
      write(recorder);
      return recorder;
    } catch (error) {
      if (!(error instanceof PoolSourceError)) throw error;
      this.#recorder = undefined;
      this.#say({ ...recorder.state(false, error.message), ...this.#gapState() });
      return undefined;
    }
  }

  #gapState(): Pick<RecordingState, 'gaps' | 'lastGap'> {
    return this.#lastGap === undefined ? {} : { gaps: this.#gaps, lastGap: this.#lastGap };
  }

  #clockJump({ time }: Sample): string | undefined {
    if (!this.readsClock || this.#before === undefined) return undefined;
    const jump = time - this.#before.time - (this.#now() - this.#before.at);
    if (Math.abs(jump) < CLOCK_JUMP_MS) return undefined;
    const seconds = Math.round(Math.abs(jump) / 1000);
    return jump < 0
      ? `the clock was set back by ${seconds} seconds`
      : `the clock was set forward by ${seconds} seconds, or the machine slept`;
  }
}

/** The last readings of a recording, oldest first; undefined where it can't be read, or not in a moment. */
export function lastReadings(file: string): Iterator<Sample, void> | undefined {
  try {
    if (statSync(file).size > LONGEST_READ) return undefined;
    const source = openRecordingSource(file);
    return source.past?.(source.info.sampleCount ?? 0, MOST_PAST);
  } catch {
    // It is only more to look back on; what is wrong with the file is said when it is gone on with.
    return undefined;
  }
}
