/**
 * The folder that caches lie in: what nobody used for a while goes, and when all of it is too much, what was used
 * longest ago. Knows caches by their names only.
 */
import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

export const CACHE_SUFFIX = '.facts';

const DAY_MS = 24 * 3600 * 1000;
const DAYS_KEPT = 30;
/** All caches together. */
const MOST_BYTES = 4 * 2 ** 30;

/** Marks a cache as used today. */
export function touchInUse(path: string): void {
  try {
    const now = Date.now();
    if (now - statSync(path).mtimeMs > DAY_MS) utimesSync(path, now / 1000, now / 1000);
  } catch {
    // Not there, or not ours to touch: it is made anew when it is old.
  }
}

/** Throws what the file system throws. */
export function tidyCacheFolder(folder: string): void {
  const files = readdirSync(folder)
    .filter((name) => name.includes(CACHE_SUFFIX))
    .map((name) => {
      const path = join(folder, name);
      const stats = statSync(path, { throwIfNoEntry: false });
      return { path, size: stats?.size ?? 0, age: Date.now() - (stats?.mtimeMs ?? Date.now()) };
    });
  let bytes = 0;
  for (const { path, size, age } of files.sort((a, b) => a.age - b.age)) {
    bytes += size;
    // A draft of a day ago is that of a scan which was killed.
    const days = path.endsWith('.tmp') ? 1 : DAYS_KEPT;
    if (age > days * DAY_MS || bytes > MOST_BYTES) rmSync(path, { force: true });
  }
}
