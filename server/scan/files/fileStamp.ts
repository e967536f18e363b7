/**
 * State of a file as caches compare it: size and time. Looks at the file, never into it.
 */
import { statSync } from 'node:fs';
import type { FileStamp } from '../scanTypes';

/** State of a file now; what is no plain file, or can't be looked at, has size -1. */
export function stampOf(path: string): FileStamp {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isFile() === true) return { path, size: stats.size, mtimeMs: stats.mtimeMs };
  } catch {
    // Same as absent: no fact can come from a file that can't be looked at.
  }
  return { path, size: -1, mtimeMs: 0 };
}

export function sameStamp(a: FileStamp, b: FileStamp): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs;
}
