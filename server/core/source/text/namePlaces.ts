/**
 * Where each name stands in a list of tokens: made once for a list that is asked about, since a long file is asked about
 * many names. Reads tokens; knows no meaning.
 */
import type { Token } from './lexer';

const known = new WeakMap<readonly Token[], ReadonlyMap<string, readonly number[]>>();
const NOWHERE: readonly number[] = [];

/** Below this a look at each token is cheaper than the list of all names. */
const FEW_TOKENS = 400;

/** Indexes in [from, to) of the tokens that are the name, ascending. */
export function placesOf(tokens: readonly Token[], name: string, from = 0, to = tokens.length): readonly number[] {
  if (to - from > FEW_TOKENS || known.has(tokens)) {
    const all = allPlaces(tokens).get(name) ?? NOWHERE;
    return from === 0 && to >= tokens.length ? all : all.slice(behind(all, from), behind(all, to));
  }
  const found: number[] = [];
  for (let at = from; at < to; at += 1) if (tokens[at]?.text === name) found.push(at);
  return found;
}

/** How many of the ascending numbers are less than `limit`. */
function behind(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function allPlaces(tokens: readonly Token[]): ReadonlyMap<string, readonly number[]> {
  let places = known.get(tokens);
  if (places === undefined) known.set(tokens, (places = findPlaces(tokens)));
  return places;
}

function findPlaces(tokens: readonly Token[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== 'name') continue;
    const list = places.get(token.text);
    if (list) list.push(at);
    else places.set(token.text, [at]);
  }
  return places;
}
