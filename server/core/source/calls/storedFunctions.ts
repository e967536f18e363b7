/**
 * Functions that pass a tag on, and allocators, where a file names them without calling them: what they are put into.
 * Reads tokens; does not follow where the pointer goes from there.
 */
import type { FunctionIndex } from '../syntax/functions';
import { operandPlace, openBefore, type OperandPlace } from '../syntax/operandPlace';
import type { Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import { calledAllocator } from './calls';
import { pathStart, type NamedCell, type PointerCells } from './pointerCells';

/** A function, or a pointer to some, as it is put somewhere. */
export interface StoredFunction {
  /** Of what is stored: a function's, a variable's, a member's. */
  readonly name: string;
  /** Index of the name's token. */
  readonly at: number;
  readonly place: OperandPlace;
  /** Undefined: who calls it from there is not seen. */
  readonly cell: NamedCell | undefined;
}

const ENDS = new Set([';', ',', ')', '}', ':', ']']);
const NOT_TYPES = new Set(['return', 'case', 'else', 'throw', 'co_return']);
const MOST_STORED = 4_096;

/** Where a masked file names one of these, or a function of the catalogue, without calling or declaring it. */
export function storedFunctions(
  { tokens, match }: MaskedSource,
  functions: FunctionIndex,
  cells: PointerCells,
  names: ReadonlySet<string>,
): StoredFunction[] {
  const found: StoredFunction[] = [];
  for (let at = 0; at < tokens.length && found.length < MOST_STORED; at += 1) {
    const token = tokens[at];
    if (token?.kind !== 'name') continue;
    let next = tokens[at + 1]?.text ?? '';
    if (next === '[') next = tokens[(match[at + 1] ?? at) + 1]?.text ?? '';
    if (!ENDS.has(next) || (!names.has(token.text) && calledAllocator(token.text) === undefined)) continue;
    if (functions.isDefinitionName(token) || isDeclared(tokens, at)) continue;
    const start = pathStart(tokens, at);
    const place: OperandPlace = start < 0 ? { kind: 'other' } : operandPlace(tokens, start);
    if (place.kind === 'tested') continue;
    if (isCalledInParentheses(tokens, match, at)) continue;
    found.push({ name: token.text, at, place, cell: cells.filledAt(place) });
  }
  return found;
}

function isDeclared(tokens: readonly Token[], at: number): boolean {
  let before = at - 1;
  while (tokens[before]?.text === '::' && tokens[before - 1]?.kind === 'name') before -= 2;
  const token = tokens[before];
  if (token === undefined || /^[;{}]$/.test(token.text)) return tokens[at + 1]?.text === ';' || token?.text !== '{';
  if (token.kind === 'name') return !NOT_TYPES.has(token.text);
  return token.text === '*' || token.text === '>';
}

/** `(pointer)(…)`, `((TYPE)pointer)(…)`. */
function isCalledInParentheses(tokens: readonly Token[], match: Int32Array, at: number): boolean {
  if (tokens[at + 1]?.text !== ')' || tokens[at + 2]?.text !== '(') return false;
  const open = openBefore(tokens, at + 1);
  return open >= 0 && match[open] === at + 1 && tokens[open - 1]?.kind !== 'name';
}
