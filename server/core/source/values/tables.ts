/**
 * Tables of tags: the initializer of an array and, where the array is no constant, what else is put into its elements.
 * Of an array that may be changed in ways that are not seen nothing is known.
 */
import { openBefore } from '../syntax/operandPlace';
import { splitArguments, type Token } from '../text/lexer';
import { declaresHere, type BracketedTokens } from './localScopes';

/** An array's initializer and further values of any of its elements. */
export interface Table {
  readonly initializer: readonly Token[];
  readonly stores: readonly { readonly at: number; readonly tokens: readonly Token[] }[];
}

const ACCESS = /^(?:\.|->|::)$/;
const COUNTS = /^(?:sizeof|ARRAYSIZE|RTL_NUMBER_OF|_countof|C_ASSERT)$/;
const CHANGES = /^(?:[-+*/%&|^]|<<|>>)=$|^(?:\+\+|--)$/;
const MOST_STORES = 64;

/** What is put into the elements of the array that these tokens name; undefined: nobody sees all of it. */
export function elementStores(
  { tokens, match }: BracketedTokens,
  uses: readonly number[],
): Table['stores'] | undefined {
  const stores: { at: number; tokens: readonly Token[] }[] = [];
  for (const at of uses) {
    if (ACCESS.test(tokens[at - 1]?.text ?? '')) continue;
    const close = tokens[at + 1]?.text === '[' ? (match[at + 1] ?? -1) : -1;
    if (close < 0) {
      if (COUNTS.test(tokens[at - 2]?.text ?? '')) continue;
      return undefined;
    }
    if (declaresHere(tokens, at)) continue;
    const next = tokens[close + 1]?.text ?? '';
    const before = tokens[at - 1]?.text ?? '';
    if (CHANGES.test(next) || next === '[' || before === '++' || before === '--') return undefined;
    if (before === '&' && !isOperandBefore(tokens, at - 1)) return undefined;
    if (next !== '=') continue;
    let end = close + 2;
    while (end < tokens.length && !/^[;,)}]$/.test(tokens[end]?.text ?? '')) end = Math.max(end, match[end] ?? -1) + 1;
    stores.push({ at, tokens: tokens.slice(close + 2, end) });
    if (stores.length > MOST_STORES) return undefined;
  }
  return stores;
}

/** Whether the `&` at `at` stands between two operands. */
function isOperandBefore(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  if (before?.text !== ')') return before?.kind === 'name' || before?.kind === 'number' || before?.text === ']';
  // `(flags) & table[i]` and `(ULONG *)&table[i]`
  return tokens[at - 2]?.text !== '*' && tokens[openBefore(tokens, at - 1) - 1]?.kind === 'name';
}

/** Elements of a list by their positions, those with `[index] =` at theirs; undefined where an index is not known. */
export function elementsOf(
  initializer: readonly Token[],
  indexOf: (tokens: readonly Token[]) => number | undefined,
): (readonly Token[] | undefined)[] | undefined {
  if (initializer[0]?.text !== '{' || initializer.at(-1)?.text !== '}') return undefined;
  const found: (readonly Token[] | undefined)[] = [];
  let next = 0;
  for (const part of splitArguments(initializer, 1, initializer.length - 1)) {
    if (part.length === 0) continue;
    const close = part[0]?.text === '[' ? part.findIndex(({ text }) => text === ']') : -1;
    if (close > 0) {
      const index = part[close + 1]?.text === '=' ? indexOf(part.slice(1, close)) : undefined;
      if (index === undefined || index >= MOST_ELEMENTS) return undefined;
      next = index;
    }
    if (next >= MOST_ELEMENTS) break;
    while (found.length < next) found.push(undefined);
    found[next] = close > 0 ? part.slice(close + 2) : part;
    next += 1;
  }
  return found;
}

const MOST_ELEMENTS = 256;
