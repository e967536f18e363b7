/**
 * Sites by way of macros: a use whose expansion calls an allocator, and calls inside the bodies of the file's own macros.
 */
import type { Wrapper } from '../externals';
import { stripped } from '../lifetimes/pointerPaths';
import { expand } from '../text/expand';
import { matchBrackets, splitArguments, type Token } from '../text/lexer';
import type { MacroDefinition } from '../text/sourceText';
import { unite, type TagValue } from '../values/evaluate';
import type { Place } from '../values/place';
import { calledAllocator, strongestRole } from './calls';
import { callSite, madeCall, type Pass, type RawSite, type SiteReader } from './rawSites';
import { callAt, type CompleteCall } from './wrapperCalls';

const EXPANSION_BUDGET = 100_000;

/** The macro use at `at`, if its expansion calls an allocator. */
export function macroUse(
  tokens: readonly Token[],
  at: number,
  close: number,
  place: Place,
  reader: SiteReader,
): RawSite | undefined {
  const name = tokens[at];
  if (name === undefined) return undefined;
  const candidates = definitionsOf(name.text, place.offset, reader);
  const sites: RawSite[] = [];
  let leadsElsewhere = false;
  for (const definition of candidates.slice(0, 4)) {
    if (definition.parameters !== undefined && (close < 0 || !acceptsArguments(definition, tokens, at, close)))
      continue;
    const use = tokens.slice(at, close >= 0 ? close + 1 : at + 1);
    const site = expandUse(use, definition, place, reader);
    if (site) sites.push(site);
    else leadsElsewhere = true;
  }
  const [first] = sites;
  // Of a name that means `malloc` in programs and the pool in drivers.
  if (leadsElsewhere && isProgram(reader)) return undefined;
  if (first === undefined || sites.length === 1) return first;
  const { call, ...site } = first;
  const value = unite(sites.map((one) => one.value));
  return {
    ...site,
    value,
    ...(call && { call: { ...call, isWhole: sites.every((one) => one.call?.isWhole === true) } }),
  };
}

/** Too few arguments: another macro of that name is meant, one that is not at hand. */
function acceptsArguments(definition: MacroDefinition, tokens: readonly Token[], at: number, close: number): boolean {
  const wanted = (definition.parameters?.length ?? 0) - (definition.variadic ? 1 : 0);
  return wanted < 2 || splitArguments(tokens, at + 2, close).length >= wanted;
}

/** Definitions of a macro in force; those of branches that are not taken only when there is no other and no function. */
function definitionsOf(name: string, offset: number, reader: SiteReader): readonly MacroDefinition[] {
  const found = reader.unit.macros.candidates(name, offset);
  if (found.length > 0 || calledAllocator(name) || reader.wrappers(name).some((wrapper) => wrapper.kind === 'function'))
    return found;
  return isProgram(reader) ? [] : reader.unit.macros.untaken(name);
}

/** Whether the build says that the file is not compiled for the kernel. */
function isProgram({ unit }: SiteReader): boolean {
  return unit.macros.isDefined('_KERNEL_MODE') !== true;
}

function expandUse(
  use: readonly Token[],
  definition: MacroDefinition,
  place: Place,
  reader: SiteReader,
): RawSite | undefined {
  const [name] = use;
  if (name === undefined) return undefined;
  const lookup = (wanted: string): MacroDefinition | undefined => {
    if (wanted === definition.name) return definition;
    if (place.macroParameters?.includes(wanted) === true) return undefined;
    // Only macros on the way to the allocator are opened here; the tag's own macros are opened when it is evaluated.
    return reader.macros.has(wanted) ? reader.unit.macros.candidates(wanted, place.offset)[0] : undefined;
  };
  const expanded = expand(use, { lookup, budget: EXPANSION_BUDGET, depth: 0 });
  const match = matchBrackets(expanded);
  const calls: CompleteCall[] = [];
  for (let at = 0; at < expanded.length; at += 1) {
    const call = callAt(expanded, match, at, place, reader);
    // A call that stands in the arguments as written is a site of its own.
    if (call && (expanded[call.at]?.foreign === true || expanded[call.at]?.start === name.start)) calls.push(call);
  }
  if (calls.length === 0) return undefined;
  const role = strongestRole(calls.map((call) => call.role));
  const chosen = calls.filter((call) => call.role === role);
  const site = macroSite(use, definition, chosen, place, reader);
  return site && { ...site, ...macroCall(expanded, chosen) };
}

