/**
 * Recording bytes → samples, one at a time and from any position. Layout in recordingFormat.ts.
 * Every frame is checked when the recording is opened, so reading later can't fail. Never throws.
 */
import type { EventMark } from '../../../src/shared/eventMark';
import type { ParseIssue } from '../../../src/shared/facts';
import type { Sample } from '../../../src/shared/sample';
import { IssueList } from '../tags/toolText';
import { BesideSamples, type RecordingGap } from './recordingBeside';
import { ByteCursor, crc32 } from './recordingBytes';
import {
  FRAME_SYNC,
  isFrameKind,
  KEY_FRAME,
  RECORDING_PREFIX,
  RECORDING_VERSION,
  SAMPLE_FRAMES,
} from './recordingFormat';
import type { FrameState } from './recordingFrames';
import { applyDeltaFrame, readKeyFrame } from './recordingFrames';

export interface OpenedRecording {
  /** Undefined when the bytes are no recording this version reads; then there is an issue. */
  readonly value: RecordingReader | undefined;
  /** Offsets count bytes of the file. */
  readonly issues: readonly ParseIssue[];
}

export interface FrameSpan {
  readonly kind: number;
  /** Payload. */
  readonly start: number;
  readonly end: number;
  /** First byte after the frame. */
  readonly next: number;
}

/** All that a recording holds. */
interface FoundFrames {
  readonly frames: readonly FrameSpan[];
  readonly gaps: readonly RecordingGap[];
  readonly marks: readonly EventMark[];
}

/** Longest first line that is looked at. */
export const MAX_HEADER = 64 * 1024;
/** Bytes checked while looking for the next key frame after damage, as a multiple of the file: hostile files can't hang. */
const RESYNC_BUDGET = 4;

/** Whether the bytes begin as a recording does, whatever its version. */
export function isRecording(bytes: Uint8Array): boolean {
  for (let i = 0; i < RECORDING_PREFIX.length; i++) if (bytes[i] !== RECORDING_PREFIX.charCodeAt(i)) return false;
  return true;
}

/** Checks a whole recording and makes its samples readable. */
export function openRecording(bytes: Uint8Array): OpenedRecording {
  const header = readRecordingHeader(bytes);
  if (typeof header === 'string') return { value: undefined, issues: [{ message: header, offset: 0 }] };
  const list = new IssueList();
  const found = checkFrames(bytes, header.end, list);
  const issues = list.all();
  if (found.frames.length === 0 && issues.length === 0) issues.push({ message: 'no sample in it', offset: header.end });
  return { value: new RecordingReader(bytes, header.source, found), issues };
}

export class RecordingReader {
  readonly #bytes: Uint8Array;
  readonly #found: FoundFrames;
  readonly #frames: readonly FrameSpan[];
  /** Index of the sample that `read` gives next. */
  #position = 0;
  /** The sample before it, or nothing after a seek. */
  #state: FrameState | undefined;

  constructor(
    bytes: Uint8Array,
    /** What was recorded, as the recorder named it; may be empty. */
    readonly source: string,
    found: FoundFrames,
  ) {
    this.#bytes = bytes;
    this.#found = found;
    this.#frames = found.frames;
  }

  /** Where readings are missing, in their order. */
  get gaps(): readonly RecordingGap[] {
    return this.#found.gaps;
  }

  /** What happened while it was recorded, gaps that say why among it. */
  get marks(): readonly EventMark[] {
    return this.#found.marks;
  }

  get sampleCount(): number {
    return this.#frames.length;
  }

