/**
 * Source paths as PDBs hold them: another machine's, with either slash, drives, shares, `.` and `..` in the middle.
 * Text only; such a path is never opened as it stands.
 */

/**
 * The path's parts, `.` and `..` resolved as text; a drive is a part, and so are a share's server and name. A `..` that
 * would lead above the beginning is dropped: `..\common\a.c` is `common`, `a.c`.
 */
export function pathSegments(path: string): string[] {
  const segments: string[] = [];
  for (const part of path.split(/[\\/]+/)) {
    if (part === '' || part === '.') continue;
    if (part !== '..') segments.push(part);
    else if (!/^[a-z]:$/i.test(segments.at(-1) ?? '')) segments.pop();
  }
  return segments;
}
