/**
 * Comments that switch rules off for a line: `// poollens-disable-line rule, rule -- reason` and
 * `// poollens-disable-next-line …`; without a rule, all rules. Works on text and knows no file.
 */
import type { Place } from '../../../src/shared/facts';

/** Line (from 0) → rules switched off there; `all` for every rule. */
export type Suppressions = ReadonlyMap<number, ReadonlySet<string>>;

const ALL = 'all';
const DIRECTIVE = /(?:\/\/|\/\*)[ \t]*poollens-disable-(next-line|line)\b([^\r\n]*)/g;

function rulesOf(text: string): string[] {
  const [list = ''] = text.replace(/\*\/.*$/, '').split(/(?:^|\s)--(?:\s|$)/);
  const rules = list.split(/[\s,]+/).filter((rule) => rule !== '');
  return rules.length === 0 ? [ALL] : rules;
}

/** The suppressions a source text declares. */
export function readSuppressions(text: string): Suppressions {
  const lines = new Map<number, Set<string>>();
  let line = 0;
  let counted = 0;
  for (const match of text.matchAll(DIRECTIVE)) {
    for (; counted < match.index; counted += 1) if (isLineEnd(text, counted)) line += 1;
    const target = match[1] === 'next-line' ? line + 1 : line;
    const rules = lines.get(target) ?? new Set();
    for (const rule of rulesOf(match[2] ?? '')) rules.add(rule);
    lines.set(target, rules);
  }
  return lines;
}

/** Whether a line ends with this character: LF, or a CR that no LF follows. */
function isLineEnd(text: string, at: number): boolean {
  const char = text.charCodeAt(at);
  return char === 10 || (char === 13 && text.charCodeAt(at + 1) !== 10);
}

/** Whether a finding of `rule` is switched off on a line its call covers, from the called name to the end of the tag. */
export function isSuppressed(suppressions: Suppressions, rule: string, place: Place): boolean {
  if (place.kind !== 'source' || suppressions.size === 0) return false;
  const { range, tagRange = range } = place;
  const first = Math.min(range.start.line, tagRange.start.line);
  const last = Math.min(Math.max(range.end.line, tagRange.end.line), first + 200);
  for (let line = first; line <= last; line += 1) {
    const rules = suppressions.get(line);
    if (rules?.has(rule) === true || rules?.has(ALL) === true) return true;
  }
  return false;
}
