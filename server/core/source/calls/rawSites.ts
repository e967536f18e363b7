/**
 * A site as it is read in one file, before it is known what reaches a wrapper's parameters, and how a call that stands
 * in code or in an expansion becomes one.
 */
import type { Evidence, SiteRole } from '../../../../src/shared/facts';
import type { Wrapper } from '../externals';
import type { Token } from '../text/lexer';
import type { MacroDefinition } from '../text/sourceText';
import type { TranslationUnit } from '../translationUnit';
import { NO_VALUE, unite, unknown, type TagValue } from '../values/evaluate';
import type { Names } from '../values/names';
import type { Place } from '../values/place';
import type { Call, WrapperLookup } from './call';
import type { CompleteCall } from './wrapperCalls';

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
  /** Of an allocation or a free: the one call that makes it. */
  readonly call?: MadeCall;
  /** The macro whose body holds the site. */
  readonly insideMacro?: MacroDefinition;
  /** Wrappers that were called, and what each of their tag parameters got. */
  readonly passes: readonly Pass[];
  /** One of the values is a 0 that the framework replaces by the driver's default tag. */
  readonly driverDefault?: true;
  /** The callee keeps the tag for later: what the call tells counts, the call itself is no site. */
  readonly keeps?: true;
}

/** A call as it is made at a site, by itself or in the expansion of a macro. */
export interface MadeCall {
  /** Undefined for a function of the catalogue. */
  readonly wrapper?: Wrapper;
  readonly args: readonly (readonly Token[])[];
  /** The site's expression is the call and nothing else. */
  readonly isWhole: boolean;
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
  readonly untold: (member: string) => void;
  readonly untoldMethod: (wrapper: Wrapper) => void;
  /** Macros that lead to an allocator. */
  readonly macros: ReadonlySet<string>;
  /** Told where in the root the work for one file ran out: nothing behind it is read. */
  readonly giveUp: (offset: number) => void;
}

/** A direct call, a wrapper's call or `new`, with its arguments as written. */
export function callSite(call: CompleteCall, name: Token, place: Place, reader: SiteReader): RawSite {
  const values = call.carries.map((position) => tagValue(call, position, place, reader));
  const [first = -1] = call.carries;
  const tagTokens = first < call.written ? (call.args[first] ?? call.typedTokens) : call.typedTokens;
  const made = call.wrapper?.kind === 'macro' && call.fixed.length + values.length === 0;
  const fixed = made ? unknown(`what tag ${call.name} makes is not known here`) : { ...NO_VALUE, tags: call.fixed };
  const value = unite([fixed, ...call.typed, ...values]);
  const defaults = TAKES_DRIVER_DEFAULT.test(call.api) && value.tags.includes(0);
  return {
    name,
    api: call.api,
    role: call.role,
    evidence: call.wrapper || call.name === 'new' ? 'wrapper' : 'call',
    ...((call.wrapper || call.name === 'new') && { via: call.name === 'new' ? 'operator new' : call.name }),
    value,
    ...(tagTokens && tagTokens.length > 0 && { tagTokens }),
    ...((call.role === 'free' || call.role === 'allocate') && { call: madeCall(call, true) }),
    place,
    passes: call.wrapper ? [{ wrapper: call.wrapper, values }] : [],
    ...(defaults && { driverDefault: true }),
    ...(call.wrapper?.keeps && { keeps: true }),
  };
}

export function madeCall({ wrapper, args }: Call, isWhole: boolean): MadeCall {
  return { ...(wrapper && { wrapper }), args, isWhole };
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
