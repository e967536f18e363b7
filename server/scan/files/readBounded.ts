/**
 * Reads a whole file of at most so many bytes, whatever stands at its path by now: a pipe or a device is not read, and
 * a file that grows meanwhile is read to the size it had. Says nothing about what the bytes mean.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** The path leads to no plain file, or to one that is too large. */
export class UnreadableFileError extends Error {}

/** Opening a pipe waits for its other end, unless this is asked for. Windows has no such flag, and no such pipes in folders. */
const WITHOUT_WAITING = constants.O_NONBLOCK ?? 0;

/**
 * The file's bytes. Throws UnreadableFileError, or what the file system throws. `room`: memory for files that fit in, whose
 * bytes hold until it is used again.
 */
export function readBounded(path: string, mostBytes: number, room?: Buffer): Buffer {
  const handle = openSync(path, constants.O_RDONLY | WITHOUT_WAITING);
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) throw new UnreadableFileError('is no plain file any more');
    if (stats.size > mostBytes) throw new UnreadableFileError(`larger than ${String(mostBytes >> 20)} MiB, not read`);
    const fits = room !== undefined && stats.size <= room.length;
    const bytes = fits ? room.subarray(0, stats.size) : Buffer.allocUnsafeSlow(stats.size);
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(handle, bytes, length, bytes.length - length, null);
      // Shortened since its size was asked for.
      if (read === 0) break;
      length += read;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(handle);
  }
}
