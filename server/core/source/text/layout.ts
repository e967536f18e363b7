/**
 * The preprocessor's view of one file: its directives and comments with their offsets. Evaluates nothing.
 */
import { commentEnd, literalEnd } from './lexer';

export type DirectiveKind =
  | 'define'
  | 'undef'
  | 'include'
  | 'if'
  | 'ifdef'
  | 'ifndef'
  | 'elif'
  | 'elifdef'
  | 'elifndef'
  | 'else'
  | 'endif'
  | 'pragma'
  | 'other';

export interface Directive {
  readonly kind: DirectiveKind;
  /** Offset of the `#`, and the end of the logical line (continuations and trailing comments included). */
  readonly start: number;
  readonly end: number;
  /** Offset behind the directive's name. */
  readonly argument: number;
}

export interface FileLayout {
  readonly directives: readonly Directive[];
  /** Comments outside directives as offset pairs: start, end, start, end, … */
  readonly comments: readonly number[];
  /** Braces of code, in pairs: offset, `BRACE` kind. */
  readonly braces: readonly number[];
}

export const BRACE = { close: 0, open: 1, openBehindParenthesis: 2 } as const;

const KINDS = new Map<string, DirectiveKind>(
  (
    [
      'define',
      'undef',
      'include',
      'if',
      'ifdef',
      'ifndef',
      'elif',
      'elifdef',
      'elifndef',
      'else',
      'endif',
      'pragma',
    ] as const satisfies DirectiveKind[]
  ).map((kind) => [kind, kind]),
);

/** End of the logical line a directive is on: past continuations and block comments, before the line end. */
function directiveEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 10) {
      const before = text.charCodeAt(at - 1) === 13 ? at - 2 : at - 1;
      if (text.charCodeAt(before) !== 92 || before < from) return at;
      at += 1;
    } else if (code === 47) {
      const end = commentEnd(text, at, text.length);
      at = end < 0 ? at + 1 : end;
    } else if (code === 34 || code === 39) {
      const end = literalEnd(text, at, text.length);
      // An apostrophe in `#error don't` opens nothing.
      at = text.charCodeAt(end - 1) === code && end > at + 1 ? end : at + 1;
    } else at += 1;
  }
  return text.length;
}

/** Whether the apostrophe at `at` stands inside a number (`1'000`), not before a character. */
function separatesDigits(text: string, at: number): boolean {
  if (!/[0-9a-fA-F]/.test(text.charAt(at + 1))) return false;
  let start = at;
  while (start > 0 && at - start < 40 && /[\w'.$]/.test(text.charAt(start - 1))) start -= 1;
  return start < at && /^\.?\d/.test(text.slice(start, at));
}

function readDirective(text: string, hash: number): Directive {
  const end = directiveEnd(text, hash);
  let at = hash + 1;
  while (at < end && /[ \t\\\r\n]/.test(text.charAt(at))) at += 1;
  const word = /^[a-z_]{0,16}/.exec(text.slice(at, at + 16))?.[0] ?? '';
  const kind = KINDS.get(word) ?? (word === 'include_next' || word === 'import' ? 'include' : 'other');
  return { kind, start: hash, end, argument: at + word.length };
}

/** What a character means to the layout: 0 nothing, 1 a blank, 2 a line's end, 3 any other that has a case of its own. */
const MEANING = new Uint8Array(128);
for (let code = 0; code <= 32; code += 1) MEANING[code] = 1;
MEANING[10] = MEANING[13] = 2;
for (const character of '#/"\'{}') MEANING[character.charCodeAt(0)] = 3;

/** Where a reader of a text stands: outside comments and literals. */
export interface LayoutPosition {
  readonly at: number;
  /** Nothing but blanks and comments stand before it on its line. */
  readonly lineStart: boolean;
  /** The last character before it that is neither blank nor part of a comment; a directive counts as its `#`. */
  readonly last: number;
}

const BEGINNING: LayoutPosition = { at: 0, lineStart: true, last: 0 };

/** Reads directives, comments and braces in one pass over the text. */
export function readLayout(text: string): FileLayout {
  const { directives, comments, braces } = readLayoutFrom(text, BEGINNING, undefined);
  return { directives, comments, braces };
}

/**
 * What a text holds from a position on, to its end or up to `end`: a directive's beginning, or the place behind a brace,
 * for which `isKnown` holds.
 */
export function readLayoutFrom(
  text: string,
  from: LayoutPosition,
  isKnown: ((at: number, place: 'directive' | 'behind brace') => boolean) | undefined,
): FileLayout & { readonly end: number } {
  const directives: Directive[] = [];
  const comments: number[] = [];
  const braces: number[] = [];
  let { lineStart, last } = from;
  for (let at = from.at; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const meaning = code < 128 ? MEANING[code] : code === 0xfeff ? 1 : 0;
    if (meaning === 1) continue;
    if (meaning === 2) {
      lineStart = true;
      continue;
    }
    if (code === 47) {
      const end = commentEnd(text, at, text.length);
      if (end >= 0) {
        comments.push(at, end);
        at = end - 1;
        continue;
      }
    } else if (code === 35 && lineStart) {
      if (isKnown?.(at, 'directive') === true) return { directives, comments, braces, end: at };
      const directive = readDirective(text, at);
      directives.push(directive);
      at = directive.end - 1;
      last = code;
      continue;
    } else if (code === 123 || code === 125) {
      braces.push(at, code === 125 ? BRACE.close : last === 41 ? BRACE.openBehindParenthesis : BRACE.open);
      if (isKnown?.(at + 1, 'behind brace') === true) return { directives, comments, braces, end: at + 1 };
    } else if (code === 34 || (code === 39 && !separatesDigits(text, at))) at = literalEnd(text, at, text.length) - 1;
    lineStart = false;
    last = code;
  }
  return { directives, comments, braces, end: text.length };
}
