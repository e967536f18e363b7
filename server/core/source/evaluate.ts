/**
 * Values of tag expressions: the set of constants an expression can have, the parameters that reach it, and the reasons
 * why more is not known. Names are resolved by the caller.
 */
import { applyBinary, applyUnary } from './condition';
import type { Expression } from './expression';

export interface TagValue {
  /** Unsigned 32-bit constants, each once. */
  readonly tags: readonly number[];
  /** Parameters of the enclosing function or macro whose value reaches the expression. */
  readonly parameters: readonly string[];
  /** Why some of its values are not known, one sentence each. */
  readonly reasons: readonly string[];
}

export interface NameScope {
  /** Value of a name, perhaps qualified (`Driver::c_PoolTag`). */
  readonly name: (path: readonly string[]) => TagValue;
}

export const NO_VALUE: TagValue = { tags: [], parameters: [], reasons: [] };
const MOST_VALUES = 64;

export function constant(value: number): TagValue {
  return { tags: [value >>> 0], parameters: [], reasons: [] };
}

export function unknown(reason: string): TagValue {
  return { tags: [], parameters: [], reasons: [reason] };
}

/** Everything any of the values can be. */
export function unite(values: readonly TagValue[]): TagValue {
  const [only] = values;
  if (only && values.length === 1) return only;
  const tags = new Set<number>();
  const parameters = new Set<string>();
  const reasons = new Set<string>();
  for (const value of values) {
    for (const tag of value.tags) tags.add(tag);
    for (const parameter of value.parameters) parameters.add(parameter);
    for (const reason of value.reasons) reasons.add(reason);
  }
  if (tags.size <= MOST_VALUES) return { tags: [...tags], parameters: [...parameters], reasons: [...reasons] };
  return {
    tags: [...tags].slice(0, MOST_VALUES),
    parameters: [...parameters],
    reasons: [...reasons, 'it has too many values'],
  };
}

const BYTE_SWAPS =
  /^(?:(?:::)?(?:Rtl)?Ulong(?:Byte)?Swap|RtlUlongByteSwap|_byteswap_ulong|__builtin_bswap32|bswap_?32|(?:Be32To|CpuToBe)(?:Cpu|32)|CpuToBe32|Be32ToCpu|be32_to_cpu|cpu_to_be32|be32toh|htobe32|htonl|ntohl|RtlHostToNetworkUlong|SWAP32|BYTESWAP32|REVERSE_LONG|ReverseUlong)$/i;

function swapBytes(value: number): number {
  return (((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}

/** Narrowing casts cut the value. */
function castWidth(type: string): number {
  if (/\b(?:U?CHAR|BYTE|U?INT8|u?int8_t|char)\b(?!\s*\*)/.test(type)) return 0xff;
  if (/\b(?:U?SHORT|WORD|WCHAR|U?INT16|u?int16_t|short|wchar_t)\b(?!\s*\*)/.test(type)) return 0xffff;
  return 0xffffffff;
}

function mapTags(value: TagValue, change: (tag: number) => number | undefined, what: string): TagValue {
  const tags: number[] = [];
  const reasons = [...value.reasons];
  for (const tag of value.tags) {
    const changed = change(tag);
    if (changed === undefined) reasons.push(`${what} is not a constant`);
    else tags.push(changed >>> 0);
  }
  for (const parameter of value.parameters) reasons.push(`computed from parameter '${parameter}'`);
  return { tags: [...new Set(tags)], parameters: [], reasons };
}

/** Evaluates an expression tree. */
export function evaluate(expression: Expression, scope: NameScope): TagValue {
  switch (expression.kind) {
    case 'number':
      return constant(expression.value);
    case 'name':
      return scope.name(expression.path);
    case 'string':
      return unknown('a string is no tag');
    case 'cast':
      return evaluateCast(expression.type, evaluate(expression.operand, scope));
    case 'unary':
      return evaluateUnary(expression.operator, expression.operand, scope);
    case 'binary':
      return evaluateBinary(expression.operator, evaluate(expression.left, scope), evaluate(expression.right, scope));
    case 'conditional':
      return evaluateConditional(expression, scope);
    case 'call':
      return evaluateCall(expression.callee, expression.args, scope);
    case 'member':
      return unknown(`member '${expression.member}' is set at run time`);
    case 'other':
      return unknown(
        expression.text === '' ? 'the tag argument is missing' : `'${expression.text}' is not a constant expression`,
      );
  }
}

function evaluateCast(type: string, value: TagValue): TagValue {
  const width = castWidth(type);
  return width === 0xffffffff ? value : mapTags(value, (tag) => tag & width, type);
}

function evaluateUnary(operator: string, operand: Expression, scope: NameScope): TagValue {
  if (operator === '*') return dereference(operand, scope);
  if (operator === '+') return evaluate(operand, scope);
  if (operator === '&') return unknown('an address is no tag');
  return mapTags(evaluate(operand, scope), (tag) => applyUnary(operator, tag), operator);
}

/** `*(int*)"abcd"`: the string's bytes in memory order. */
function dereference(operand: Expression, scope: NameScope): TagValue {
  let inner = operand;
  while (inner.kind === 'cast') inner = inner.operand;
  if (inner.kind === 'string') {
    const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = inner.bytes;
    return constant(b0 | (b1 << 8) | (b2 << 16) | (b3 << 24));
  }
  const value = evaluate(inner, scope);
  return unknown(
    value.parameters.length > 0 ? `read through parameter '${value.parameters[0] ?? ''}'` : 'read through a pointer',
  );
}

function evaluateBinary(operator: string, left: TagValue, right: TagValue): TagValue {
  const tags = new Set<number>();
  const reasons = [...left.reasons, ...right.reasons];
  for (const parameter of [...left.parameters, ...right.parameters])
    reasons.push(`computed from parameter '${parameter}'`);
  for (const a of left.tags) {
    for (const b of right.tags) {
      const value = applyBinary(operator, a, b);
      if (value === undefined) reasons.push(`'${operator}' has no value here`);
      else tags.add(value >>> 0);
      if (tags.size > MOST_VALUES)
        return { tags: [...tags], parameters: [], reasons: [...reasons, 'it has too many values'] };
    }
  }
  return { tags: [...tags], parameters: [], reasons: [...new Set(reasons)] };
}

function evaluateConditional(expression: Extract<Expression, { kind: 'conditional' }>, scope: NameScope): TagValue {
  const test = evaluate(expression.test, scope);
  const decided = test.tags.length === 1 && test.reasons.length === 0 && test.parameters.length === 0;
  if (decided) return evaluate(test.tags[0] === 0 ? expression.no : expression.yes, scope);
  return unite([evaluate(expression.yes, scope), evaluate(expression.no, scope)]);
}

function evaluateCall(callee: string, args: readonly Expression[], scope: NameScope): TagValue {
  const [only] = args;
  if (only && args.length === 1 && BYTE_SWAPS.test(callee)) return mapTags(evaluate(only, scope), swapBytes, callee);
  return unknown(`computed at run time by ${callee}`);
}
