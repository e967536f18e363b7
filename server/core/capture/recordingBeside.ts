/**
 * What a recording holds beside its samples: why readings are missing, and marks of what happened. Never throws; what is not
 * understood is left out.
 */
import { MOST_MARKS, parseMark, withMark, type EventMark } from '../../../src/shared/eventMark';
import { ByteCursor } from './recordingBytes';
import { MARK_FRAME, NOTE_FRAME } from './recordingFormat';

/** Why readings are missing, as the recorder knew it. */
export interface RecordingGap {
  /** Index of the first sample behind the gap: the number of samples where none follows. */
  readonly before: number;
  readonly text: string;
}

/** Part of a frame that counts here. */
export interface BesideFrame {
  readonly kind: number;
  /** Payload. */
  readonly start: number;
  readonly end: number;
}

/** A connection that drops every minute for a week makes as many. */
const MOST_GAPS = 10_000;

/** Bytes: every character of the longest mark escaped. */
const LONGEST_MARK_FRAME = 4096;

/** Collects them frame by frame, in their order. */
export class BesideSamples {
  readonly gaps: RecordingGap[] = [];
  marks: readonly EventMark[] = [];
  /** Time of the last sample, and why none follows it. */
  #time: number | undefined;
  #missing: string | undefined;

  /** A frame that is no sample, behind so many samples. */
  take(bytes: Uint8Array, frame: BesideFrame, samples: number): void {
    if (frame.kind === NOTE_FRAME) {
      const text = noteText(bytes, frame);
      if (this.gaps.length < MOST_GAPS) this.gaps.push({ before: samples, text });
      this.#missing = text;
    } else if (frame.kind === MARK_FRAME) this.#add(readMark(bytes, frame));
  }

  /** A sample at this time. */
  sample(time: number): void {
    const text = this.#missing;
    if (text !== undefined && this.#time !== undefined) {
      this.#add(parseMark({ kind: 'gap', time: this.#time, end: time, text }));
    }
    this.#missing = undefined;
    this.#time = time;
  }

  #add(mark: EventMark | undefined): void {
    // A gap may be both noted and marked: the one that says why came first.
    if (mark !== undefined && this.marks.length < MOST_MARKS) this.marks = withMark(this.marks, mark);
  }
}

function noteText(bytes: Uint8Array, { start, end }: BesideFrame): string {
  try {
    const value: unknown = JSON.parse(new ByteCursor(bytes, start, end).text());
    if (typeof value === 'string') return value;
  } catch {
    // That something is missing is known all the same.
  }
  return 'readings are missing';
}

/** Undefined where it holds none that is known. */
function readMark(bytes: Uint8Array, { start, end }: BesideFrame): EventMark | undefined {
  if (end - start > LONGEST_MARK_FRAME) return undefined;
  try {
    return parseMark(JSON.parse(new ByteCursor(bytes, start, end).text()));
  } catch {
    return undefined;
  }
}
