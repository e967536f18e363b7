/**
 * Where a recording that was cut off can be gone on with: the end of its last whole frame, found by the frames' lengths
 * alone. Pure: bytes come from outside, a few at a time, so that a day's recording is not read for it. Never throws.
 */
import { ByteCursor } from './recordingBytes';
import { FRAME_SYNC, isFrameKind, SAMPLE_FRAMES } from './recordingFormat';
import { findKeyFrame, MAX_HEADER, readRecordingHeader } from './recordingReader';

export interface RecordingTail {
  /** Samples in front of it, as far as lengths tell. */
  readonly samples: number;
  /** Length to cut the file to: nothing behind it can be read. */
  readonly end: number;
}

/** Sync, kind, and the longest length. */
const FRAME_HEAD = 2 + 8;
const CHECKSUM = 4;
/** An unfinished frame is no longer; more is damage, and left alone. */
const LONGEST_REST = 32 * 1024 * 1024;

/**
 * `read` gives up to `length` bytes from an offset. A text instead of a tail says why this is no recording. Damage with
 * samples behind it is left as it is: a reader passes over it.
 */
export function findRecordingTail(
  size: number,
  read: (offset: number, length: number) => Uint8Array,
): RecordingTail | string {
  const header = readRecordingHeader(read(0, Math.min(size, MAX_HEADER)));
  if (typeof header === 'string') return header;
  let samples = 0;
  let at = header.end;
  while (at < size) {
    const head = read(at, Math.min(FRAME_HEAD, size - at));
    const cursor = new ByteCursor(head, 0, head.length);
    const sync = cursor.byte();
    const kind = cursor.byte();
    const length = cursor.unsigned();
    const next = at + cursor.at + length + CHECKSUM;
    const isFrame = sync === FRAME_SYNC && isFrameKind(kind) && !cursor.failed;
    if (!isFrame || next > size) return { samples, end: isLost(size - at, () => read(at, size - at)) ? at : size };
    if (SAMPLE_FRAMES.includes(kind)) samples++;
    at = next;
  }
  return { samples, end: at };
}

/** Whether a reader finds nothing in the rest of a file: then no more is lost when it goes. */
function isLost(length: number, rest: () => Uint8Array): boolean {
  if (length > LONGEST_REST) return false;
  const bytes = rest();
  return findKeyFrame(bytes, 1, 4 * bytes.length).at === undefined;
}
