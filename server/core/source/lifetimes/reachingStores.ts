/**
 * Which of the stores into a variable can still be in it at a use, and whether a place is reached whatever the function
 * was called with. Reads tokens: where the order of statements does not tell, every store may reach.
 */
import type { FunctionDefinition } from '../syntax/functionHead';
import { tokenAt, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';

type Bracketed = Pick<MaskedSource, 'tokens' | 'match'>;

/** Something that may put a value into a variable. */
export interface Store {
  readonly offset: number;
  /** Offset behind the value; undefined: what was there before may stay. */
  readonly end: number | undefined;
}

export interface Reaching<T extends Store> {
  readonly stores: readonly T[];
  /** What the variable held when the function was entered may still be in it. */
  readonly fromStart: boolean;
}

/** Tokens of a function in which the order is looked at. */
const MOST_TOKENS = 40_000;
/** Tokens of a condition. */
const MOST_HEAD = 2_000;

/** The stores that can reach the use at an offset. */
export function reachingStores<T extends Store>(
  masked: Bracketed,
  definition: FunctionDefinition,
  stores: readonly T[],
  use: number,
): Reaching<T> {
  const all = { stores, fromStart: true };
  const { tokens, match } = masked;
  const from = tokenAt(tokens, definition.bodyStart);
  const to = tokenAt(tokens, definition.bodyEnd);
  const useAt = tokenAt(tokens, use);
  if (stores.length === 0 || to - from > MOST_TOKENS || hasLambda(tokens, match, from, to)) return all;
  const around = blocksAround(tokens, match, from, useAt);
  for (const store of [...stores].sort((a, b) => b.offset - a.offset)) {
    if (store.end === undefined || store.end > use) continue;
    const at = tokenAt(tokens, store.offset);
    const block = blocksAround(tokens, match, from, at).at(-1) ?? from;
    const depth = around.indexOf(block);
    if (depth < 0 || !isCertain(tokens, match, block, at) || hasLabel(tokens, at, useAt)) continue;
    // What a loop around the use stores behind it comes back to it.
    const inner = around.slice(depth + 1).find((open) => mayLoop(tokens, match, open));
    const innerEnd = inner === undefined ? use : (tokens[match[inner] ?? -1]?.start ?? Number.MAX_SAFE_INTEGER);
    const innerStart = inner === undefined ? use : (tokens[inner]?.start ?? 0);
    const reaching = stores.filter(
      ({ offset }) => (offset >= store.offset && offset < use) || (offset > innerStart && offset < innerEnd),
    );
    return { stores: reaching, fromStart: false };
  }
  return all;
}

/** Opening braces around a token, the outermost first. */
function blocksAround(tokens: readonly Token[], match: Int32Array, from: number, at: number): number[] {
  const blocks: number[] = [];
  for (let next = from; next < at; next += 1) {
    if (tokens[next]?.text !== '{') continue;
    const close = match[next] ?? -1;
    if (close < at && close >= 0) next = close;
    else blocks.push(next);
  }
  return blocks;
}

/** Whether a block may be gone through more than once: all but those of `if`, `else`, `switch`, and plain ones. */
function mayLoop(tokens: readonly Token[], match: Int32Array, open: number): boolean {
  const before = tokens[open - 1]?.text ?? '';
  if (/^(?:[;{}]|else|try|__try|__finally)$/.test(before)) return false;
  if (before !== ')') return true;
  let head = open - 2;
  while (head > 0 && open - head < MOST_HEAD && match[head] !== open - 1) head -= 1;
  return !/^(?:if|switch)$/.test(tokens[head - 1]?.text ?? '');
}

/** Whether the store at `at` is made whenever its block is entered and gone through. */
function isCertain(tokens: readonly Token[], match: Int32Array, block: number, at: number): boolean {
  const first = statementStart(tokens, match, block, at);
  const before = tokens[first - 1]?.text ?? '';
  if (!/^[;{}]$/.test(before)) return false;
  const head = tokens.slice(first, at);
  if (/^(?:for|else|do|case|default|return)$/.test(head[0]?.text ?? '')) return false;
  // Behind a parenthesis that is closed stands what a macro decides about.
  return !head.some(({ text }) => /^(?:&&|\|\||[?:)])$/.test(text));
}