function macroSite(
  use: readonly Token[],
  definition: MacroDefinition,
  calls: readonly CompleteCall[],
  place: Place,
  reader: SiteReader,
): RawSite | undefined {
  const [name] = use;
  const [first] = calls;
  if (name === undefined || first === undefined) return undefined;
  const inner = calls.map((call) => callSite(call, name, place, reader));
  const own = (inner[0]?.tagTokens ?? []).filter((token) => token.foreign !== true && token.start > name.end);
  const args = use.length > 1 ? splitArguments(use, 2, use.length - 1) : [];
  const outer: Pass[] = [];
  if (definition.parameters !== undefined) {
    const { api, role } = first;
    const value = macroBodyValue(definition, reader, place.offset);
    const wrapper = asWrapper(definition, value, { api, role, ...(first.wrapper?.keeps && { keeps: true }) });
    const values = wrapper.carries.map((position) => reader.names.value(args[position] ?? [], place));
    outer.push({ wrapper, values });
  }
  return {
    name,
    api: first.api,
    role: first.role,
    evidence: 'wrapper',
    via: definition.name,
    value: unite(inner.map((site) => site.value)),
    ...(own.length > 0 && { tagTokens: own }),
    place,
    passes: [...outer, ...inner.flatMap((site) => site.passes)],
    ...(inner.some((site) => site.driverDefault) && { driverDefault: true }),
    ...(inner.every((site) => site.keeps) && { keeps: true }),
  };
}

/** The one call of an expansion, and whether its own casts and parentheses are all that stands around it. */
function macroCall(expanded: readonly Token[], [only, ...more]: readonly CompleteCall[]): Pick<RawSite, 'call'> {
  if (only === undefined || more.length > 0 || !/^(?:free|allocate)$/.test(only.role)) return {};
  const part = stripped(expanded);
  return { call: madeCall(only, part[0] === expanded[only.at] && part.at(-1) === expanded[only.end - 1]) };
}

/** The macro as a wrapper: which of its parameters reach the tag. */
function asWrapper(
  { name, parameters = [] }: MacroDefinition,
  value: TagValue,
  { api, role, keeps }: Pick<RawSite, 'api' | 'role' | 'keeps'>,
): Wrapper {
  return {
    kind: 'macro',
    name,
    parameterCount: parameters.length,
    api,
    role,
    carries: parameters.flatMap((parameter, index) => (value.parameters.includes(parameter) ? [index] : [])),
    fixed: value.tags,
    ...(keeps && { keeps }),
  };
}

/** What the tag is inside a macro's body, in terms of the macro's parameters. */
function macroBodyValue(definition: MacroDefinition, reader: SiteReader, offset: number): TagValue {
  const place: Place = { offset, macroParameters: definition.parameters ?? [] };
  const sites = readBodySites(definition, place, reader);
  const role = strongestRole(sites.map((site) => site.role));
  return unite(sites.filter((site) => site.role === role).map((site) => site.value));
}

/** Sites in the body of a macro; their offsets are those of the file that defines it. */
export function readBodySites(definition: MacroDefinition, place: Place, reader: SiteReader, depth = 0): RawSite[] {
  const tokens = definition.body;
  const match = matchBrackets(tokens);
  const found: RawSite[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== 'name') continue;
    const close = tokens[at + 1]?.text === '(' ? (match[at + 1] ?? -1) : -1;
    if (reader.macros.has(token.text) && token.text !== definition.name && depth < 8) {
      const inner = nestedMacro(tokens, at, close, place, reader, depth);
      if (inner) {
        found.push({ ...inner, insideMacro: definition });
        continue;
      }
    }
    const call = callAt(tokens, match, at, place, reader);
    if (call && tokens[at - 1]?.kind !== 'name')
      found.push({ ...callSite(call, token, place, reader), insideMacro: definition });
  }
  return found;
}

/** A macro used inside another macro's body: its value in terms of the outer macro's parameters. */
function nestedMacro(
  tokens: readonly Token[],
  at: number,
  close: number,
  place: Place,
  reader: SiteReader,
  depth: number,
): RawSite | undefined {
  const name = tokens[at];
  if (name === undefined) return undefined;
  const [definition] = definitionsOf(name.text, place.offset, reader);
  if (definition === undefined || (definition.parameters !== undefined && close < 0)) return undefined;
  const macroParameters = definition.parameters ?? [];
  const inner = readBodySites(definition, { ...place, macroParameters }, reader, depth + 1);
  const role = strongestRole(inner.map((site) => site.role));
  const chosen = inner.filter((site) => site.role === role);
  const [first] = chosen;
  if (first === undefined) return undefined;
  const value = unite(chosen.map((site) => site.value));
  const args = close >= 0 ? splitArguments(tokens, at + 2, close) : [];
  const wrapper = asWrapper(definition, value, first);
  const values = wrapper.carries.map((position) => reader.names.value(args[position] ?? [], place));
  const tagTokens = args[wrapper.carries[0] ?? -1];
  return {
    name,
    api: first.api,
    role: first.role,
    evidence: 'wrapper',
    via: definition.name,
    value: unite([{ ...value, parameters: [] }, ...values]),
    ...(tagTokens && tagTokens.length > 0 && { tagTokens }),
    place,
    passes: [{ wrapper, values }],
    ...(first.keeps && { keeps: true }),
  };
}
