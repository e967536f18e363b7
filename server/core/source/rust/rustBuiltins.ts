/**
 * What the standard library's functions do with bytes and integers, as far as tags are made with them. Windows is
 * little-endian, so native order is.
 */
import {
  bytesOf,
  change,
  exactly,
  integer,
  join,
  list,
  NOTHING,
  only,
  open,
  type Carried,
  type Datum,
  type Possible,
} from './rustData';
import { bytesOfInteger, cut, fromLittle, integerType, type IntegerType } from './rustTypes';

const U8: IntegerType = { bits: 8, signed: false };
const U32: IntegerType = { bits: 32, signed: false };
const U64: IntegerType = { bits: 64, signed: false };
const AT_RUN_TIME = 'computed at run time';

/** A function of the library; undefined when its name is none. `type` is what stands in front of it. */
export function libraryFunction(
  name: string,
  type: string | undefined,
  args: readonly Possible[],
): Possible | undefined {
  const [first] = args;
  if (first === undefined || args.length !== 1) return undefined;
  const order = /^from_(ne|le|be)_bytes$/.exec(name)?.[1];
  if (order !== undefined) return fromBytes(first, integerType(type ?? '') ?? U32, order === 'be');
  switch (name) {
    case 'from':
    case 'try_from':
      return integerType(type ?? '') && change(first, (datum) => converted(datum, integerType(type ?? '')), '');
    case 'from_le':
    case 'to_le':
      return integerType(type ?? '') && first;
    case 'from_be':
    case 'to_be':
      return integerType(type ?? '') && swapped(first);
    case 'transmute':
      return transmuted(first);
    case 'Some':
    case 'Ok':
      return exactly({ kind: 'record', type: name, fields: new Map([['0', first]]) });
    default:
      return undefined;
  }
}

/** A method of the library; undefined when its name is none of those that only give a value. */
export function libraryMethod(name: string, object: Possible, args: readonly Possible[]): Possible | undefined {
  if (args.length === 0) return plainMethod(name, object);
  const [first] = args;
  if (first === undefined || args.length > 1) return undefined;
  switch (name) {
    case 'rotate_left':
    case 'rotate_right':
      return withCount(object, first, (value, type, by) => rotated(value, type, name === 'rotate_left' ? by : -by));
    case 'wrapping_shl':
      return withCount(object, first, (value, type, by) => cut(value << (by % BigInt(type.bits)), type));
    case 'wrapping_shr':
      return withCount(object, first, (value, type, by) => value >> (by % BigInt(type.bits)));
    case 'wrapping_add':
      return withCount(object, first, (value, type, by) => cut(value + by, type));
    case 'wrapping_sub':
      return withCount(object, first, (value, type, by) => cut(value - by, type));
    case 'wrapping_mul':
      return withCount(object, first, (value, type, by) => cut(value * by, type));
    case 'expect':
      return unwrapped(object);
    case 'unwrap_or':
      return change(object, (datum) => (datum.kind === 'record' && datum.type === 'None' ? first : unwrapOne(datum)));
    default:
      return undefined;
  }
}

function plainMethod(name: string, object: Possible): Possible | undefined {
  switch (name) {
    case 'into':
    case 'to_le':
    case 'clone':
    case 'to_owned':
    case 'copied':
    case 'cloned':
    case 'as_ref':
    case 'as_slice':
    case 'borrow':
    case 'iter':
    case 'into_iter':
    case 'try_into':
      return object;
    case 'as_bytes':
    case 'bytes':
      return change(object, (datum) => (datum.kind === 'text' ? bytesOf(datum.bytes) : exactly(datum)), '');
    case 'swap_bytes':
    case 'to_be':
      return swapped(object);
    case 'unwrap':
    case 'unwrap_unchecked':
      return unwrapped(object);
    case 'to_le_bytes':
    case 'to_ne_bytes':
      return change(object, (datum) => bytesOfNumber(datum, false));
    case 'to_be_bytes':
      return change(object, (datum) => bytesOfNumber(datum, true));
    case 'len':
      return change(object, lengthOf);
    default:
      return undefined;
  }
}

function lengthOf(datum: Datum): Possible {
  if (datum.kind === 'list') return integer(datum.items.length, U64);
  return datum.kind === 'text' ? integer(datum.bytes.length, U64) : open(AT_RUN_TIME);
}

/** A type that has all values the other one has; what does not fit would not be. */
function converted(datum: Datum, type: IntegerType | undefined): Possible {
  if (datum.kind !== 'integer' || type === undefined || cut(datum.value, type) !== datum.value)
    return open(AT_RUN_TIME);
  return integer(datum.value, type);
}

function unwrapped(object: Possible): Possible {
  return change(object, unwrapOne, '');
}

function unwrapOne(datum: Datum): Possible {
  if (datum.kind !== 'record') return exactly(datum);
  if (/^(?:Some|Ok)$/.test(datum.type)) return datum.fields.get('0') ?? NOTHING;
  return datum.type === 'None' ? NOTHING : open(AT_RUN_TIME);
}

function withCount(
  object: Possible,
  count: Possible,
  make: (value: bigint, type: IntegerType, by: bigint) => bigint,
): Possible {
  const by = only(count);
  if (by?.kind !== 'integer' || by.value < 0n) return open(AT_RUN_TIME);
  return change(object, (datum) => {
    if (datum.kind !== 'integer' || datum.type === undefined) return open(AT_RUN_TIME);
    return integer(make(datum.value, datum.type, by.value), datum.type);
  });
}

