/**
 * The bracket around each token: made once for a long list of tokens, since a long function is asked about many of its
 * names. Reads where brackets close; knows no text.
 */

const known = new WeakMap<Int32Array, Int32Array>();

/** Below this a look at those tokens alone is cheaper than at the whole list. */
const FEW_TOKENS = 400;

/** Tells for a token in [from, to) the index of the innermost bracket that opens around it there; -1 when none does. */
export type BracketAround = (at: number) => number;

/**
 * Brackets around the tokens in [from, to), of a list whose opening brackets are closed as `match` says (-1 for all else).
 * What opens before `from` is none of them. The list must not change while `match` is the same.
 */
export function bracketsAround(match: Int32Array, from: number, to: number): BracketAround {
  let all = known.get(match);
  if (all === undefined && to - from <= FEW_TOKENS) {
    const some = findBrackets(match, from, to);
    return (at) => some[at - from] ?? -1;
  }
  if (all === undefined) known.set(match, (all = findBrackets(match, 0, match.length)));
  const list = all;
  return (at) => {
    const open = list[at] ?? -1;
    return open < from ? -1 : open;
  };
}

function findBrackets(match: Int32Array, from: number, to: number): Int32Array {
  const around = new Int32Array(Math.max(0, to - from)).fill(-1);
  const open: number[] = [];
  let innermost = -1;
  for (let at = from; at < to; at += 1) {
    if (innermost >= 0 && match[innermost] === at) {
      open.pop();
      innermost = open.at(-1) ?? -1;
    }
    around[at - from] = innermost;
    if ((match[at] ?? -1) > at) open.push((innermost = at));
  }
  return around;
}
