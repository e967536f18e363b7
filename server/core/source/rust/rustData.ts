/**
 * Values that Rust expressions can have, as far as tags are made of them: typed integers, lists of bytes, texts, structures.
 * A value is the set of what it may be, the parameters it is made of, and why more is not known. Pure arithmetic.
 */
import { constant, NO_VALUE, unite, unknown, type TagValue } from '../values/evaluate';
import type { RustFunction } from './rustItems';
import type { IntegerType } from './rustTypes';

export type Datum =
  | { readonly kind: 'integer'; readonly value: bigint; readonly type?: IntegerType }
  | { readonly kind: 'truth'; readonly value: boolean }
  | { readonly kind: 'list'; readonly items: readonly Possible[] }
  | { readonly kind: 'text'; readonly bytes: readonly number[] }
  | { readonly kind: 'record'; readonly type: string; readonly fields: ReadonlyMap<string, Possible> };

/** A parameter of the function around, and the steps from it to the value: `.tag`, `[0]`, `le`. */
export interface Carried {
  readonly name: string;
  readonly steps: string;
  /** The function whose parameter it is, when it is not the one around. */
  readonly of?: RustFunction;
}

export interface Possible {
  readonly data: readonly Datum[];
  readonly carried: readonly Carried[];
  readonly reasons: readonly string[];
  /** What comes in from elsewhere through other functions' parameters; these are tags as they are. */
  readonly others?: TagValue;
}

const MOST_DATA = 64;
export const NOTHING: Possible = { data: [], carried: [], reasons: [] };
const TOO_MANY = 'it has too many values';

export function exactly(datum: Datum): Possible {
  return { data: [datum], carried: [], reasons: [] };
}

export function integer(value: bigint | number, type?: IntegerType): Possible {
  return exactly({ kind: 'integer', value: BigInt(value), ...(type && { type }) });
}

export function list(items: readonly Possible[]): Possible {
  return exactly({ kind: 'list', items });
}

export function bytesOf(codes: readonly number[]): Possible {
  return list(codes.map((code) => integer(code, { bits: 8, signed: false })));
}

export function open(reason: string): Possible {
  return { data: [], carried: [], reasons: [reason] };
}

/** A set of tags that is known already. */
export function ofTags({ tags, reasons, ...more }: TagValue): Possible {
  const data = tags.map((tag): Datum => ({ kind: 'integer', value: BigInt(tag), type: { bits: 32, signed: false } }));
  const others = { ...NO_VALUE, ...more };
  const hasOthers = others.parameters.length + (others.arriving?.length ?? 0) > 0;
  return { data, carried: [], reasons, ...(hasOthers && { others }) };
}

export function join(values: readonly Possible[]): Possible {
  const [only] = values;
  if (only && values.length === 1) return only;
  const data = new Map<string, Datum>();
  const carried = new Map<string, Carried>();
  for (const value of values) {
    for (const datum of value.data) data.set(keyOf(datum), datum);
    for (const one of value.carried) carried.set(`${String(one.of?.nameStart)} ${one.name} ${one.steps}`, one);
  }
  const others = values.flatMap((value) => value.others ?? []);
  const isTooMuch = data.size > MOST_DATA;
  return {
    data: [...data.values()].slice(0, MOST_DATA),
    carried: [...carried.values()],
    reasons: [...new Set([...values.flatMap(({ reasons }) => reasons), ...(isTooMuch ? [TOO_MANY] : [])])],
    ...(others.length > 0 && { others: unite(others) }),
  };
}

function keyOf(datum: Datum): string {
  return JSON.stringify(datum, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value instanceof Map ? [...(value as Map<string, unknown>)] : value,
  );
}

/** Each datum changed; what can't be is told, and so is what comes in from elsewhere. */
export function change(value: Possible, make: (datum: Datum) => Possible, step?: string): Possible {
  if (value.carried.length === 0 && value.others === undefined && value.data.length === 1 && value.data[0])
    return withReasons(make(value.data[0]), value.reasons);
  const carried = step === undefined ? [] : value.carried.map((one) => ({ ...one, steps: one.steps + step }));
  const lost = step === undefined && value.carried.length > 0 ? value.carried.map(lostParameter) : [];
  const arriving = value.others === undefined ? [] : ['computed from a value that comes in from elsewhere'];
  return join([
    ...value.data.map(make),
    {
      data: [],
      carried,
      reasons: [...value.reasons, ...lost.map((name) => `computed from parameter '${name}'`), ...arriving],
    },
  ]);
}

function lostParameter({ name }: Carried): string {
  return name;
}

function withReasons(value: Possible, reasons: readonly string[]): Possible {
  return reasons.length === 0 ? value : { ...value, reasons: [...new Set([...value.reasons, ...reasons])] };
}

/** Each pair of data joined into one. */
export function combine(a: Possible, b: Possible, make: (a: Datum, b: Datum) => Possible): Possible {
  return change(a, (one) => change(b, (other) => make(one, other)));
}

/** The only value there is, when nothing else is possible. */
export function only({ data, carried, reasons, others }: Possible): Datum | undefined {
  return data.length === 1 && carried.length + reasons.length === 0 && others === undefined ? data[0] : undefined;
}

/** The value as a tag: a number of 32 bits. */
export function asTags({ data, reasons, others }: Possible): TagValue {
  const values = data.map((datum) => {
    if (datum.kind !== 'integer') return unknown(`${NAMES[datum.kind]} is no tag`);
    if (datum.type === undefined && (datum.value > 0xffffffffn || datum.value < -0x80000000n))
      return unknown('a literal that is no tag');
    return constant(Number(BigInt.asUintN(32, datum.value)));
  });
  return unite([...values, ...(others ? [others] : []), { ...NO_VALUE, reasons }]);
}

const NAMES: Readonly<Record<Exclude<Datum['kind'], 'integer'>, string>> = {
  truth: 'a truth value',
  list: 'an array',
  text: 'a text',
  record: 'a structure',
};
