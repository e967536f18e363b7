/**
 * Sites as they are read in one file, before it is known what reaches a wrapper's parameters: direct calls, wrapper
 * calls, macro uses, `new`, and calls inside the bodies of the file's own macros.
 */
import type { Evidence, SiteRole } from '../../../../src/shared/facts';
import { calledAllocator, isDeclarator, strongestRole, type Call, type WrapperLookup } from './calls';
import { NO_VALUE, unite, unknown, type TagValue } from '../values/evaluate';
import { expand } from '../text/expand';
import type { Wrapper } from '../externals';
import type { FunctionIndex } from '../syntax/functions';
import { matchBrackets, splitArguments, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import type { Names } from '../values/names';
import type { Place } from '../values/place';
import { stripped } from '../lifetimes/pointerPaths';
import type { MacroDefinition } from '../text/sourceText';
import type { TranslationUnit } from '../translationUnit';
import { callAt, type CompleteCall } from './wrapperCalls';

export interface RawSite {
  /** The called name's token, with offsets in the root file. */
  readonly name: Token;
  readonly api: string;
  readonly role: SiteRole;
  readonly evidence: Evidence;
  readonly via?: string;
  readonly value: TagValue;
  /** Tokens of the tag's expression that stand in the root file. */
  readonly tagTokens?: readonly Token[];
  readonly place: Place;
  /** Of a free: the expression of what is freed, as it stands in the root file. */
  readonly pointerTokens?: readonly Token[];
  /** The macro whose body holds the site. */
  readonly insideMacro?: MacroDefinition;
  /** Wrappers that were called, and what each of their tag parameters got. */
  readonly passes: readonly Pass[];
  /** One of the values is a 0 that the framework replaces by the driver's default tag. */
  readonly driverDefault?: true;
  /** The callee keeps the tag for later: what the call tells counts, the call itself is no site. */
  readonly keeps?: true;
}

export interface Pass {
  readonly wrapper: Wrapper;
  /** One value for each of the wrapper's `carries`. */
  readonly values: readonly TagValue[];
}

export interface SiteReader {
  readonly unit: TranslationUnit;
  readonly names: Names;
  readonly wrappers: WrapperLookup;
  /** Macros that lead to an allocator. */
  readonly macros: ReadonlySet<string>;
  /** Told where in the root the work for one file ran out: nothing behind it is read. */
  readonly giveUp: (offset: number) => void;
}

const EXPANSION_BUDGET = 100_000;
/** Tokens of arguments that may be read for each token of the file; hostile nesting ends here. */
const MOST_WORK = 64;
const LEAST_WORK = 1_000_000;
/** Opening macros costs more than reading arguments. */
const MACRO_WORK = 16;
const MOST_USE_TOKENS = 2_000;

/** Sites in the code of a masked text. */
export function readCodeSites(masked: MaskedSource, functions: FunctionIndex, reader: SiteReader): RawSite[] {
  const { tokens, match } = masked;
  const found: RawSite[] = [];
  let work = LEAST_WORK + MOST_WORK * tokens.length;
  for (let at = 0; at < tokens.length && work > 0; at += 1) {
    const token = tokens[at];
    if (token?.kind !== 'name') continue;
    const isMacro = reader.macros.has(token.text);
    if (!isMacro && token.text !== 'new' && !calledAllocator(token.text) && reader.wrappers(token.text).length === 0)
      continue;
    if (functions.isDefinitionName(token)) continue;
    const definition = functions.around(token.start);
    const place: Place = { offset: token.start, ...(definition && { function: definition }) };
    const close = tokens[at + 1]?.text === '(' ? (match[at + 1] ?? -1) : -1;
    work -= Math.max(0, close - at) * (isMacro ? MACRO_WORK : 1);
    if (work <= 0) reader.giveUp(token.start);
    if (isMacro && close - at <= MOST_USE_TOKENS) {
      const site = macroUse(tokens, at, close, place, reader);
      if (site) {
        found.push(site);
        continue;
      }
    }
    const call = callAt(tokens, match, at, place, reader);
    if (call === undefined || isDeclarator(tokens, at, definition !== undefined)) continue;
    found.push(callSite(call, token, place, reader));
  }
  return found;
}

/** A direct call, a wrapper's call or `new`, with its arguments as written. */
function callSite(call: CompleteCall, name: Token, place: Place, reader: SiteReader): RawSite {
  const values = call.carries.map((position) => tagValue(call, position, place, reader));
  const [first = -1] = call.carries;
  const tagTokens = first < call.written ? (call.args[first] ?? call.typedTokens) : call.typedTokens;
  const value = unite([{ ...NO_VALUE, tags: call.fixed }, ...call.typed, ...values]);
  const defaults = TAKES_DRIVER_DEFAULT.test(call.api) && value.tags.includes(0);
  return {
    name,
    api: call.api,
    role: call.role,
    evidence: call.wrapper || call.name === 'new' ? 'wrapper' : 'call',
    ...((call.wrapper || call.name === 'new') && { via: call.name === 'new' ? 'operator new' : call.name }),
    value,
    ...(tagTokens && tagTokens.length > 0 && { tagTokens }),
    ...(call.role === 'free' && freedBy(call)),
    place,
    passes: call.wrapper ? [{ wrapper: call.wrapper, values }] : [],
    ...(defaults && { driverDefault: true }),
    ...(call.wrapper?.keeps && { keeps: true }),
  };
}

/** Argument (from 0) in which a function gets what it frees; of a wrapper with two, the one that is not the tag. */
function freedBy({ api, args, wrapper }: Call): Pick<RawSite, 'pointerTokens'> {
  const second = /^(?:FltFreePoolAligned|NdisFreeMemoryWithTagPriority)/.test(api) ? 1 : 0;
  const [tag, ...more] = wrapper?.carries ?? [];
  const ofWrapper = wrapper?.parameterCount === 2 && tag !== undefined && more.length === 0 ? 1 - tag : undefined;
  const pointer = args[(wrapper === undefined ? second : ofWrapper) ?? -1];
  return pointer === undefined ? {} : { pointerTokens: pointer };
}

/** KMDF puts the driver's own tag in the place of 0, NDIS one of its own. */
const TAKES_DRIVER_DEFAULT = /^Wdf/;
const NDIS_DEFAULT = 0x6d61444e; // NDam

function tagValue(call: Call, position: number, place: Place, reader: SiteReader): TagValue {
  const tokens = call.args[position];
  if (tokens === undefined) return unknown('the call has too few arguments');
  const value = reader.names.value(tokens, place);
  if (call.api !== 'NdisAllocateMemoryWithTag' || !value.tags.includes(0)) return value;
  return { ...value, tags: value.tags.map((tag) => (tag === 0 ? NDIS_DEFAULT : tag)) };
}

/** The macro use at `at`, if its expansion calls an allocator. */
function macroUse(
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
  for (const definition of candidates.slice(0, 4)) {
    if (definition.parameters !== undefined && (close < 0 || !acceptsArguments(definition, tokens, at, close)))
      continue;
    const use = tokens.slice(at, close >= 0 ? close + 1 : at + 1);
    const site = expandUse(use, definition, place, reader);
    if (site) sites.push(site);
  }
  const [first] = sites;
  if (first === undefined || sites.length === 1) return first;
  return { ...first, value: unite(sites.map((site) => site.value)) };
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
  return reader.unit.macros.untaken(name);
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
  return macroSite(use, definition, chosen, place, reader);
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
  const wrapper = macroWrapper(definition, first, reader, place);
  const args = use.length > 1 ? splitArguments(use, 2, use.length - 1) : [];
  const outer: Pass[] = [];
  if (wrapper) {
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
    ...macroFreed(inner),
    place,
    passes: [...outer, ...inner.flatMap((site) => site.passes)],
    ...(inner.some((site) => site.driverDefault) && { driverDefault: true }),
    ...(inner.every((site) => site.keeps) && { keeps: true }),
  };
}

/** What a macro frees, where the use says it in whole. */
function macroFreed(inner: readonly RawSite[]): Pick<RawSite, 'pointerTokens'> {
  const [only, ...more] = inner.filter((site) => site.role === 'free');
  // The macro's own casts and parentheses aside.
  const tokens = stripped(only?.pointerTokens ?? []);
  const isWhole = more.length === 0 && tokens.length > 0 && tokens.every((token) => token.foreign !== true);
  return isWhole ? { pointerTokens: tokens } : {};
}

/** The macro as a wrapper: which of its parameters reach the tag. Undefined for object-like macros. */
function macroWrapper(definition: MacroDefinition, call: Call, reader: SiteReader, place: Place): Wrapper | undefined {
  const parameters = definition.parameters;
  if (parameters === undefined) return undefined;
  const value = macroBodyValue(definition, reader, place.offset);
  return {
    kind: 'macro',
    name: definition.name,
    parameterCount: parameters.length,
    api: call.api,
    role: call.role,
    carries: parameters.flatMap((parameter, index) => (value.parameters.includes(parameter) ? [index] : [])),
    fixed: value.tags,
    ...(call.wrapper?.keeps && { keeps: true }),
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
  const parameters = definition.parameters ?? [];
  const inner = readBodySites(definition, { ...place, macroParameters: parameters }, reader, depth + 1);
  const role = strongestRole(inner.map((site) => site.role));
  const chosen = inner.filter((site) => site.role === role);
  const [first] = chosen;
  if (first === undefined) return undefined;
  const value = unite(chosen.map((site) => site.value));
  const args = close >= 0 ? splitArguments(tokens, at + 2, close) : [];
  const carries = parameters.flatMap((parameter, index) => (value.parameters.includes(parameter) ? [index] : []));
  const values = carries.map((position) => reader.names.value(args[position] ?? [], place));
  const wrapper: Wrapper = {
    kind: 'macro',
    name: definition.name,
    parameterCount: parameters.length,
    api: first.api,
    role: first.role,
    carries,
    fixed: value.tags,
    ...(first.keeps && { keeps: true }),
  };
  const tagTokens = args[carries[0] ?? -1];
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
