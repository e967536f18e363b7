/**
 * Calls as they stand in one unit, completed with what is not written at the call: default arguments, and the arguments
 * of the template a called function belongs to. Evaluates nothing but those template arguments.
 */
import type { Wrapper } from '../externals';
import { declaredType, typeBefore } from '../syntax/declaredTypes';
import { angleArguments } from '../syntax/templates';
import { readUse, type TypeUse } from '../syntax/types';
import { behindAngles, MOST_ANGLED_TOKENS, splitArguments, type Token } from '../text/lexer';
import { deducedArguments } from '../values/deduction';
import { unknown, type TagValue } from '../values/evaluate';
import type { Names } from '../values/names';
import { splitName } from '../values/owners';
import type { Place } from '../values/place';
import type { Call, WrapperLookup } from './call';
import { isDeclarator, readCall } from './calls';
import { methodsMeant } from './methodCalls';
import { newOperators } from './placementNew';
import { isUntold, meantHere, pointerArguments } from './pointerCalls';
import { mayBeMeant } from './templateFlows';

/** What a call is read with. */
export interface CallReader {
  /** Told the name of a member through which something is called, when its structure can't be told. */
  readonly untold?: (member: string) => void;
  /** Told of methods of which it can't be told whether a call means them. */
  readonly untoldMethod?: (wrapper: Wrapper) => void;
  readonly names: Names;
  readonly wrappers: WrapperLookup;
}

/** A call, and the values that the arguments of its template put into the tag. */
export interface CompleteCall extends Call {
  readonly typed: readonly TagValue[];
  /** Arguments that are written; those behind them are defaults. */
  readonly written: number;
  /** Template arguments as they are written in the call. */
  readonly typedTokens?: readonly Token[];
  /** A constructor's, in the declaration of an object. */
  readonly isObject?: true;
}

/** The call whose name stands at `at`; undefined when it is none, or when what it is completed with can't be told. */
export function callAt(
  tokens: readonly Token[],
  match: Int32Array,
  at: number,
  place: Place,
  reader: CallReader,
): CompleteCall | undefined {
  const name = tokens[at];
  if (name?.kind !== 'name') return undefined;
  const known =
    name.text === 'new'
      ? [...reader.wrappers('operator new'), ...reader.wrappers('operator new[]')]
      : reader.wrappers(name.text);
  const pointed = meantHere(known, tokens, at, place, reader.names);
  const { meant: candidates, untold } = methodsMeant(pointed, tokens, at, place, reader.names);
  const isInCode = place.function !== undefined || place.macroParameters !== undefined;
  if (candidates.length === 0 && untold.length > 0 && !isDeclarator(tokens, at, isInCode))
    tellUntold(untold, tokens, match, at, reader);
  if (candidates[0]?.pointer) {
    const call = readCall(tokens, match, at, () => candidates, pointerArguments(tokens, match, at));
    return call && { ...call, typed: [], written: call.args.length };
  }
  if (isUntold(known, tokens, match, at, place, reader.names)) reader.untold?.(name.text);
  if (candidates === known) return functionCall(tokens, match, at, place, reader, candidates);
  if (candidates.length === 0) return undefined;
  return functionCall(tokens, match, at, place, { ...reader, wrappers: () => candidates }, candidates);
}

/** Methods that a call may mean whose class can't be told: what it passes to them is not known. */
function tellUntold(
  untold: readonly Wrapper[],
  tokens: readonly Token[],
  match: Int32Array,
  at: number,
  { untoldMethod }: CallReader,
): void {
  for (const wrapper of untoldMethod ? untold : []) {
    const call = readCall(tokens, match, at, () => [wrapper]);
    if (call && call.args.length <= wrapper.parameterCount) untoldMethod?.(wrapper);
  }
}

