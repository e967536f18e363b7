/**
 * The preprocessor's view of one file: its directives and comments with their offsets. Evaluates nothing.
 */
import { commentEnd, literalEnd } from './lexer';

export type DirectiveKind =
  'define' | 'undef' | 'include' | 'if' | 'ifdef' | 'ifndef' | 'elif' | 'else' | 'endif' | 'pragma' | 'other';

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
}

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

/** Reads directives and comments in one pass over the text. */
export function readLayout(text: string): FileLayout {
  const directives: Directive[] = [];
  const comments: number[] = [];
  let lineStart = true;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) lineStart = true;
    else if (code === 35 && lineStart) {
      const directive = readDirective(text, at);
      directives.push(directive);
      at = directive.end - 1;
    } else if (code === 47) {
      const end = commentEnd(text, at, text.length);
      if (end < 0) lineStart = false;
      else {
        comments.push(at, end);
        at = end - 1;
      }
    } else if (code === 34 || (code === 39 && !separatesDigits(text, at))) {
      at = literalEnd(text, at, text.length) - 1;
      lineStart = false;
    } else if (code > 32 && code !== 0xfeff) lineStart = false;
  }
  return { directives, comments };
}
