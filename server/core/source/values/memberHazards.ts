/**
 * What may put into a member something that no assignment shows: its address is taken, it is computed, its structure is
 * filled by a copy from elsewhere. Reads tokens; a copy from another object of the same structure brings nothing new.
 */
import { readPath } from '../lifetimes/pointerPaths';
import type { Structure } from '../syntax/structures';
import { splitArguments, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';

/** Functions whose first argument is written and whose others are only read. */
const COPIES =
  /^(?:RtlCopyMemory|RtlMoveMemory|RtlCopyBytes|RtlCopyMemoryNonTemporal|NdisMoveMemory|memcpy|memmove|memcpy_s)$/;
/** Functions that only read. */
const COMPARES = /^(?:RtlCompareMemory|RtlEqualMemory|memcmp)$/;
const ACCESS = /^(?:\.|->)$/;
const COMPOUND = /^(?:[-+*/%&|^]|<<|>>)=$|^(?:\+\+|--)$/;

/** Why a member may hold more than its assignments say; `isOfType`: whether a variable is, or points to, the structure. */
export function memberHazards(
  masked: MaskedSource,
  structure: Structure,
  member: string,
  isOfType: (name: string, offset: number) => boolean,
): string[] {
  const { tokens } = masked;
  const reasons = new Set<string>();
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== 'name') continue;
    if (token.text === member && ACCESS.test(tokens[at - 1]?.text ?? '')) {
      if (isAddressTaken(tokens, at)) reasons.add(`member '${member}' is set through its address`);
      if (COMPOUND.test(tokens[at + 1]?.text ?? '')) reasons.add(`member '${member}' is computed at run time`);
    } else if (COPIES.test(token.text) && fillsStructure(masked, at, structure, isOfType))
      reasons.add(`member '${member}' is copied in with its whole structure`);
  }
  return [...reasons];
}

/** Whether `&object->member` stands where it may be written through. */
function isAddressTaken(tokens: readonly Token[], at: number): boolean {
  let first = at - 1;
  while (ACCESS.test(tokens[first]?.text ?? '') && tokens[first - 1]?.kind === 'name') first -= 2;
  if (tokens[first]?.text !== '&') return false;
  const argument = argumentAround(tokens, first);
  if (argument === undefined) return true;
  return !COMPARES.test(argument.callee) && !(COPIES.test(argument.callee) && argument.index > 0);
}

const MOST_BACK = 200;

/** The call whose argument begins or goes on at token `at`, and which of its arguments that is. */
function argumentAround(
  tokens: readonly Token[],
  at: number,
): { readonly callee: string; readonly index: number } | undefined {
  let depth = 0;
  let index = 0;
  for (let back = at - 1; back >= 0 && back > at - MOST_BACK; back -= 1) {
    const text = tokens[back]?.text ?? '';
    if (text === ';' || text === '{' || text === '}') return undefined;
    if (text === ')' || text === ']') depth += 1;
    else if (text === ',' && depth === 0) index += 1;
    else if (text === '(' || text === '[') {
      depth -= 1;
      const callee = tokens[back - 1];
      if (depth < 0) return text === '(' && callee?.kind === 'name' ? { callee: callee.text, index } : undefined;
    }
  }
  return undefined;
}

/** Whether the copy called at `at` writes a whole structure from something that is not seen to be one of them. */
function fillsStructure(
  { tokens, match }: MaskedSource,
  at: number,
  { names }: Structure,
  isOfType: (name: string, offset: number) => boolean,
): boolean {
  const close = tokens[at + 1]?.text === '(' ? (match[at + 1] ?? -1) : -1;
  if (close < 0) return false;
  const args = splitArguments(tokens, at + 2, close);
  const offset = tokens[at]?.start ?? 0;
  const [to, from] = args.map((arg) => variableOf(arg));
  const size = args.at(-1) ?? [];
  const isSized = size.some(({ text }, i) => text === 'sizeof' && names.has(size[i + 2]?.text ?? ''));
  if (!isSized && (to === undefined || !isOfType(to, offset))) return false;
  return from === undefined || !isOfType(from, offset);
}

/** The variable an argument consists of, `&` and casts aside; undefined for a member and all else. */
function variableOf(argument: readonly Token[]): string | undefined {
  const path = readPath(argument[0]?.text === '&' ? argument.slice(1) : argument);
  return path?.members.length === 0 ? path.root : undefined;
}
