/**
 * Values of tag expressions: the set of constants an expression can have, the parameters that reach it, and the reasons
 * why more is not known. Names are resolved by the caller.
 */
import type { Expression, QualifiedName } from '../syntax/expression';
import { applyBinary, applyUnary } from '../text/condition';

/** A value that comes in from elsewhere: through another function's parameter, or a template's. */
export interface Arrival {
  /** `wrapperKey` of the function, `templateKey` of the template. */
  readonly key: string;
  readonly index: number;
  /** Class of the function, when it is a method. */
  readonly scope?: string;
  /** Reason when nothing is seen to come in. */
  readonly otherwise: string;
}

export interface TagValue {
  /** Unsigned 32-bit constants, each once. */
  readonly tags: readonly number[];
  /** Parameters of the enclosing function or macro whose value reaches the expression. */
  readonly parameters: readonly string[];
  /** Why some of its values are not known, one sentence each. */
  readonly reasons: readonly string[];
  /** What else comes in from elsewhere. */
  readonly arriving?: readonly Arrival[];
}

/** Characters as they lie in memory, with the width of each. */
export interface StoredText {
  readonly bytes: readonly number[];
  readonly width: 1 | 2;
}

/** An argument of a function that is evaluated: its value, or the text it points to. */
export interface Argument {
  readonly value: TagValue;
  readonly text?: StoredText;
}

export interface NameScope {
  /** Value of a name, perhaps qualified (`Driver::c_PoolTag`) or with template arguments. */
  readonly name: (name: QualifiedName) => TagValue;
  /** The text a name stands for, when it is a constant array of characters. */
  readonly text: (name: QualifiedName) => StoredText | undefined;
  /** Elements of a constant array; undefined when it is none. */
  readonly elements: (name: QualifiedName) => readonly TagValue[] | undefined;
  /** Value of a structure's member; `object` is the variable it is read from, if it is one. */
  readonly member: (object: string | undefined, member: string) => TagValue;
  /** Value of a call of one of the project's own functions; undefined when it can't be told. */
  readonly call: (callee: QualifiedName, args: () => readonly Argument[]) => TagValue | undefined;
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
  const arriving = new Map<string, Arrival>();
  for (const value of values) {
    for (const tag of value.tags) tags.add(tag);
    for (const parameter of value.parameters) parameters.add(parameter);
    for (const reason of value.reasons) reasons.add(reason);
    for (const one of value.arriving ?? []) arriving.set(`${one.key} ${String(one.index)}`, one);
  }
  const common = { parameters: [...parameters], ...(arriving.size > 0 && { arriving: [...arriving.values()] }) };
  if (tags.size <= MOST_VALUES) return { tags: [...tags], reasons: [...reasons], ...common };
  return { tags: [...tags].slice(0, MOST_VALUES), reasons: [...reasons, 'it has too many values'], ...common };
}

/** Whether nothing is known of a value, not even why. */
export function isNothing(value: TagValue): boolean {
  return (
    value.tags.length === 0 && value.parameters.length === 0 && value.reasons.length === 0 && !value.arriving?.length
  );
}

/** Why a computation with a value that comes in from elsewhere gives no constants. */
function comingIn(value: TagValue): string[] {
  return [
    ...value.parameters.map((parameter) => `computed from parameter '${parameter}'`),
    ...(value.arriving ?? []).map(({ otherwise }) => `computed from ${otherwise.replace(/, which .*$/, '')}`),
  ];
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
  return { tags: [...new Set(tags)], parameters: [], reasons: [...reasons, ...comingIn(value)] };
}

/** Evaluates an expression tree. */
export function evaluate(expression: Expression, scope: NameScope): TagValue {
  switch (expression.kind) {
    case 'number':
      return constant(expression.value);
    case 'name':
      return scope.name(expression);
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
    case 'index':
      return evaluateIndex(expression, scope);
    case 'member':
      return scope.member(objectName(expression.object), expression.member);
    case 'other':
      return unknown(
        expression.text === '' ? 'the tag argument is missing' : `'${expression.text}' is not a constant expression`,
      );
  }
}

