/**
 * Enumerators of a list inside a function's body: each counts from the last one in front that has an initializer. A list
 * is read once, however many of its names are asked about.
 */
import { splitArguments, type Token } from '../text/lexer';
import type { BracketedTokens } from './localScopes';

export interface LocalEnumerator {
  /** The initializer it counts from; undefined: from 0, as the list's first. */
  readonly from: readonly Token[] | undefined;
  /** How much more than that it is. */
  readonly steps: number;
}

const known = new WeakMap<Int32Array, Map<number, ReadonlyMap<Token, LocalEnumerator>>>();

/** Enumerators of the list whose brace opens at token `open`, by the tokens of their names. */
export function localEnumerators(
  { tokens, match }: BracketedTokens,
  open: number,
): ReadonlyMap<Token, LocalEnumerator> {
  const lists = known.get(match) ?? new Map<number, ReadonlyMap<Token, LocalEnumerator>>();
  known.set(match, lists);
  let list = lists.get(open);
  if (list === undefined) lists.set(open, (list = readList(splitArguments(tokens, open + 1, match[open] ?? open + 1))));
  return list;
}

function readList(parts: readonly (readonly Token[])[]): Map<Token, LocalEnumerator> {
  const list = new Map<Token, LocalEnumerator>();
  let from: readonly Token[] | undefined;
  let steps = 0;
  for (const part of parts) {
    const [name, equals] = part;
    if (equals?.text === '=') {
      from = part.slice(2);
      steps = 0;
    }
    if (name) list.set(name, { from, steps });
    steps += 1;
  }
  return list;
}
