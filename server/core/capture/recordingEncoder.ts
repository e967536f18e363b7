/**
 * Samples → recording frames, one at a time: the recorder appends each to the file as it comes.
 * Layout in recordingFormat.ts. Pure: opens no file and reads no clock.
 */
import type { EventMark } from '../../../src/shared/eventMark';
import type { MemoryTotals, Sample } from '../../../src/shared/sample';
import { ROW_STRIDE } from '../../../src/shared/sample';
import { ByteWriter, crc32 } from './recordingBytes';
import {
  DELTA_FRAME,
  FRAME_SYNC,
  KEY_FRAME,
  MARK_FRAME,
  MAX_COUNTER,
  MEMORY_FIELDS,
  NOTE_FRAME,
  RECORDING_PREFIX,
  RECORDING_VERSION,
  ROW_POOLS,
} from './recordingFormat';
import type { RowDiff } from './rowDiff';
import { diffRows } from './rowDiff';
import { RowTable } from './rowTable';

export interface RecordingOptions {
  /** What the panel says about the source: `Live: this machine`. */
  readonly source?: string;
  /** Samples from one key frame to the next. Seeking decodes half as many on average. */
  readonly keyInterval?: number;
}

/** Five minutes at one sample a second: key frames are then a tenth of a file with 4,000 tags. */
const DEFAULT_KEY_INTERVAL = 300;
const LONGEST_NOTE = 500;

export class RecordingEncoder {
  readonly #options: RecordingOptions;
  /** The previous sample, and its rows in the order a reader has them. */
  #previous: Sample | undefined;
  #table = new RowTable(new Float64Array());
  #sinceKey = 0;

  constructor(options: RecordingOptions = {}) {
    this.#options = options;
  }