function functionCall(
  tokens: readonly Token[],
  match: Int32Array,
  at: number,
  place: Place,
  reader: CallReader,
  candidates: readonly Wrapper[],
): CompleteCall | undefined {
  const name = tokens[at];
  const constructs = candidates.some(isConstructor);
  // `guard.Lock()` is a method that has a class's name.
  if (constructs && /^(?:\.|->)$/.test(tokens[at - 1]?.text ?? '') && candidates.every(isConstructor)) return undefined;
  if (!constructs && !candidates.some((wrapper) => wrapper.template)) {
    // `MakePool<Type>(tag)`: template arguments that have no say in the tag.
    const angled = candidates.length > 0 && tokens[at + 1]?.text === '<' ? behindAngles(tokens, at + 1) : at + 1;
    const call = tokens[angled]?.text === '(' ? readCall(tokens, match, at, reader.wrappers, angled) : undefined;
    return call && withDefaults(call, reader);
  }
  if (name?.text === 'new') return newExpression(tokens, match, at, place, reader);
  const behind = tokens[at + 1]?.text === '<' ? behindAngles(tokens, at + 1) : at + 1;
  // `Name(…)`, and of a constructor `Name object(…)`, `Name{…}`.
  const open = constructs && tokens[behind]?.kind === 'name' ? behind + 1 : behind;
  if (!constructs && tokens[open]?.text !== '(') return undefined;
  const call = readCall(
    tokens,
    match,
    at,
    tokens[at + 1]?.text === '<' ? templatesFirst(reader) : reader.wrappers,
    open,
  );
  if (call?.wrapper?.template === undefined) {
    const complete = call && withDefaults(call, reader);
    if (complete?.wrapper === undefined || !isConstructor(complete.wrapper)) return complete;
    if (declaresFunction(complete)) return undefined;
    return open === behind ? complete : { ...complete, isObject: true };
  }
  const use = calledOn(tokens, call, call.wrapper, place, reader);
  return use && completed(tokens, call, call.wrapper, use, place, reader);
}

/** Wrappers for a name with template arguments behind it: a class's function has none where a template is called so. */
function templatesFirst({ wrappers }: CallReader): WrapperLookup {
  return (name) => {
    const all = wrappers(name);
    const templates = all.filter(({ template }) => template?.name === name);
    return templates.length > 0 ? templates : all;
  };
}

/** Named like its class. */
export function isConstructor(wrapper: Wrapper): boolean {
  return wrapper.scope === wrapper.name;
}

/** Whether what looks like an object with arguments is a function with parameters: `Pool Make(ULONG tag);`. */
function declaresFunction({ args, carries }: Call): boolean {
  return carries.some((at) => {
    const arg = args[at] ?? [];
    return arg.length === 0 || arg.some((token, i) => token.kind === 'name' && arg[i + 1]?.kind === 'name');
  });
}

/** The call with the pack in the place of each argument that may come out of it: `Alloc(args...)`. */
function withoutPacks(call: Call): Call {
  const first = call.args.findIndex((arg) => arg.at(-1)?.text === '...');
  const pack = call.args[first];
  if (pack === undefined) return call;
  const count = Math.max(call.args.length, ...call.carries.map((position) => position + 1));
  return { ...call, args: [...call.args.slice(0, first), ...Array.from({ length: count - first }, () => pack)] };
}

function withDefaults(written: Call, { names }: CallReader): CompleteCall | undefined {
  const call = withoutPacks(written);
  const { wrapper } = call;
  const missing = call.carries.filter((position) => position >= call.args.length);
  if (wrapper === undefined || missing.length === 0) return { ...call, typed: [], written: call.args.length };
  const args = [...call.args];
  // The size of what is made comes first, and is not written.
  const ahead = call.name === 'new' ? 1 : 0;
  for (const position of missing) {
    const initializer = names.defaultArgument(wrapper, position + ahead);
    if (initializer === undefined) return undefined;
    while (args.length < position) args.push([]);
    args[position] = initializer;
  }
  return { ...call, args, typed: [], written: call.args.length };
}

/** The call with the values its template's arguments have, given on what it is called. */
function completed(
  tokens: readonly Token[],
  call: Call,
  wrapper: Wrapper,
  called: TypeUse,
  place: Place,
  reader: CallReader,
): CompleteCall | undefined {
  const { template } = wrapper;
  const use = reader.names.index.chain(called).find((one) => one.name === template?.name);
  if (use === undefined || template === undefined) return undefined;
  const count = call.args.length + (call.name === 'new' ? 1 : 0);
  const isShort = count < wrapper.parameterCount;
  if (isShort && reader.names.defaultArgument(wrapper, count) === undefined) return undefined;
  const values = reader.names.templates.arguments(use, place, template.member);
  const typed = template.positions.map(
    (at) => values[at] ?? unknown(`a template argument of ${use.name} is not given`),
  );
  const complete = withDefaults(call, reader);
  const written = use.args[template.positions[0] ?? -1];
  return complete && { ...complete, typed, ...(written && isNear(written, call, tokens) && { typedTokens: written }) };
}

