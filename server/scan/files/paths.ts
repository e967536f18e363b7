/**
 * Questions about file paths that decide what may be opened: UNC, containment, how a path is shown.
 * Text only; touches no file.
 */
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** `\\server\share`, `//server/share`, `\\?\…`, `\\.\…`: opening one may send credentials to a machine, or open a device. */
export function isUncOrDevicePath(path: string): boolean {
  return /^[\\/]{2}/.test(path);
}

/** Whether `path` is `folder` or lies below it. Both absolute. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Length of the common folder of two paths. */
export function commonFolderLength(a: string, b: string): number {
  let common = 0;
  for (let at = 0; at < a.length && at < b.length && a[at] === b[at]; at += 1) if (a[at] === sep) common = at + 1;
  return common;
}

/**
 * How paths are shown for what the user asked to scan: below an argument given as a relative path, relative to the
 * current folder; otherwise absolute. Forward slashes, so that output is the same everywhere.
 */
export function pathShower(paths: readonly string[], cwd: string): (path: string) => string {
  const relativeRoots = paths.filter((path) => !isAbsolute(path)).map((path) => resolve(cwd, path));
  return (path) => {
    const shown = relativeRoots.some((root) => isInside(root, path)) ? relative(cwd, path) || '.' : path;
    return sep === '\\' ? shown.replaceAll('\\', '/') : shown;
  };
}

/** What went wrong with a file, without the path (which stands beside it) and without Node's internals. */
export function describeFileError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  switch (code) {
    case 'ENOENT':
      return 'no such file or folder';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'ELOOP':
      return 'too many symbolic links';
    case 'EISDIR':
      return 'is a folder';
    case 'ENOTDIR':
      return 'a part of the path is not a folder';
    case 'ENAMETOOLONG':
      return 'the path is too long';
    case 'EBUSY':
      return 'in use by another program';
    case undefined:
    default:
      return `can't be read (${code ?? (error instanceof Error ? error.message : String(error))})`;
  }
}
