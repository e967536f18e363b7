/**
 * What a lone placement argument is: a pool, a tag, or the memory an object is built in, which allocates nothing. Read
 * off the argument's words and its declaration in the same text; evaluates nothing.
 */
import type { Wrapper } from '../externals';
import { isPointer } from '../syntax/functionHead';
import type { Token } from '../text/lexer';

/** Tokens in front of a `new` in which the declaration of its argument is looked for. */
const MOST_BEFORE = 4000;

const NUMBERS =
  /^(?:const|constexpr|int|long|unsigned|short|u?int(?:8|16|32|64)_t|U?INT(?:8|16|32|64)?|U?LONG(?:32|64|LONG)?|DWORD(?:32|64)?|USHORT|U?CHAR)$/;
const SPEAKS_OF_POOLS = /pool|paged|flag|tag|type/i;

/** The operators, of those with one parameter behind the size, that `new (arg) T` may call. */
export function takingPlacement(
  operators: readonly Wrapper[],
  tokens: readonly Token[],
  at: number,
  arg: readonly Token[],
): readonly Wrapper[] {
  const taken = operators.filter(({ takesPointer }) => takesPointer === true);
  const others = operators.filter(({ takesPointer }) => takesPointer !== true);
  if (isNumber(tokens, at, arg)) return others;
  // Nobody gives the operator that builds in memory a tag; what else is pointed to is the driver's own thing.
  return isMemory(tokens, at, arg) ? [] : taken;
}

/** A pool, flags or a tag: by its words, or by the type it is declared with. */
function isNumber(tokens: readonly Token[], at: number, arg: readonly Token[]): boolean {
  if (arg[0]?.text === '&' || arg.some(({ text }) => BYTES.test(text))) return false;
  const [only, ...more] = arg;
  const type = only?.kind === 'name' && more.length === 0 ? declaredType(tokens, at, only.text) : undefined;
  if (type?.some(({ text }) => text !== 'auto' && text !== 'const'))
    return !isPointer(type) && type.every(({ text }) => NUMBERS.test(text) || SPEAKS_OF_POOLS.test(text));
  if (arg.length === 3 && arg[1]?.text === '::') return only?.text !== 'std';
  return arg.some(
    ({ kind, text }) =>
      kind === 'char' ||
      (kind === 'number' && arg.length === 1) ||
      (kind === 'name' && (SPEAKS_OF_POOLS.test(text) || /^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/.test(text))),
  );
}

/** Bytes, or a place of no type: `&object`, `(void *)p`, `static_cast<void *>(p)`, `p + 1`, `UCHAR *p`. */
function isMemory(tokens: readonly Token[], at: number, arg: readonly Token[]): boolean {
  const [first, ...more] = arg;
  if (first === undefined || first.text === '&') return true;
  if (arg.some(({ text }) => BYTES.test(text) || /^(?:[+]|std)$/.test(text))) return true;
  if (more.length > 0) return false;
  const type = declaredType(tokens, at, first.text);
  const built = behindPlacement(tokens, at);
  return type === undefined || type.some(({ text }) => BYTES.test(text) || text === built?.text || text === 'auto');
}

const BYTES = /^(?:void|char|byte|BYTE|U?CHAR|u?int8_t|LP?VOID|(?:P|LP)(?:VOID|BYTE|U?CHAR|STR))$/;

/** The first word of the type that is built by the `new` at `at`. */
function behindPlacement(tokens: readonly Token[], at: number): Token | undefined {
  let depth = 0;
  for (let next = at + 1; next < tokens.length; next += 1) {
    const text = tokens[next]?.text;
    if (text === '(') depth += 1;
    else if (text === ')' && (depth -= 1) === 0) return tokens[next + 1];
  }
  return undefined;
}

/** What stands in front of the name where it was last declared before `at`: its type, as far as words and stars go. */
function declaredType(tokens: readonly Token[], at: number, name: string): readonly Token[] | undefined {
  for (let next = at - 1; next > 0 && next > at - MOST_BEFORE; next -= 1) {
    const token = tokens[next];
    if (token?.text !== name || token.kind !== 'name' || !/^[=;,){[]$/.test(tokens[next + 1]?.text ?? '')) continue;
    let first = next;
    while (isOfType(tokens[first - 1])) first -= 1;
    const type = tokens.slice(first, next);
    if (!type.some(({ kind }) => kind === 'name')) continue;
    // An array is a place, too.
    const [bracket] = tokens[next + 1]?.text === '[' ? tokens.slice(next + 1, next + 2) : [];
    return bracket ? [...type, { ...bracket, text: '*' }] : type;
  }
  return undefined;
}

function isOfType(token: Token | undefined): boolean {
  if (token?.kind === 'name')
    return !/^(?:return|case|else|new|delete|throw|goto|co_return|co_yield)$/.test(token.text);
  return token?.text === '*' || token?.text === '&' || token?.text === '::';
}
