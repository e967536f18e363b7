/**
 * Which names mean something else after a project's files have told each other more, and which texts that concerns: those
 * are scanned again. Over pure values and words of texts; scans nothing.
 */
import type { Externals } from './externals';
import { ofMemberKey } from './syntax/structures';
import { templateOfKey } from './syntax/templates';
import { NameFilter } from './text/nameFilter';
import type { TagValue } from './values/evaluate';

const NO_MACROS: NonNullable<Externals['macros']> = new Map();
const NO_MEMBERS: ReadonlyMap<string, TagValue> = new Map();
/** In front of a wrapper's name: only what reaches its parameters changed, which concerns the file with its body. */
const BODY_OF = 'body of ';

/** The entry among changed names for what reaches a wrapper, or a template, of which any part may use its parameters. */
function reachedName(key: string): string {
  return templateOfKey(key)?.name ?? BODY_OF + key.slice(0, key.lastIndexOf('/'));
}

/**
 * Names whose meaning differs between two states of a project's externals: a file for which `namesAny` is true is
 * scanned again. An entry `body of NAME` concerns files that define that wrapper, not those that call it. `isSame`:
 * whether two entries mean the same.
 */
export function changedNames(before: Externals, after: Externals, isSame: typeof isLike = isLike): Set<string> {
  const names = new Set<string>();
  const compare = <T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>, name: (key: string) => string): void => {
    for (const key of new Set([...a.keys(), ...b.keys()])) {
      if (!isSame(a.get(key), b.get(key))) names.add(name(key));
    }
  };
  compare(before.wrappers, after.wrappers, (key) => key);
  for (const wrappers of [before.wrappers, after.wrappers])
    if ([...names].some(isOperatorNew) && isOfTemplate(wrappers)) names.add('new');
  compare(before.values, after.values, (key) => key);
  compare(before.macros ?? NO_MACROS, after.macros ?? NO_MACROS, (key) => key);
  compare(before.reaching, after.reaching, reachedName);
  // What reaches a pointer reaches the functions it holds, whose bodies show it.
  for (const name of names) if (name.startsWith(`${BODY_OF}*`)) names.delete(name);
  const reached = new Set(names);
  // Who takes a tag from a variable or member also sees what reaches the parameters it is set from.
  const isReached = ({ arriving = [] }: TagValue): boolean => arriving.some(({ key }) => reached.has(reachedName(key)));
  for (const [name, list] of after.values) if (list.some(({ value }) => isReached(value))) names.add(name);
  for (const [key, value] of after.members ?? []) if (isReached(value)) names.add(ofMemberKey(key).member);
  compare(before.members ?? NO_MEMBERS, after.members ?? NO_MEMBERS, (key) => ofMemberKey(key).member);
  for (const name of after.askedVariables ?? []) if (before.askedVariables?.has(name) !== true) names.add(name);
  for (const key of after.askedMembers ?? []) {
    if (before.askedMembers?.has(key) === true) continue;
    const { structure, member } = ofMemberKey(key);
    for (const name of [member, ...structure.names]) names.add(name);
  }
  for (const name of changedWords(before.watched, after.watched)) names.add(name);
  for (const name of changedWords(before.watchedStructures, after.watchedStructures)) names.add(name);
  return names;
}

/** Parts of values in which no order means anything. */
const SETS = /^(?:tags|reasons|parameters|arriving)$/;

function inOrder(key: string, part: unknown): unknown {
  return Array.isArray(part) && SETS.test(key) ? part.map((one) => JSON.stringify(one)).sort() : part;
}

/** `inOrder` without the wording of reasons. */
function withoutWords(key: string, part: unknown): unknown {
  if (key === 'otherwise') return undefined;
  return key === 'reasons' && Array.isArray(part) ? part.length > 0 : inOrder(key, part);
}

/** Whether two entries say the same, in whatever order. */
export function isLike(one: unknown, other: unknown): boolean {
  if (JSON.stringify(one) === JSON.stringify(other)) return true;
  return JSON.stringify(one, inOrder) === JSON.stringify(other, inOrder);
}

/** Whether two entries give the same tags and are open alike, whatever the reasons are. */
export function hasLikeTags(one: unknown, other: unknown): boolean {
  return JSON.stringify(one, withoutWords) === JSON.stringify(other, withoutWords);
}

