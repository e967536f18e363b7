/**
 * What parameters of lambdas get: the arguments of the calls of the variable that holds the lambda, or of its call on the
 * spot. A lambda that is handed on gets what nobody sees. Reads tokens; evaluates nothing.
 */
import type { FunctionDefinition } from '../syntax/functionHead';
import { splitArguments, splitParameters, tokenAt, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import { placesOf } from '../text/namePlaces';

export interface LambdaArguments {
  readonly given: readonly { readonly offset: number; readonly tokens: readonly Token[] }[];
  readonly reasons: readonly string[];
}

const MOST_PARAMETERS = 200;
const MOST_CALLS = 64;

/** Arguments for the parameter of a lambda whose name stands at an offset; undefined when it is none. */
export function lambdaArguments(
  { tokens, match }: MaskedSource,
  definition: FunctionDefinition,
  name: string,
  offset: number,
): LambdaArguments | undefined {
  const at = tokenAt(tokens, offset);
  const own = tokens[at];
  const open = listAround(tokens, match, at);
  const introducer = open < 0 ? -1 : introducerBefore(tokens, match, open);
  if (introducer < 0 || own === undefined) return undefined;
  const close = match[open] ?? -1;
  const position = splitParameters(tokens, open + 1, close).findIndex((part) => part.includes(own));
  const end = match[bodyBehind(tokens, close)] ?? -1;
  const reasons = [`what the lambda is called with for '${name}' is not seen`];
  if (end < 0 || position < 0) return { given: [], reasons };
  const variable = tokens[introducer - 1]?.text === '=' ? tokens[introducer - 2] : undefined;
  const to = tokenAt(tokens, definition.bodyEnd);
  const calls =
    tokens[end + 1]?.text === '(' ? [end] : variable?.kind === 'name' ? placesOf(tokens, variable.text, end, to) : [];
  const given: LambdaArguments['given'][number][] = [];
  for (const call of calls.slice(0, MOST_CALLS)) {
    const last = tokens[call + 1]?.text === '(' ? (match[call + 1] ?? -1) : -1;
    const arg = last < 0 ? undefined : splitArguments(tokens, call + 2, last)[position];
    // Handed on, captured by another one, or called with a pack.
    if (arg === undefined || arg.at(-1)?.text === '...') return { given: [], reasons };
    given.push({ offset: arg[0]?.start ?? offset, tokens: arg });
  }
  return { given, reasons: given.length === 0 || calls.length > MOST_CALLS ? reasons : [] };
}

/** The parenthesis that is open at a token. */
function listAround(tokens: readonly Token[], match: Int32Array, at: number): number {
  for (let back = at - 1; back >= 0 && back > at - MOST_PARAMETERS; back -= 1) {
    const text = tokens[back]?.text ?? '';
    if (text === ';' || text === '{' || text === '}') return -1;
    if (text === '(' && (match[back] ?? -1) > at) return back;
  }
  return -1;
}

/** The `[` of the lambda whose parameters open at `open`; -1 when it is none. */
function introducerBefore(tokens: readonly Token[], match: Int32Array, open: number): number {
  if (tokens[open - 1]?.text !== ']') return -1;
  for (let back = open - 2; back >= 0 && back > open - MOST_PARAMETERS; back -= 1) {
    if (tokens[back]?.text !== '[' || match[back] !== open - 1) continue;
    const before = tokens[back - 1];
    return before?.kind === 'name' && before.text !== 'return' ? -1 : back;
  }
  return -1;
}

/** Index of the brace of the body behind a lambda's parameters. */
function bodyBehind(tokens: readonly Token[], close: number): number {
  let at = close + 1;
  while (at < close + 16 && /^(?:mutable|noexcept|constexpr|->|\*|&|::|[A-Za-z_]\w*)$/.test(tokens[at]?.text ?? ''))
    at += 1;
  return tokens[at]?.text === '{' ? at : -1;
}