function rotated(value: bigint, type: IntegerType, by: bigint): bigint {
  const bits = BigInt(type.bits);
  const left = ((by % bits) + bits) % bits;
  const plain = BigInt.asUintN(type.bits, value);
  return cut((plain << left) | (plain >> (bits - left)), type);
}

/** A number with its bytes in the other order. */
export function swapped(value: Possible): Possible {
  return change(
    value,
    (datum) => {
      if (datum.kind !== 'integer') return open(AT_RUN_TIME);
      const type = datum.type ?? U32;
      return integer(cut(fromLittle(bytesOfInteger(datum.value, type.bits).reverse()), type), type);
    },
    ' swap',
  );
}

function bytesOfNumber(datum: Datum, isBig: boolean): Possible {
  if (datum.kind !== 'integer') return open(AT_RUN_TIME);
  const bytes = bytesOfInteger(datum.value, (datum.type ?? U32).bits);
  return list((isBig ? bytes.reverse() : bytes).map((byte) => integer(byte, U8)));
}

function transmuted(value: Possible): Possible {
  return change(value, (datum) => {
    if (datum.kind === 'integer' && datum.type?.bits === 32) return exactly(datum);
    return datum.kind === 'list' && datum.items.length === 4 ? numberOf(datum.items, U32, false) : open(AT_RUN_TIME);
  });
}

/** The number that an array's bytes make. */
export function fromBytes(value: Possible, type: IntegerType, isBig: boolean): Possible {
  return change(
    value,
    (datum) => (datum.kind === 'list' ? numberOf(datum.items, type, isBig) : open('its bytes are not known')),
    type.bits === 32 ? (isBig ? ' be' : ' le') : undefined,
  );
}

const MOST_CHOICES = 64;

function numberOf(items: readonly Possible[], type: IntegerType, isBig: boolean): Possible {
  if (items.length !== type.bits / 8) return open('its bytes are not known');
  const whole = type.bits === 32 ? wholeOf(items) : undefined;
  if (whole) return { data: [], carried: [{ ...whole, steps: `${whole.steps}${isBig ? ' be' : ' le'}` }], reasons: [] };
  let choices: number[][] = [[]];
  for (const item of items) {
    const bytes = item.data.map((datum) =>
      datum.kind === 'integer' ? Number(BigInt.asUintN(8, datum.value)) : undefined,
    );
    const isKnown = item.carried.length + item.reasons.length === 0 && item.others === undefined && bytes.length > 0;
    if (!isKnown || bytes.includes(undefined)) return open('its bytes are not known');
    choices = choices.flatMap((before) => bytes.map((byte) => [...before, byte ?? 0]));
    if (choices.length > MOST_CHOICES) return open('it has too many values');
  }
  return join(choices.map((bytes) => integer(cut(fromLittle(isBig ? bytes.reverse() : bytes), type), type)));
}

/** The parameter whose four bytes the items are, in order. */
function wholeOf(items: readonly Possible[]): Carried | undefined {
  const parts = items.map(({ data, carried, reasons, others }) =>
    data.length + reasons.length === 0 && carried.length === 1 && others === undefined ? carried[0] : undefined,
  );
  const [first] = parts;
  const steps = first && / \[0\]$/.test(first.steps) ? first.steps.slice(0, -4) : undefined;
  const isWhole = parts.every(
    (part, at) =>
      part?.name === first?.name && part?.of === first?.of && part?.steps === `${steps ?? ''} [${String(at)}]`,
  );
  return first && steps !== undefined && isWhole ? { ...first, steps } : undefined;
}

/** What a value becomes when it is taken the steps that a parameter is. */
export function takeSteps(value: Possible, steps: string): Possible {
  return steps
    .split(' ')
    .filter((step) => step !== '')
    .reduce((now, step) => takeStep(now, step), value);
}

function takeStep(value: Possible, step: string): Possible {
  if (step === 'le' || step === 'be') return fromBytes(withBytes(value), U32, step === 'be');
  if (step === 'swap') return swapped(value);
  if (step.startsWith('.')) return memberOf(value, step.slice(1));
  return elementOf(value, Number(step.slice(1, -1)));
}

/** A text is looked at as its first bytes are. */
function withBytes(value: Possible): Possible {
  return change(value, (datum) => (datum.kind === 'text' ? bytesOf(datum.bytes.slice(0, 4)) : firstFour(datum)), '');
}

export function memberOf(value: Possible, member: string): Possible {
  return change(
    value,
    (datum) => {
      if (datum.kind === 'list') return datum.items[Number(member)] ?? open(AT_RUN_TIME);
      return (
        (datum.kind === 'record' ? datum.fields.get(member) : undefined) ?? open(`field '${member}' is set at run time`)
      );
    },
    ` .${member}`,
  );
}

export function elementOf(value: Possible, index: number): Possible {
  return change(
    value,
    (datum) => {
      if (datum.kind === 'text' && datum.bytes[index] !== undefined) return integer(datum.bytes[index], U8);
      return (datum.kind === 'list' ? datum.items[index] : undefined) ?? open(AT_RUN_TIME);
    },
    ` [${String(index)}]`,
  );
}

function firstFour(datum: Datum): Possible {
  return datum.kind === 'list' ? list(datum.items.slice(0, 4)) : exactly(datum);
}
