/**
 * What becomes of an operand that is named and not called: it is assigned, passed as an argument, listed between braces,
 * or only compared. Reads tokens, backwards from the operand; knows no names.
 */
import type { Token } from '../text/lexer';

export type OperandPlace =
  /** `at`: index of the `=`. */
  | { readonly kind: 'assigned'; readonly at: number }
  /** `callee`: index of the called name. */
  | { readonly kind: 'argument'; readonly callee: number; readonly position: number }
  /** `brace`: index of the opening brace; `designator`: the member an element is given for. */
  | { readonly kind: 'listed'; readonly brace: number; readonly position: number; readonly designator?: string }
  | { readonly kind: 'tested' }
  | { readonly kind: 'other' };

const OTHER: OperandPlace = { kind: 'other' };
const TESTED: OperandPlace = { kind: 'tested' };
const MOST_BEFORE = 2_000;
const KEYWORD_TESTS =
  /^(?:if|while|for|switch|sizeof|_countof|ARRAYSIZE|RTL_NUMBER_OF|UNREFERENCED_\w+|\w*ASSERT\w*|assert)$/;

/** Where the operand whose first token stands at `at` goes. */
export function operandPlace(tokens: readonly Token[], at: number): OperandPlace {
  let isChoice = false;
  for (let back = at - 1; back >= 0 && at - back < MOST_BEFORE; back -= 1) {
    const text = tokens[back]?.text ?? '';
    if (text === '=') return assigned(tokens, back);
    if (text === '(') {
      const outer = groupOrCall(tokens, back, 0);
      if (outer !== undefined) return outer;
    } else if (text === ',' || text === '{') return element(tokens, back);
    else if (text === '?') isChoice = true;
    else if (text === ':') {
      const mark = questionBefore(tokens, back);
      if (mark < 0) return OTHER;
      back = mark;
      isChoice = true;
    } else if (text === ')') {
      const open = openBefore(tokens, back);
      if (open < 0 || (!isChoice && !isCast(tokens, open, back))) return OTHER;
      back = open;
    } else if (text === ']') {
      if (!isChoice) return OTHER;
      back = Math.max(0, openBefore(tokens, back));
    } else if (text === ';' || text === '}' || text === 'return') return OTHER;
    else if (/^(?:[=!]=|&&|\|\||!)$/.test(text)) {
      if (!isChoice) return TESTED;
    } else if (text !== '&' && !isChoice) return OTHER;
  }
  return OTHER;
}

/** `object.member =` inside braces names the member of an element; all else is an assignment. */
function assigned(tokens: readonly Token[], at: number): OperandPlace {
  const isDesignated = tokens[at - 2]?.text === '.' && /^[{,]$/.test(tokens[at - 3]?.text ?? '');
  const isIndexed = tokens[at - 1]?.text === ']' && /^[{,]$/.test(tokens[openBefore(tokens, at - 1) - 1]?.text ?? '');
  if (!isDesignated && !isIndexed) return { kind: 'assigned', at };
  const from = isDesignated ? at - 3 : openBefore(tokens, at - 1) - 1;
  const place = element(tokens, from);
  const designator = tokens[at - 1]?.text;
  return place.kind === 'listed' && isDesignated && designator !== undefined ? { ...place, designator } : place;
}

/** The list or call an element behind the `{` or `,` at `at` belongs to. */
function element(tokens: readonly Token[], at: number): OperandPlace {
  let position = 0;
  for (let back = at; back >= 0 && at - back < MOST_BEFORE; back -= 1) {
    const text = tokens[back]?.text ?? '';
    if (text === ',') position += 1;
    else if (text === '{') return { kind: 'listed', brace: back, position };
    else if (text === '(') return groupOrCall(tokens, back, position) ?? OTHER;
    else if (text === ';' || text === '[') return OTHER;
    else if (/^[)\]}]$/.test(text)) {
      back = openBefore(tokens, back);
      if (back < 0) return OTHER;
    }
  }
  return OTHER;
}

/** What a parenthesis opens; undefined for one that only groups. */
function groupOrCall(tokens: readonly Token[], open: number, position: number): OperandPlace | undefined {
  const before = tokens[open - 1];
  if (before?.kind === 'name') {
    if (KEYWORD_TESTS.test(before.text)) return TESTED;
    return before.text === 'return' ? OTHER : { kind: 'argument', callee: open - 1, position };
  }
  if (/^[)\]>]$/.test(before?.text ?? '')) return OTHER;
  return position > 0 ? OTHER : undefined;
}

function questionBefore(tokens: readonly Token[], colon: number): number {
  for (let back = colon - 1, nested = 0; back >= 0 && colon - back < MOST_BEFORE; back -= 1) {
    const text = tokens[back]?.text ?? '';
    if (/^[)\]}]$/.test(text)) back = openBefore(tokens, back);
    else if (text === ':') nested += 1;
    else if (text === '?') {
      if (nested === 0) return back;
      nested -= 1;
    } else if (/^[;{([]$/.test(text)) return -1;
    if (back < 0) return -1;
  }
  return -1;
}

/** Index of the bracket that the one at `close` closes; -1 when there is none near. */
export function openBefore(tokens: readonly Token[], close: number): number {
  for (let back = close, depth = 0; back >= 0 && close - back < MOST_BEFORE; back -= 1) {
    const text = tokens[back]?.text ?? '';
    if (/^[)\]}]$/.test(text)) depth += 1;
    else if (/^[([{]$/.test(text) && (depth -= 1) === 0) return back;
  }
  return -1;
}

function isCast(tokens: readonly Token[], open: number, close: number): boolean {
  const inside = tokens.slice(open + 1, close);
  return inside.length > 0 && inside.length < 12 && inside.every(({ kind, text }) => kind === 'name' || text === '*');
}
