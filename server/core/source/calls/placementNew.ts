/**
 * `new` expressions that reach an operator with a tag: which of the project's forms is called, array forms apart, and
 * the WDK's own form. Left-out arguments have defaults, which others look for.
 */
import type { Wrapper } from '../externals';
import { behindAngles, splitArguments, type Token } from '../text/lexer';
import type { Call, WrapperLookup } from './call';
import { takingPlacement } from './placements';

/** Tokens of a type behind `new`. */
const MOST_TYPE = 40;

/** Whether the type whose first token stands at `at` is followed by an array's bound: `Type[count]`. */
function isArray(tokens: readonly Token[], at: number): boolean {
  for (let next = at; next < tokens.length && next < at + MOST_TYPE;) {
    const token = tokens[next];
    if (token?.text === '[') return next > at;
    if (token?.text === '<') {
      const behind = behindAngles(tokens, next);
      if (behind === next + 1) return false;
      next = behind;
    } else if (token?.kind === 'name' || token?.text === '::' || token?.text === '*') next += 1;
    else return false;
  }
  return false;
}

/** Forms of the operator that `new` of the type at `at` may call. Where no array form fits the plain one counts. */
export function newOperators(
  wrappers: WrapperLookup,
  tokens: readonly Token[],
  at: number,
  fits: (wrapper: Wrapper) => boolean,
): readonly Wrapper[] {
  const arrays = isArray(tokens, at) ? wrappers('operator new[]').filter(fits) : [];
  return arrays.length > 0 ? arrays : wrappers('operator new').filter(fits);
}

/** `new (pool, tag) T` and `new (pool) T`; other forms of `new` carry no tag. */
export function readNew(
  tokens: readonly Token[],
  at: number,
  close: number,
  wrappers: WrapperLookup,
): Call | undefined {
  if (tokens[at - 1]?.text === 'operator') return undefined;
  const follow = tokens[close + 1];
  // `new (Type)` allocates a parenthesized type; a placement is followed by the type's name.
  if (follow?.kind !== 'name' && follow?.text !== '::' && follow?.text !== '(') return undefined;
  const args = splitArguments(tokens, at + 2, close);
  const count = args.length + 1;
  const [only, ...more] = args;
  const taking = (all: readonly Wrapper[]): readonly Wrapper[] =>
    only !== undefined && more.length === 0 ? takingPlacement(all, tokens, at, only) : all;
  const exact = newOperators(wrappers, tokens, close + 1, (one) => !one.template && one.parameterCount === count);
  const own = taking(exact);
  const call = { at, name: 'new', end: close + 1, args, api: 'operator new', role: 'allocate' as const };
  const carrying = own.filter((wrapper) => wrapper.carries.length > 0);
  const [wrapper] = carrying;
  if (wrapper) return { ...call, carries: wrapper.carries.map((position) => position - 1), fixed: [], wrapper };
  const fixed = [...new Set(own.flatMap((one) => one.fixed))];
  if (fixed.length > 0) return { ...call, carries: [], fixed, ...(own[0] && { wrapper: own[0] }) };
  const isLonger = (one: Wrapper): boolean => !one.template && one.parameterCount > count && one.carries.length > 0;
  const [longer] = own.length > 0 ? [] : taking(newOperators(wrappers, tokens, close + 1, isLonger));
  if (longer) return { ...call, carries: longer.carries.map((position) => position - 1), fixed: [], wrapper: longer };
  // The WDK's own operator: new (POOL_TYPE or POOL_FLAGS, tag).
  return args.length === 2 && own.length === 0 && namesPool(args) ? { ...call, carries: [1], fixed: [] } : undefined;
}

/** Whether two placement arguments read like a pool and a tag: other operators of a project take other things. */
function namesPool([pool = [], tag = []]: readonly (readonly Token[])[]): boolean {
  return (
    pool.some(({ kind, text }) => kind === 'name' && /pool|paged|flag/i.test(text)) ||
    tag.some(({ kind, text }) => kind === 'char' || (kind === 'name' && /tag/i.test(text)))
  );
}
