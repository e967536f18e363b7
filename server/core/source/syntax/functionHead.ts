/**
 * What stands in front of a function's body: its name and the names of its parameters, read off tokens.
 */
import { splitArguments, splitParameters, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';

export interface FunctionDefinition {
  /** As written: `ToasterAddDevice`, `CMiniport::Init`, `operator new`. */
  readonly name: string;
  /** Class the definition stands in, for a method defined inside its class. */
  readonly scope?: string;
  readonly nameStart: number;
  readonly nameEnd: number;
  /** Parameter names in order; an unnamed one is an empty string. */
  readonly parameters: readonly string[];
  /** Body with its braces. */
  readonly bodyStart: number;
  readonly bodyEnd: number;
  readonly isStatic: boolean;
  /** Of an `operator new`: the first parameter behind the size is a pointer or a reference. */
  readonly takesPointer?: true;
  /** The last parameter is a pack or an ellipsis: it takes any number of arguments. */
  readonly takesMore?: true;
}

/** What a definition whose parameter list opens at token `open` says of itself; undefined when no name stands in front. */
export function definitionNamed(
  masked: MaskedSource,
  open: number,
):
  Pick<FunctionDefinition, 'name' | 'nameStart' | 'nameEnd' | 'parameters' | 'takesPointer' | 'takesMore'> | undefined {
  const named = nameBefore(masked.tokens, open);
  if (named === undefined) return undefined;
  const takesPointer = /^operator new\b/.test(named.name) && isPointer(parameterParts(masked, open)[1] ?? []);
  return {
    ...named,
    parameters: parameterNames(masked, open),
    ...(takesPointer && { takesPointer }),
    ...(takesMore(masked, open) && { takesMore: true }),
  };
}

/** Whether the last parameter of the list that opens at token `open` is `Args &&...args` or `...`. */
function takesMore({ tokens, match }: MaskedSource, open: number): boolean {
  const close = match[open] ?? -1;
  return tokens[close - 1]?.text === '...' || tokens[close - 2]?.text === '...';
}

/** PVOID, LPBYTE, PDRIVER_OBJECT, NDIS_HANDLE, WDFDEVICE; not POOL_TYPE. */
const POINTER_TYPE = /^(?:(?:P|LP)(?!OOL|AGED)C?[A-Z][A-Z0-9_]+|(?:\w+_)?HANDLE|WDF[A-Z]+)$/;

/** Whether a type or a parameter, as it is declared, is a pointer, a handle or a reference. */
export function isPointer(declared: readonly Token[]): boolean {
  return declared.some(
    ({ text, kind }) => text === '*' || text === '&' || (kind === 'name' && POINTER_TYPE.test(text)),
  );
}

/** The name in front of a parameter list: `Name`, `Class::Name`, `operator new[]`. The tree may have taken a type for its part. */
function nameBefore(
  tokens: readonly Token[],
  open: number,
): Pick<FunctionDefinition, 'name' | 'nameStart' | 'nameEnd'> | undefined {
  let first = open - 1;
  const operator = operatorBefore(tokens, open);
  if (operator >= 0) first = operator;
  else if (tokens[first]?.kind !== 'name') return undefined;
  if (tokens[first - 1]?.text === '~') first -= 1;
  while (tokens[first - 1]?.text === '::' && tokens[first - 2]?.kind === 'name') first -= 2;
  const parts = tokens.slice(first, open);
  const [start] = parts;
  const end = parts.at(-1);
  if (start === undefined || end === undefined) return undefined;
  const spaced = parts.map(({ text, kind }, at) =>
    text === 'operator' || (kind === 'name' && parts[at + 1]?.kind === 'name') ? `${text} ` : text,
  );
  const name = spaced.join('');
  return { name: name.slice(0, 200), nameStart: start.start, nameEnd: end.end };
}

/** Tokens between `operator` and its parameters: `()`, `new[]`, `<<`, the type a conversion gives. */
const MOST_OPERATOR = 8;

/** Index of the `operator` whose parameters open at `open`; -1 when it is none. */
function operatorBefore(tokens: readonly Token[], open: number): number {
  for (let at = open - 1; at >= open - MOST_OPERATOR; at -= 1) {
    const text = tokens[at]?.text ?? ';';
    if (text === 'operator') return at;
    if (/^[;{}=]$/.test(text) && at < open - 1) return -1;
    if (text === ')' && at !== open - 1) return -1;
  }
  return -1;
}

/** Parameters of a definition that declares their types behind the list, as C did once. */
export function oldParameterNames(masked: MaskedSource, open: number): string[] {
  const close = masked.match[open] ?? -1;
  const parts = close < 0 ? [] : splitArguments(masked.tokens, open + 1, close);
  return parts.slice(0, MOST_PARAMETERS).map((part) => part.at(-1)?.text ?? '');
}

const MOST_PARAMETERS = 64;

/** Names of the parameters in the list that opens at token `open`. */
function parameterNames(masked: MaskedSource, open: number): string[] {
  const parts = parameterParts(masked, open);
  if (parts.length === 1 && parts[0]?.length === 1 && parts[0][0]?.text === 'void') return [];
  return parts.slice(0, MOST_PARAMETERS).map(parameterName);
}

function parameterParts(masked: MaskedSource, open: number): readonly (readonly Token[])[] {
  const close = masked.match[open] ?? -1;
  return close < 0 ? [] : splitParameters(masked.tokens, open + 1, close);
}

/** Name of one parameter: the last name outside brackets, before a default; a lone name is a type. */
export function parameterName(part: readonly Token[]): string {
  const assign = part.findIndex((token) => token.text === '=');
  const tokens = assign < 0 ? part : part.slice(0, assign);
  // A function pointer's name stands behind the first `(*`, that of a reference to an array behind `(&`.
  const star = tokens.findIndex((token, at) => token.text === '(' && /^[*&]$/.test(tokens[at + 1]?.text ?? ''));
  if (star >= 0) return tokens.slice(star).find((token) => token.kind === 'name')?.text ?? '';
  const bracket = tokens.findIndex((token) => token.text === '[');
  const flat = bracket < 0 ? tokens : tokens.slice(0, bracket);
  const last = flat.at(-1);
  return last?.kind === 'name' && flat.length > 1 ? last.text : '';
}
