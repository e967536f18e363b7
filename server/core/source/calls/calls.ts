/**
 * Calls that lead to an allocator, read off tokens: of the catalogue's functions, of wrappers, and placement `new`.
 * Says which argument carries the tag; evaluates nothing.
 */
import type { SiteRole } from '../../../../src/shared/facts';
import { ALLOCATORS, type Allocator } from '../../tags/allocators';
import type { Wrapper } from '../externals';
import { splitArguments, type Token } from '../text/lexer';
import type { Call, WrapperLookup } from './call';
import { readNew } from './placementNew';

const FUNCTIONS = new Map<string, Allocator>();
for (const allocator of ALLOCATORS) {
  if (allocator.kind === 'param' || allocator.kind === 'macro') FUNCTIONS.set(allocator.name, allocator);
}
/** Names under which sources call an entry of the catalogue that is spelled otherwise there. */
const ALIASES = new Map([
  ['KsEdit', '_KsEdit'],
  ['BthAllocateBrb', 'PFNBTH_ALLOCATE_BRB'],
]);
for (const [alias, name] of ALIASES) {
  const allocator = FUNCTIONS.get(name);
  if (allocator) FUNCTIONS.set(alias, allocator);
}

/** The catalogue's function behind a called name. */
export function calledAllocator(name: string): Allocator | undefined {
  return FUNCTIONS.get(name);
}

/** Names of the catalogue a text may hold: functions and structures with a tag. */
export const CATALOGUE_NAMES: ReadonlySet<string> = new Set([
  ...FUNCTIONS.keys(),
  ...ALLOCATORS.filter((allocator) => allocator.kind === 'field').map((allocator) => allocator.name),
]);

const MOST_ARGUMENT_TOKENS = 50_000;

/** The call whose name stands at `at`, or undefined when it is none. */
export function readCall(
  tokens: readonly Token[],
  match: Int32Array,
  at: number,
  wrappers: WrapperLookup,
  /** Where the arguments open; behind template arguments, if there are any. */
  open = tokens[at + 1]?.text === '(' ? at + 1 : -1,
): Call | undefined {
  const token = tokens[at];
  if (token?.kind !== 'name' || !/^[({]$/.test(tokens[open]?.text ?? '')) return undefined;
  const close = match[open] ?? -1;
  if (close < 0 || close - at > MOST_ARGUMENT_TOKENS) return undefined;
  if (token.text === 'new') return readNew(tokens, at, close, wrappers);
  const allocator = FUNCTIONS.get(token.text);
  const candidates = allocator ? [] : wrappers(token.text);
  if (allocator === undefined && candidates.length === 0) return undefined;
  const args = splitArguments(tokens, open + 1, close);
  const found = { at, name: token.text, end: close + 1, args };
  if (allocator) {
    // KsEdit's C++ form leaves the sizes out: the tag stands last in both.
    const position = token.text === 'KsEdit' ? args.length : allocator.tagPosition;
    const carries = position > 0 ? [position - 1] : [];
    return { ...found, api: allocator.name, role: allocator.role, carries, fixed: [] };
  }
  const wrapper = chooseOverload(candidates, args.length, qualifier(tokens, at));
  if (wrapper === undefined) return undefined;
  if (wrapper.pointer) {
    const carries = wrapper.carries.filter((position) => position < args.length);
    if (carries.length === 0) return undefined;
    return { ...found, api: wrapper.api, role: wrapper.role, carries, fixed: [], wrapper: { ...wrapper, carries } };
  }
  // A function whose tag is fixed inside has its one site there; a macro's use is a site of its own.
  const fixed = wrapper.kind === 'macro' ? wrapper.fixed : [];
  if (wrapper.carries.length === 0 && wrapper.kind !== 'macro' && wrapper.template === undefined) return undefined;
  return { ...found, api: wrapper.api, role: wrapper.role, carries: wrapper.carries, fixed, wrapper };
}

/** `Class` in `Class::Name(`, `.` for a call on an object, undefined for a plain call. */
function qualifier(tokens: readonly Token[], at: number): string | undefined {
  const before = tokens[at - 1]?.text;
  if (before === '.' || before === '->') return tokens[at - 2]?.text === 'this' ? undefined : '.';
  return before === '::' && tokens[at - 2]?.kind === 'name' ? tokens[at - 2]?.text : undefined;
}

function chooseOverload(
  candidates: readonly Wrapper[],
  count: number,
  qualified: string | undefined,
): Wrapper | undefined {
  const [only] = candidates;
  // Which pointer is meant is known before; each is of functions with as many parameters.
  if (only?.pointer) return only;
  const fitting = candidates.filter((wrapper) => {
    if (count > wrapper.parameterCount && wrapper.takesMore !== true) return false;
    if (qualified === '.') return wrapper.scope !== undefined;
    // Of a template it is seen later whether what it is called on is one.
    if (wrapper.template) return true;
    return qualified === undefined || wrapper.scope === undefined || wrapper.scope === qualified;
  });
  const full = fitting.filter((wrapper) => wrapper.carries.every((position) => position < count));
  // Left-out arguments have defaults.
  return fitting.find((wrapper) => wrapper.parameterCount === count) ?? full[0] ?? fitting[0];
}

const NOT_BEFORE_DECLARATOR = new Set([
  'return',
  'else',
  'case',
  'do',
  'throw',
  'new',
  'co_return',
  'co_await',
  'and',
  'or',
  'not',
  'goto',
  'in',
]);

/**
 * Whether the name at `at` is declared or defined here rather than called. Inside a body a type in front tells; outside,
 * anything that is not an initializer does.
 */
export function isDeclarator(tokens: readonly Token[], at: number, insideFunction: boolean): boolean {
  let first = at;
  while (tokens[first - 1]?.text === '::' && tokens[first - 2]?.kind === 'name') first -= 2;
  const before = tokens[first - 1];
  if (!insideFunction) return !/^(?:[=(,?:{+!|.]|&&|\|\||->|return)$/.test(before?.text ?? '');
  return before?.kind === 'name' && !NOT_BEFORE_DECLARATOR.has(before.text);
}

const ROLE_RANK: readonly SiteRole[] = ['allocate', 'bind', 'free', 'verify', 'untagged'];

/** The role that says most about a use that leads to several. */
export function strongestRole(roles: readonly SiteRole[]): SiteRole {
  return ROLE_RANK.find((role) => roles.includes(role)) ?? 'untagged';
}
