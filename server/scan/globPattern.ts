/**
 * Globs of the setting poollens.scan.exclude as regular expressions over relative paths with forward slashes.
 * Knows `*`, `?`, `**` and `{a,b}`, as VS Code's own excludes do; no character classes.
 */

const SPECIAL = /[\\^$.|+()[\]]/;

function braces(glob: string, at: number): { readonly source: string; readonly end: number } | undefined {
  const end = glob.indexOf('}', at);
  if (end < 0) return undefined;
  const choices = glob.slice(at + 1, end).split(',');
  return { source: `(?:${choices.map(source).join('|')})`, end };
}

function source(glob: string): string {
  let text = '';
  for (let at = 0; at < glob.length; at += 1) {
    const char = glob.charAt(at);
    if (glob.startsWith('**/', at)) {
      text += '(?:.*/)?';
      at += 2;
    } else if (glob.startsWith('**', at)) {
      text += '.*';
      at += 1;
    } else if (char === '*') text += '[^/]*';
    else if (char === '?') text += '[^/]';
    else if (char === '{') {
      const group = braces(glob, at);
      text += group?.source ?? '\\{';
      at = group?.end ?? at;
    } else text += SPECIAL.test(char) || char === '}' ? `\\${char}` : char;
  }
  return text;
}

/** Says of a path relative to its root (forward slashes) whether one of the globs names it, or a folder above it. */
export function globMatcher(globs: readonly string[]): (path: string) => boolean {
  const wanted = globs
    .map((glob) =>
      glob
        .trim()
        .replace(/^\.?\/+/, '')
        .replace(/\/+$/, ''),
    )
    .filter((g) => g !== '');
  if (wanted.length === 0) return () => false;
  const pattern = new RegExp(`^(?:${wanted.map(source).join('|')})(?:/.*)?$`, process.platform === 'win32' ? 'i' : '');
  return (path) => pattern.test(path);
}
