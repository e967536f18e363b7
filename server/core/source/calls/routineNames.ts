/**
 * Allocators that a driver asks the system for by name: `MmGetSystemRoutineAddress`, export tables of its own, helpers
 * that take the name as text. Says which pointers are filled that way; reads no values.
 */
import type { FunctionIndex } from '../syntax/functions';
import { openBefore, operandPlace } from '../syntax/operandPlace';
import { splitArguments, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import { calledAllocator } from './calls';
import type { NamedCell, PointerCells } from './pointerCells';

/** A pointer to a routine of the catalogue. */
export interface NamedRoutine {
  readonly routine: string;
  readonly cell: NamedCell;
}

const SPELLED = /^(?:L|u8)?"(\w{8,40})"$/;
const INITIALIZES = /^(?:Rtl|Ndis)Init(?:ialize)?(?:Unicode|Ansi|)String(?:Ex)?$/;
const CONSTANT = /^(?:RTL|NDIS)_CONSTANT_STRING$/;
const DECLARES = /^DECLARE_(?:CONST_|GLOBAL_CONST_)?(?:UNICODE_STRING(?:_SIZE)?|ANSI_STRING)$/;
const MOST_NAMES = 64;

/** Pointers that get the address of a routine whose name stands in the text. */
export function routinesByName(masked: MaskedSource, functions: FunctionIndex, cells: PointerCells): NamedRoutine[] {
  const { tokens } = masked;
  const found: NamedRoutine[] = [];
  for (let at = 0, count = 0; at < tokens.length && count < MOST_NAMES; at += 1) {
    const token = tokens[at];
    if (token?.kind !== 'string') continue;
    const routine = SPELLED.exec(token.text)?.[1];
    if (routine === undefined || calledAllocator(routine) === undefined) continue;
    count += 1;
    for (const cell of filledBy(masked, functions, cells, at)) found.push({ routine, cell });
  }
  return found;
}

function filledBy(masked: MaskedSource, functions: FunctionIndex, cells: PointerCells, at: number): NamedCell[] {
  const { tokens, match } = masked;
  const place = operandPlace(tokens, at);
  if (place.kind === 'listed') return addressed(tokens, match, place.brace, cells);
  if (place.kind !== 'argument') return [];
  const text = textMade(tokens, match, place.callee);
  if (text === undefined)
    return [...resultOf(tokens, place.callee, cells), ...addressed(tokens, match, place.callee + 1, cells)];
  const body = functions.around(tokens[at]?.start ?? 0);
  const limit = body?.bodyEnd ?? Number.MAX_SAFE_INTEGER;
  const cellsFound: NamedCell[] = [];
  for (let next = at + 1; next < tokens.length && (tokens[next]?.start ?? 0) < limit; next += 1) {
    if (tokens[next]?.text !== text || tokens[next - 1]?.text !== '&') continue;
    const use = operandPlace(tokens, next);
    if (use.kind !== 'argument') continue;
    // From here on it is the name of something else.
    if (INITIALIZES.test(tokens[use.callee]?.text ?? '')) break;
    cellsFound.push(...resultOf(tokens, use.callee, cells));
  }
  return cellsFound;
}

/** The variable that a call or macro makes a counted string of; undefined when the text goes elsewhere. */
function textMade(tokens: readonly Token[], match: Int32Array, callee: number): string | undefined {
  const name = tokens[callee]?.text ?? '';
  if (INITIALIZES.test(name) || DECLARES.test(name)) {
    const [first = []] = splitArguments(tokens, callee + 2, match[callee + 1] ?? callee);
    return first.findLast(({ kind }) => kind === 'name')?.text;
  }
  if (!CONSTANT.test(name)) return undefined;
  const place = operandPlace(tokens, callee);
  if (place.kind !== 'assigned') return undefined;
  let before = place.at - 1;
  while (tokens[before]?.text === ']') before = openBefore(tokens, before) - 1;
  const variable = tokens[before];
  return variable?.kind === 'name' ? variable.text : undefined;
}

/** What the result of a call is assigned to. */
function resultOf(tokens: readonly Token[], callee: number, cells: PointerCells): NamedCell[] {
  const place = operandPlace(tokens, callee);
  return place.kind === 'assigned' ? [cells.filledAt(place) ?? []].flat() : [];
}

/** Variables whose addresses stand beside the name, between the brackets that open at `open`. */
function addressed(tokens: readonly Token[], match: Int32Array, open: number, cells: PointerCells): NamedCell[] {
  return splitArguments(tokens, open + 1, match[open] ?? open).flatMap((part) => {
    const at = part.findIndex(({ text }, index) => text === '&' && part[index + 1]?.kind === 'name');
    const name = at < 0 ? undefined : part[at + 1];
    if (name === undefined || at + 2 !== part.length) return [];
    return cells.variable(tokens.indexOf(name)) ?? [];
  });
}
