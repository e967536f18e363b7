/**
 * What stands in front of a function's body: its name and the names of its parameters, read off tokens.
 */
import { splitArguments, type Token } from '../text/lexer';
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
}

/** What a definition whose parameter list opens at token `open` says of itself; undefined when no name stands in front. */
export function definitionNamed(
  masked: MaskedSource,
  open: number,
): Pick<FunctionDefinition, 'name' | 'nameStart' | 'nameEnd' | 'parameters'> | undefined {
  const named = nameBefore(masked.tokens, open);
  return named && { ...named, parameters: parameterNames(masked, open) };
}

/** The name in front of a parameter list: `Name`, `Class::Name`, `operator new[]`. The tree may have taken a type for its part. */
function nameBefore(
  tokens: readonly Token[],
  open: number,
): Pick<FunctionDefinition, 'name' | 'nameStart' | 'nameEnd'> | undefined {
  let first = open - 1;
  if (tokens[first]?.text === ']' && tokens[first - 1]?.text === '[') first -= 2;
  if (tokens[first - 1]?.text === 'operator') first -= 1;
  else if (tokens[first]?.kind !== 'name') return undefined;
  if (tokens[first - 1]?.text === '~' && tokens[first - 2]?.text === '::') first -= 1;
  while (tokens[first - 1]?.text === '::' && tokens[first - 2]?.kind === 'name') first -= 2;
  const parts = tokens.slice(first, open);
  const [start] = parts;
  const end = parts.at(-1);
  if (start === undefined || end === undefined) return undefined;
  const name = parts.map((token) => (token.text === 'operator' ? 'operator ' : token.text)).join('');
  return { name: name.slice(0, 200), nameStart: start.start, nameEnd: end.end };
}

/** Names of the parameters in the list that opens at token `open`. */
function parameterNames(masked: MaskedSource, open: number): string[] {
  const close = masked.match[open] ?? -1;
  if (close < 0) return [];
  const parts = splitArguments(masked.tokens, open + 1, close);
  if (parts.length === 1 && parts[0]?.length === 1 && parts[0][0]?.text === 'void') return [];
  return parts.slice(0, 64).map(parameterName);
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
