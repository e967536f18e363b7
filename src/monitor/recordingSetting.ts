/**
 * Where the setting `poollens.monitor.recording` leads. Pure: the rules of paths come from outside, so that Windows'
 * are tested everywhere. A relative path must stay inside the workspace folder, and no path may name another machine:
 * opening `\\host\share` hands that host the user's credentials.
 */
import type { PlatformPath } from 'node:path';

export type RecordingPath =
  | { readonly kind: 'none' }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'outside' | 'noFolder' | 'remote' };

/** @param folder Path of the first workspace folder on disk, if there is one. */
export function recordingPath(setting: string, folder: string | undefined, path: PlatformPath): RecordingPath {
  if (setting === '') return { kind: 'none' };
  if (/^[\\/]{2}/.test(setting)) return { kind: 'remote' };
  if (path.isAbsolute(setting)) return { kind: 'file', file: path.normalize(setting) };
  if (folder === undefined) return { kind: 'noFolder' };
  const file = path.resolve(folder, setting);
  const inside = path.relative(folder, file);
  const leaves = inside === '' || inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside);
  return leaves ? { kind: 'outside' } : { kind: 'file', file };
}