  /** Another reader of the same recording, at its start. */
  fork(): RecordingReader {
    return new RecordingReader(this.#bytes, this.source, this.#found);
  }

  /** Makes `read` give the sample with this index next. */
  seek(index: number): void {
    const target = Math.max(0, Math.min(this.sampleCount, Math.trunc(index) || 0));
    if (target === this.#position) return;
    let key = target;
    while (key > 0 && this.#frames[key]?.kind !== KEY_FRAME) key--;
    this.#position = key;
    this.#state = undefined;
    while (this.#position < target) this.#advance();
  }

  /** The next sample; undefined at the end. */
  read(): Sample | undefined {
    const state = this.#advance();
    if (state === undefined) return undefined;
    return { time: state.time, scope: state.scope, memory: state.memory, rows: state.table.view().slice() };
  }

  #advance(): FrameState | undefined {
    const frame = this.#frames[this.#position];
    if (frame === undefined) return undefined;
    this.#state = decodeFrame(this.#bytes, frame, this.#state);
    this.#position++;
    return this.#state;
  }
}

/** Where the first line ends and what it names, or what is wrong with it. `bytes`: as many as there are, or MAX_HEADER. */
export function readRecordingHeader(bytes: Uint8Array): { readonly end: number; readonly source: string } | string {
  if (!isRecording(bytes)) return 'not a PoolLens recording';
  const end = bytes.subarray(0, MAX_HEADER).indexOf(0x0a);
  if (end < 0) return 'the first line of the recording has no end';
  let line = '';
  for (let i = RECORDING_PREFIX.length; i < end; i++) line += String.fromCharCode(bytes[i] ?? 0);
  const match = /^(\d{1,9})(?: (.*))?$/.exec(line);
  if (match === null) return 'the first line of the recording is damaged';
  if (Number(match[1]) !== RECORDING_VERSION) {
    return `a recording of version ${match[1]}; this PoolLens reads version ${RECORDING_VERSION}`;
  }
  return { end: end + 1, source: sourceName(match[2] ?? '') };
}

function sourceName(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && 'source' in value && typeof value.source === 'string') {
      return value.source;
    }
  } catch {
    // The name is a courtesy; the samples don't depend on it.
  }
  return '';
}

/** Finds all frames that can be decoded, decoding each once. */
function checkFrames(bytes: Uint8Array, from: number, issues: IssueList): FoundFrames {
  const frames: FrameSpan[] = [];
  const beside = new BesideSamples();
  let state: FrameState | undefined;
  let at = from;
  let budget = bytes.length * RESYNC_BUDGET;
  while (at < bytes.length) {
    const frame = frameAt(bytes, at);
    if (frame !== undefined && !SAMPLE_FRAMES.includes(frame.kind)) {
      beside.take(bytes, frame, frames.length);
      at = frame.next;
      continue;
    }
    const next = frame === undefined ? undefined : decodeFrame(bytes, frame, state);
    if (frame !== undefined && next !== undefined) {
      beside.sample(next.time);
      frames.push(frame);
      state = next;
      at = frame.next;
      continue;
    }
    const resumed = findKeyFrame(bytes, at + 1, budget);
    budget = resumed.budget;
    if (resumed.at === undefined) {
      issues.add(`ends in a damaged or unfinished sample; opened to sample ${frames.length}`, at);
      break;
    }
    issues.add(`${resumed.at - at} bytes are damaged; samples are missing here`, at);
    at = resumed.at;
    state = undefined;
  }
  return { frames, gaps: beside.gaps, marks: beside.marks };
}

function decodeFrame(bytes: Uint8Array, frame: FrameSpan, state: FrameState | undefined): FrameState | undefined {
  const cursor = new ByteCursor(bytes, frame.start, frame.end);
  if (frame.kind === KEY_FRAME) return readKeyFrame(cursor);
  return state === undefined ? undefined : applyDeltaFrame(cursor, state);
}

/** The frame at an offset, if it is whole and its checksum right. */
function frameAt(bytes: Uint8Array, at: number): FrameSpan | undefined {
  const cursor = new ByteCursor(bytes, at, bytes.length);
  const sync = cursor.byte();
  const kind = cursor.byte();
  if (sync !== FRAME_SYNC || !isFrameKind(kind)) return undefined;
  const length = cursor.unsigned();
  const start = cursor.at;
  const end = start + length;
  if (cursor.failed || end + 4 > bytes.length) return undefined;
  cursor.at = end;
  return crc32(bytes, at, end) === cursor.uint32() ? { kind, start, end, next: cursor.at } : undefined;
}

/** The next whole key frame at or after an offset. `budget` bounds the bytes that false beginnings cost. */
export function findKeyFrame(
  bytes: Uint8Array,
  from: number,
  budget: number,
): { readonly at: number | undefined; readonly budget: number } {
  let left = budget;
  for (let at = bytes.indexOf(FRAME_SYNC, from); at >= 0; at = bytes.indexOf(FRAME_SYNC, at + 1)) {
    if (bytes[at + 1] !== KEY_FRAME) continue;
    const cursor = new ByteCursor(bytes, at + 2, bytes.length);
    const length = cursor.unsigned();
    if (cursor.failed || length > cursor.remaining) continue;
    left -= length;
    if (left < 0) break;
    if (frameAt(bytes, at) !== undefined) return { at, budget: left };
  }
  return { at: undefined, budget: left };
}