/** Index of the first token of the statement that holds token `at`. */
function statementStart(tokens: readonly Token[], match: Int32Array, block: number, at: number): number {
  let first = block + 1;
  for (let next = first; next < at; next += 1) {
    const text = tokens[next]?.text ?? '';
    if (text === ';' || text === '}') first = next + 1;
    else if (/^[({[]$/.test(text)) {
      const close = match[next] ?? -1;
      // What is left stands inside: of `for (a; b; c)` no part is a statement.
      if (close < 0 || close > at) break;
      next = close;
      if (text === '{') first = next + 1;
    }
  }
  return first;
}

/** Whether control may come in from elsewhere between two tokens. */
function hasLabel(tokens: readonly Token[], from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const text = tokens[at]?.text ?? '';
    if (text === 'case' || text === 'default') return true;
    if (text === ':' && tokens[at - 1]?.kind === 'name' && /^[;{}:]$/.test(tokens[at - 2]?.text ?? '')) return true;
  }
  return false;
}

/** `[…](…)`, `[…] {`: what it does is done when it is called. */
function hasLambda(tokens: readonly Token[], match: Int32Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    if (tokens[at]?.text !== '[') continue;
    const behind = tokens[(match[at] ?? -1) + 1]?.text ?? '';
    const before = tokens[at - 1];
    if (/^[({]$/.test(behind) && /^(?:[=(,{;]|return)$/.test(before?.text ?? '')) return true;
  }
  return false;
}

/** Comparisons with null, and what may stand around them. */
const NULL_TEST = /^(?:NULL|nullptr|0|==|!=|!|\(|\))$/;

/**
 * Whether the call at an offset is made for every block the function gets in a variable: nothing but tests of that
 * variable for null decides about it, and no return in front of it depends on anything else.
 */
export function isAlwaysReached(
  { tokens, match }: Bracketed,
  definition: FunctionDefinition,
  offset: number,
  name: string,
): boolean {
  const from = tokenAt(tokens, definition.bodyStart);
  const at = tokenAt(tokens, offset);
  if (at - from > MOST_TOKENS) return false;
  const isGuarded = (token: number, sense: RegExp): boolean => {
    const blocks = blocksAround(tokens, match, from, token);
    const statements = blocks.map((block, depth) => statementStart(tokens, match, block, blocks[depth + 1] ?? token));
    return statements.every((first, depth) => {
      const end = blocks[depth + 1] ?? token;
      if (first === end) return true;
      return isNullTest(tokens, match, first, end, name, sense);
    });
  };
  if (!isGuarded(at, /^(?!.*==)(?!.*!(?!=))/)) return false;
  for (let next = from; next < at; next += 1) {
    const text = tokens[next]?.text ?? '';
    if (/^(?:goto|break|continue|throw|case|default|__leave)$/.test(text)) return false;
    if (text === 'return' && !isGuarded(next, /==|!(?!=)/)) return false;
  }
  return true;
}

/** Whether tokens[first…end) are `if (…)` with nothing but a test for null of that name, of the kind that is asked for. */
function isNullTest(
  tokens: readonly Token[],
  match: Int32Array,
  first: number,
  end: number,
  name: string,
  sense: RegExp,
): boolean {
  if (tokens[first]?.text !== 'if' || (match[first + 1] ?? -1) !== end - 1) return false;
  const test = tokens.slice(first + 2, end - 1).map(({ text }) => text);
  return test.every((text) => text === name || NULL_TEST.test(text)) && sense.test(test.join(''));
}