/** Words that are in one of two sets. */
function changedWords(before: ReadonlySet<string> | undefined, after: ReadonlySet<string> | undefined): string[] {
  return [
    ...[...(after ?? [])].filter((name) => before?.has(name) !== true),
    ...[...(before ?? [])].filter((name) => after?.has(name) !== true),
  ];
}

/** `operator new` and its form for arrays. */
export function isOperatorNew(name: string): boolean {
  return /^operator new\b/.test(name);
}

/** Whether some `operator new` belongs to a template: then `new T` calls it, without any placement. */
function isOfTemplate(wrappers: Externals['wrappers']): boolean {
  return [...wrappers].some(
    ([name, list]) => isOperatorNew(name) && list.some(({ template }) => template !== undefined),
  );
}

/** Names under which a text may lead to one of a project's wrappers; for `namesAny`. */
export function namesOfWrappers({ wrappers }: Pick<Externals, 'wrappers'>): string[] {
  return [...wrappers.keys(), ...(isOfTemplate(wrappers) ? ['new'] : [])];
}

/** Of changed names, those that concern who names them, a macro as well as code. */
export function calledNames(names: Iterable<string>): ReadonlySet<string> {
  return new Set([...names].filter((name) => !name.startsWith(BODY_OF)));
}

/** Whether a text names any of the names (as whole words; `operator new` counts where `new` may have a placement). */
export function namesAny(text: string, names: ReadonlySet<string>): boolean {
  return names.size > 0 && namedIn(names)(text);
}

/** `namesAny` for many texts: the names are prepared once. */
export function namedIn(names: Iterable<string>): (text: string) => boolean {
  const { whole, bodies, isPlaced } = wantedWords(names);
  const filter = new NameFilter(new Set([...whole, ...bodies, ...(isPlaced ? ['new'] : [])]));
  const accepts = (text: string, name: string): boolean =>
    whole.has(name) || (bodies.has(name) && hasBody(text, name)) || (name === 'new' && PLACED_NEW.test(text));
  return (text) => filter.matches(text, 0, text.length, (name) => accepts(text, name));
}

const PLACED_NEW = /\bnew\s*\(/;

interface WantedWords {
  readonly whole: ReadonlySet<string>;
  readonly bodies: ReadonlySet<string>;
  /** Wanted is `new` with a placement. */
  readonly isPlaced: boolean;
}

function wantedWords(names: Iterable<string>): WantedWords {
  const whole = new Set<string>();
  const bodies = new Set<string>();
  let isPlaced = false;
  for (const entry of names) {
    const isBody = entry.startsWith(BODY_OF);
    const name = isBody ? entry.slice(BODY_OF.length) : entry;
    if (name.startsWith('operator ')) {
      if (isBody) bodies.add('operator');
      // Nothing but `new` calls an operator that is a wrapper.
      else isPlaced ||= isOperatorNew(name);
    }
    // The driver's default tag has no name in the text: a WDF call with tag 0 asks for it.
    else if (name === 'WDF_DRIVER_CONFIG.DriverPoolTag') whole.add('WdfMemoryCreate').add('WdfLookasideListCreate');
    else (isBody ? bodies : whole).add(name);
  }
  return { whole, bodies, isPlaced };
}

/** Whether a text may define a function or macro of that name; a call before a brace looks the same, which does no harm. */
function hasBody(text: string, name: string): boolean {
  if (name === 'operator') return /\boperator\s+new\b/.test(text);
  const spelled = name.replaceAll('$', '\\$');
  if (new RegExp(`#\\s*define\\s+${spelled}\\b`).test(text)) return true;
  for (const { 0: head, index } of text.matchAll(new RegExp(`\\b${spelled}\\s*\\(`, 'g')))
    if (opensBody(text, index + head.length)) return true;
  return false;
}

/** Between a function's name and its body, in UTF-16 units. */
const MOST_HEAD = 20_000;

/** Whether a brace comes first behind `from`, before a semicolon. Comments may hold anything. Takes time in proportion. */
function opensBody(text: string, from: number): boolean {
  const next = /\/[*/]|[;{}]/g;
  next.lastIndex = from;
  for (let found = next.exec(text); found !== null && found.index - from < MOST_HEAD; found = next.exec(text)) {
    const [what] = found;
    if (what === '{' || what === ';' || what === '}') return what === '{';
    const end = what === '/*' ? text.indexOf('*/', next.lastIndex) : text.indexOf('\n', next.lastIndex);
    if (end < 0) return false;
    next.lastIndex = what === '/*' ? end + 2 : end;
  }
  return false;
}