  /** The first line of the file. */
  header(): Uint8Array {
    const json = asciiJson({ source: this.#options.source ?? '' });
    return Uint8Array.from(`${RECORDING_PREFIX}${RECORDING_VERSION} ${json}\n`, (c) => c.charCodeAt(0));
  }

  /** A frame that says why readings are missing before the next sample, in one sentence. */
  note(text: string): Uint8Array {
    const writer = new ByteWriter();
    writer.text(asciiJson(text.slice(0, LONGEST_NOTE)));
    return frame(NOTE_FRAME, writer);
  }

  /** A frame for something that happened since the last sample. */
  mark(mark: EventMark): Uint8Array {
    const writer = new ByteWriter();
    writer.text(asciiJson(mark));
    return frame(MARK_FRAME, writer);
  }

  /** The next frame. */
  encode(given: Sample): Uint8Array {
    const sample = withinLimits(given);
    const previous = this.#previous;
    const keyInterval = this.#options.keyInterval ?? DEFAULT_KEY_INTERVAL;
    if (previous === undefined || this.#sinceKey >= keyInterval || previous.scope !== sample.scope) {
      this.#previous = sample;
      this.#table = new RowTable(sample.rows.slice());
      this.#sinceKey = 1;
      return frame(KEY_FRAME, keyPayload(sample));
    }
    const diff = diffRows(this.#table.view(), sample.rows);
    const payload = deltaPayload({ ...previous, rows: this.#table.view() }, sample, diff);
    applyDiff(this.#table, sample.rows, diff);
    this.#previous = sample;
    this.#sinceKey++;
    return frame(DELTA_FRAME, payload);
  }
}

/** A whole recording at once, for tools and tests. */
export function encodeRecording(samples: Iterable<Sample>, options: RecordingOptions = {}): Uint8Array {
  const encoder = new RecordingEncoder(options);
  const writer = new ByteWriter();
  writer.bytes(encoder.header());
  for (const sample of samples) writer.bytes(encoder.encode(sample));
  return writer.toBytes();
}

/** ASCII only, so that it reads the same in every encoding. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function frame(kind: number, payload: ByteWriter): Uint8Array {
  const writer = new ByteWriter();
  writer.byte(FRAME_SYNC);
  writer.byte(kind);
  writer.unsigned(payload.length);
  writer.bytes(payload.toBytes());
  const body = writer.toBytes();
  writer.uint32(crc32(body, 0, body.length));
  return writer.toBytes();
}

function keyPayload(sample: Sample): ByteWriter {
  const writer = new ByteWriter();
  writer.signed(sample.time);
  writer.text(sample.scope);
  writeMemory(writer, {}, sample.memory);
  writer.unsigned(sample.rows.length / ROW_STRIDE);
  for (let at = 0; at < sample.rows.length; at += ROW_STRIDE) writeNewRow(writer, sample.rows, at);
  return writer;
}

function deltaPayload(previous: Sample, sample: Sample, diff: RowDiff): ByteWriter {
  const writer = new ByteWriter();
  writer.signed(sample.time - previous.time);
  writeMemory(writer, previous.memory, sample.memory);
  const pairs = diff.changed.map((at, index) => ({ at, before: diff.basis[index] ?? -1 }));
  const changed = pairs.filter((pair) => pair.before >= 0).sort((a, b) => a.before - b.before);
  writer.unsigned(changed.length);
  let expected = 0;
  for (const { at, before } of changed) {
    const row = before / ROW_STRIDE;
    writer.unsigned(row - expected);
    expected = row + 1;
    writeNumbers(writer, previous.rows, before, sample.rows, at);
  }
  writer.unsigned(diff.removed.length);
  expected = 0;
  for (const before of diff.removed) {
    const row = before / ROW_STRIDE;
    writer.unsigned(row - expected);
    expected = row + 1;
  }
  const added = pairs.filter((pair) => pair.before < 0);
  writer.unsigned(added.length);
  for (const { at } of added) writeNewRow(writer, sample.rows, at);
  return writer;
}

const NOTHING = new Float64Array(ROW_STRIDE);

function writeNewRow(writer: ByteWriter, rows: Float64Array, at: number): void {
  writer.uint32(rows[at] ?? 0);
  writeNumbers(writer, NOTHING, 0, rows, at);
}

/** A mask of the numbers that moved, then by how much. */
function writeNumbers(writer: ByteWriter, from: Float64Array, atFrom: number, to: Float64Array, atTo: number): void {
  const maskAt = writer.length;
  writer.byte(0);
  let mask = 0;
  let bit = 1;
  const step = (value: number): void => {
    if (value !== 0) {
      mask |= bit;
      writer.signed(value);
    }
    bit <<= 1;
  };
  for (const pool of ROW_POOLS) {
    const allocs = (to[atTo + pool.allocs] ?? 0) - (from[atFrom + pool.allocs] ?? 0);
    const frees = (to[atTo + pool.frees] ?? 0) - (from[atFrom + pool.frees] ?? 0);
    step(allocs);
    step(allocs - frees);
    step((to[atTo + pool.bytes] ?? 0) - (from[atFrom + pool.bytes] ?? 0));
  }
  writer.patch(maskAt, mask);
}

/** Which fields are known, then how far each moved. */
function writeMemory(writer: ByteWriter, from: MemoryTotals, to: MemoryTotals): void {
  let known = 0;
  for (const [bit, field] of MEMORY_FIELDS.entries()) if (to[field] !== undefined) known |= 1 << bit;
  writer.unsigned(known);
  for (const field of MEMORY_FIELDS) {
    const value = to[field];
    if (value !== undefined) writer.signed(value - (from[field] ?? 0));
  }
}

/** Does to the table what a reader will do. */
function applyDiff(table: RowTable, next: Float64Array, diff: RowDiff): void {
  for (const [index, at] of diff.changed.entries()) {
    const before = diff.basis[index] ?? -1;
    if (before >= 0) table.view().set(next.subarray(at, at + ROW_STRIDE), before);
  }
  for (const at of [...diff.removed].reverse()) table.remove(at / ROW_STRIDE);
  for (const [index, at] of diff.changed.entries()) {
    if ((diff.basis[index] ?? -1) >= 0) continue;
    const end = table.append();
    table.view().set(next.subarray(at, at + ROW_STRIDE), end);
  }
}

/** Whole numbers within ±MAX_COUNTER, tags within 32 bits, every tag once: what the format can hold exactly. */
function withinLimits(sample: Sample): Sample {
  const memory: { -readonly [K in keyof MemoryTotals]: MemoryTotals[K] } = {};
  for (const field of MEMORY_FIELDS) {
    const value = sample.memory[field];
    if (value !== undefined) memory[field] = limit(value);
  }
  const rows = allWithin(sample.rows) ? sample.rows : sample.rows.map(limit);
  return { time: limit(sample.time), scope: sample.scope, memory, rows };
}

function allWithin(rows: Float64Array): boolean {
  for (let at = 0; at < rows.length; at++) {
    const value = rows[at] ?? 0;
    if (!(value <= MAX_COUNTER && value >= -MAX_COUNTER && Math.floor(value) === value)) return false;
  }
  return true;
}

function limit(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.max(-MAX_COUNTER, Math.min(MAX_COUNTER, Math.round(value)));
}