/** Whether template arguments are written in the call itself. */
function isNear(written: readonly Token[], call: Call, tokens: readonly Token[]): boolean {
  const [first] = written;
  const at = first === undefined ? -1 : tokens.indexOf(first, Math.max(0, call.at - MOST_ANGLED_TOKENS));
  return at >= 0 && at < call.end && !tokens.slice(at, call.at).some((token) => /^[;{}]$/.test(token.text));
}

/** What a function of a template is called on: `Pool<'derF'>::Alloc(`, `Alloc<'derF'>(`, `pool.Alloc(`, `Alloc(` in a class. */
function calledOn(
  tokens: readonly Token[],
  { at, args: given }: Call,
  wrapper: Wrapper,
  place: Place,
  { names }: CallReader,
): TypeUse | undefined {
  const name = tokens[at]?.text ?? '';
  if (wrapper.template?.name === name && !isConstructor(wrapper)) {
    const written = (tokens[at + 1]?.text === '<' ? angleArguments(tokens, at + 1) : undefined) ?? [];
    const template = names.index
      .templatesNamed(name)
      .find((one) => mayBeMeant(one, tokens, at) && given.length <= (one.signature?.length ?? -1));
    if (template === undefined) return { name, args: written };
    return {
      name,
      args: deducedArguments(template, written, given, (arg) => names.objects.of(arg, place), names.index),
    };
  }
  if (wrapper.scope === undefined || isConstructor(wrapper)) {
    const args = tokens[at + 1]?.text === '<' ? angleArguments(tokens, at + 1) : undefined;
    // A constructor is called by the name of its class, or by what stands for it.
    return args || isConstructor(wrapper) ? { name, args: args ?? [] } : undefined;
  }
  const before = tokens[at - 1]?.text;
  if (before === '::') return typeBefore(tokens, at - 2);
  if ((before === '.' || before === '->') && tokens[at - 2]?.text !== 'this')
    return declaredType(tokens, tokens[at - 2]?.text ?? '', at);
  const scope = place.function && (splitName(place.function).scope ?? place.function.scope);
  return scope === undefined ? undefined : { name: scope, args: [] };
}

/** `new T`, `new T(…)`, `new (pool) T` of a class whose operator belongs to a template it derives from. */
function newExpression(
  tokens: readonly Token[],
  match: Int32Array,
  at: number,
  place: Place,
  reader: CallReader,
): CompleteCall | undefined {
  const placed = tokens[at + 1]?.text === '(' ? (match[at + 1] ?? -1) : -1;
  const plain = (): CompleteCall | undefined => {
    const call = readCall(tokens, match, at, reader.wrappers);
    return call && withDefaults(call, reader);
  };
  if (tokens[at - 1]?.text === 'operator') return undefined;
  const type = readUse(tokens, placed < 0 ? at + 1 : placed + 1)?.type;
  if (type === undefined) return plain();
  const args = placed < 0 ? [] : splitArguments(tokens, at + 2, placed);
  const own = newOperators(reader.wrappers, tokens, (placed < 0 ? at : placed) + 1, (one) => {
    return one.template !== undefined && one.parameterCount === args.length + 1;
  });
  for (const base of reader.names.index.chain(type)) {
    const wrapper = own.find((one) => one.template?.name === base.name);
    if (wrapper === undefined) continue;
    const { api, role, carries } = wrapper;
    const end = (placed < 0 ? at : placed) + 1;
    const shifted = carries.map((position) => position - 1);
    const call: Call = { at, name: 'new', end, args, api, role, carries: shifted, fixed: [], wrapper };
    return completed(tokens, call, wrapper, type, place, reader);
  }
  return plain();
}
