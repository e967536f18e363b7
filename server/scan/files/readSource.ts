/**
 * Reads source files one after the other, as text: the bytes go through memory that is used again and again.
 */
import { decodeText } from './decodeText';
import { MOST_BYTES } from './fileKinds';
import { readBounded } from './readBounded';

/** Larger files get memory of their own. */
const ROOM_BYTES = 1 << 20;
let room: Buffer | undefined;

export interface ReadSource {
  readonly text: string;
  /** In bytes. */
  readonly size: number;
}

/** Throws like `readBounded`. */
export function readSource(path: string): ReadSource {
  const bytes = readBounded(path, MOST_BYTES.source, (room ??= Buffer.allocUnsafeSlow(ROOM_BYTES)));
  return { text: decodeText(bytes), size: bytes.length };
}
