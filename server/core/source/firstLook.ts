/**
 * First looks at a text, before anything is read from it: may it hold sites or tags at all? May say yes in vain, never no
 * in vain. What a text's own wrappers and its headers' have a say in is knownWrappers.ts's.
 */
import { CATALOGUE_NAMES } from './calls/calls';
import { STRUCTURE_NAMES } from './calls/fields';
import { tokenize } from './text/lexer';
import type { SourceText } from './text/sourceText';

const NAMES = new RegExp(`\\b(?:${[...CATALOGUE_NAMES, ...STRUCTURE_NAMES].join('|')})\\b`);
const PLACED_NEW = /\bnew\s*\(/g;
/** As `namesPool` in calls.ts wants its arguments. */
const POOL_OR_TAG = /pool|paged|flag|tag|'/i;
/** Of placement arguments, and of what may stand before `new` on its line, in UTF-16 units. */
const MOST_LOOKED_AT = 400;

/** Whether a text names an allocator or a structure with a tag, or may place `new` into a pool. Comments count. */
export function mentionsAllocator(text: string): boolean {
  return NAMES.test(text) || placesNewIntoPool(text);
}

/** Whether a text defines an operator, which is an allocator if what it calls is one. */
export function definesOperatorNew(text: string): boolean {
  return /\boperator\s+new\b/.test(text);
}

/** `new (PagedPool, TAG) T`: two arguments that read like a pool and a tag, or in a macro whatever its parameters bring. */
function placesNewIntoPool(text: string): boolean {
  PLACED_NEW.lastIndex = 0;
  for (let match = PLACED_NEW.exec(text); match !== null; match = PLACED_NEW.exec(text)) {
    const open = PLACED_NEW.lastIndex;
    const inside = placement(text, open);
    if (inside === undefined) return true;
    if (inside.includes(',') && (POOL_OR_TAG.test(inside) || mayBeInMacro(text, match.index))) return true;
  }
  return false;
}

/** What stands between the parentheses; undefined: too much to tell. */
function placement(text: string, from: number): string | undefined {
  let depth = 1;
  const limit = Math.min(text.length, from + MOST_LOOKED_AT);
  for (let at = from; at < limit; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 40) depth += 1;
    else if (code === 41) depth -= 1;
    if (depth === 0) return text.slice(from, at);
  }
  return limit === text.length ? text.slice(from) : undefined;
}

/** Whether a place stands on the line of a directive, or on one that continues the line before. */
function mayBeInMacro(text: string, at: number): boolean {
  const first = Math.max(0, at - MOST_LOOKED_AT);
  const before = text.slice(first, at);
  const lineEnd = before.lastIndexOf('\n');
  if (lineEnd < 0 && first > 0) return true;
  return /^\s*#/.test(before.slice(lineEnd + 1)) || /\\\s*$/.test(before.slice(0, Math.max(0, lineEnd)));
}

/** Whether an arm of a condition may say which tag is meant elsewhere: a literal, a number as long as one, or a name that says so. */
export function mayBearOnTags(text: string, start: number, end: number): boolean {
  return BEARING.test(text.slice(start, end));
}

const BEARING = /'(?:[^'\\\n]|\\.){2,}'|\b0x[0-9a-f]{6,8}|tag/i;

const TAG_LITERAL = /'(?:[^'\\\n]|\\.){4}'/g;
/** Of a line that is cut into tokens, in UTF-16 units. */
const MOST_LINE = 10_000;

/** Whether a text holds a literal of four characters outside comments. */
export function hasTagLiteral(source: SourceText): boolean {
  const { text } = source;
  TAG_LITERAL.lastIndex = 0;
  for (let match = TAG_LITERAL.exec(text); match !== null; match = TAG_LITERAL.exec(text)) {
    const behind = behindComment(source.layout.comments, match.index);
    if (behind !== undefined) {
      TAG_LITERAL.lastIndex = behind;
      continue;
    }
    const start = text.lastIndexOf('\n', match.index) + 1;
    const lineEnd = text.indexOf('\n', match.index);
    const end = lineEnd < 0 ? text.length : lineEnd;
    // What a comment that ends on the line leaves of it is not told here.
    if (end - start > MOST_LINE || text.slice(start, match.index).includes('*/')) return true;
    // A quote may be the end of one literal, and the next one the beginning of another: 'a' or 'b'.
    if (tokenize(text, start, end).some((token) => token.kind === 'char' && TAG_LITERAL_WHOLE.test(token.text)))
      return true;
    TAG_LITERAL.lastIndex = end;
  }
  return false;
}

const TAG_LITERAL_WHOLE = /'(?:[^'\\\n]|\\.){4}'$/;

/** End of the comment that holds a place; undefined: none does. `comments`: pairs of offsets, ascending. */
function behindComment(comments: readonly number[], at: number): number | undefined {
  let low = 0;
  let high = comments.length >>> 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((comments[2 * middle + 1] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  const end = comments[2 * low + 1];
  return end !== undefined && (comments[2 * low] ?? at) <= at ? end : undefined;
}