/** The variable a member is read from; of `table[i].member` the table. */
function objectName(object: Expression): string | undefined {
  if (object.kind === 'index') return objectName(object.object);
  return object.kind === 'name' ? object.path.at(-1) : undefined;
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

/** `*(int*)"abcd"`: the text's bytes in memory order. */
function dereference(operand: Expression, scope: NameScope): TagValue {
  let inner = operand;
  let type = '';
  while (inner.kind === 'cast') {
    type ||= inner.type;
    inner = inner.operand;
  }
  const text = textOf(inner, scope);
  if (text !== undefined) return readBytes(text, type);
  const value = evaluate(inner, scope);
  return unknown(
    value.parameters.length > 0 ? `read through parameter '${value.parameters[0] ?? ''}'` : 'read through a pointer',
  );
}

/** What a text's first bytes are when read through a pointer of this type; without one they are its first character. */
function readBytes(text: StoredText, type: string): TagValue {
  const width = type === '' ? text.width : pointedWidth(type);
  if (width === undefined) return unknown(`read through a pointer of type '${type}'`);
  // The closing NUL can be read, what lies behind it can't.
  if (width > text.bytes.length + text.width) return unknown('read past the end of a text');
  const bytes = [...text.bytes, 0, 0].slice(0, width);
  return constant(bytes.reduce((value, byte, at) => value | (byte << (8 * at)), 0));
}

/** Bytes a pointer type points to, as far as tags are read through it. */
function pointedWidth(type: string): number | undefined {
  if (/^(?:const\s*)?P?(?:U?CHAR|BYTE|STR)\b|\bchar\b/.test(type)) return 1;
  if (/\b(?:P?U?SHORT|P?WORD|P?WCHAR|wchar_t|short|P?U?INT16)\b/.test(type)) return 2;
  if (/64|long\s*long|LONGLONG|SIZE_T|size_t|_PTR\b/.test(type)) return undefined;
  return 4;
}

function textOf(expression: Expression, scope: NameScope): StoredText | undefined {
  if (expression.kind === 'string') return expression;
  return expression.kind === 'name' ? scope.text(expression) : undefined;
}

/** `table[1]`, `"Fred"[0]`: the element; with an index that is not known, any of the elements. */
function evaluateIndex(expression: Extract<Expression, { kind: 'index' }>, scope: NameScope): TagValue {
  const { object, index } = expression;
  const text = textOf(object, scope);
  const elements = text ? characters(text) : object.kind === 'name' ? scope.elements(object) : undefined;
  if (elements === undefined) return unknown('an element of an array that is filled at run time');
  const at = evaluate(index, scope);
  if (!isConstant(at)) return unite(elements);
  return elements[at.tags[0] ?? 0] ?? unknown('an element behind the end of an array');
}

function characters({ bytes, width }: StoredText): TagValue[] {
  const units: TagValue[] = [];
  for (let at = 0; at < bytes.length; at += width) {
    const low = bytes[at] ?? 0;
    // char is signed.
    units.push(constant(width === 2 ? low | ((bytes[at + 1] ?? 0) << 8) : (low << 24) >> 24));
  }
  return [...units, constant(0)];
}

/** Whether a value is one constant and nothing else. */
export function isConstant(value: TagValue): boolean {
  return value.tags.length === 1 && value.reasons.length === 0 && value.parameters.length === 0 && !value.arriving;
}

function evaluateBinary(operator: string, left: TagValue, right: TagValue): TagValue {
  const tags = new Set<number>();
  const reasons = [...left.reasons, ...right.reasons, ...comingIn(left), ...comingIn(right)];
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
  if (isConstant(test)) return evaluate(test.tags[0] === 0 ? expression.no : expression.yes, scope);
  return unite([evaluate(expression.yes, scope), evaluate(expression.no, scope)]);
}

function evaluateCall(callee: QualifiedName, args: readonly Expression[], scope: NameScope): TagValue {
  const name = callee.path.join('::');
  const own = scope.call(callee, () =>
    args.map((arg): Argument => {
      const text = textOf(arg, scope);
      return { value: text ? unknown('a string is no tag') : evaluate(arg, scope), ...(text && { text }) };
    }),
  );
  if (own !== undefined) return own;
  const [only] = args;
  if (only && args.length === 1 && BYTE_SWAPS.test(name)) return mapTags(evaluate(only, scope), swapBytes, name);
  return unknown(`computed at run time by ${name}`);
}
