/**
 * Patterns of pooltag.txt: the four columns of a tag, where `?` is any character and `*` any run of them.
 * Case matters. Knows nothing of lines and files.
 */

const PLACES = 4;

/** A tag's text without one or more of its characters: all 16 ways, the whole text first. */
const MASKS = Array.from({ length: 1 << PLACES }, (_, mask) => mask);

export function isWildcard(pattern: string): boolean {
  return /[?*]/.test(pattern);
}

/** Characters before the first wildcard; 4: there is none, the pattern is one tag. */
export function literalPrefix(pattern: string): number {
  const at = pattern.search(/[?*]/);
  return at < 0 ? PLACES : at;
}

/** Characters that are neither wildcards nor padding. */
export function literalCount(pattern: string): number {
  return pattern.replace(/[?* ]/g, '').length;
}

/**
 * What a pattern of four columns stands for, in exactly four places with `?` alone: `Afd?` itself, `Bu* ` is `Bu??`,
 * `*b*d` is `?b?d` and `??bd` and `b??d`. Never more than a handful.
 */
export function fourPlaces(pattern: string): Set<string> {
  // Runs of stars say no more than one, and have many ways to say it.
  return new Set(expand(pattern.replace(/\* +$/, '*').replace(/\*+/g, '*'), PLACES));
}

function expand(text: string, places: number): string[] {
  const star = text.indexOf('*');
  if (star < 0) return text.length === places ? [text] : [];
  const left = places - star;
  return Array.from({ length: Math.max(0, left + 1) }, (_, run) => run).flatMap((run) =>
    expand(text.slice(star + 1), left - run).map((rest) => text.slice(0, star) + '?'.repeat(run) + rest),
  );
}

/** Every text of four places (see `fourPlaces`) that matches this tag's four characters. */
export function matchingPlaces(text: string): string[] {
  return MASKS.map((mask) => [...text].map((char, at) => (mask & (1 << at) ? '?' : char)).join(''));
}
