/**
 * Calls through pointers to functions that pass a tag on: which variables, members and parameters that hold such
 * pointers a called name means at a place, and where its arguments open.
 */
import type { Wrapper } from '../externals';
import { openBefore } from '../syntax/operandPlace';
import type { Token } from '../text/lexer';
import type { Names } from '../values/names';
import type { Place } from '../values/place';
import { pathStart } from './pointerCells';

const ACCESS = /^(?:\.|->)$/;
const NOT_TYPES = /^(?:return|else|case|do|throw|and|or|not|co_return|co_await)$/;

/** Of what a name may stand for what it does mean here; functions, where no pointer of that name is meant. */
export function meantHere(
  candidates: readonly Wrapper[],
  tokens: readonly Token[],
  at: number,
  place: Place,
  names: Names,
): readonly Wrapper[] {
  if (!candidates.some(({ pointer }) => pointer !== undefined)) return candidates;
  const name = tokens[at]?.text ?? '';
  const functions = candidates.filter(({ pointer }) => pointer === undefined);
  const pointers = (): readonly Wrapper[] => {
    const before = tokens[at - 1]?.text ?? '';
    if (before === '::') return [];
    if (ACCESS.test(before)) {
      const key = names.memberKeyAt(tokens, at, place);
      return candidates.filter(({ pointer }) => pointer?.kind === 'member' && pointer.key === `*${key ?? ''}`);
    }
    const local = candidates.filter(
      ({ pointer }) => pointer?.kind === 'local' && pointer.within === place.function?.bodyStart,
    );
    if (local.length > 0) return local;
    if (names.isOfFunction(name, place)) return [];
    const variables = candidates.filter(({ pointer }) => pointer?.kind === 'variable');
    const own = variables.filter(({ pointer }) => pointer?.isOwn);
    return own.length > 0 || functions.length > 0 ? own : variables;
  };
  const meant = pointers();
  // Pointers to what allocates and what frees under one name: which of them is called can't be told.
  return meant.length === 0 ? functions : meant.length === 1 ? meant : [];
}

/** Whether something is called through a member named like a pointer of these, whose structure can't be told. */
export function isUntold(
  candidates: readonly Wrapper[],
  tokens: readonly Token[],
  match: Int32Array,
  at: number,
  place: Place,
  names: Names,
): boolean {
  if (!ACCESS.test(tokens[at - 1]?.text ?? '') || !candidates.some(({ pointer }) => pointer?.kind === 'member'))
    return false;
  return pointerArguments(tokens, match, at) >= 0 && names.memberKeyAt(tokens, at, place) === undefined;
}

/** Index of the parenthesis that opens the arguments of a call through the pointer named at `at`; -1 when it is none. */
export function pointerArguments(tokens: readonly Token[], match: Int32Array, at: number): number {
  let next = at + 1;
  while (tokens[next]?.text === '[' && (match[next] ?? -1) >= 0) next = (match[next] ?? 0) + 1;
  if (tokens[next]?.text === '(') return next;
  if (tokens[next]?.text !== ')') return -1;
  // `(*pointer)(…)`, `((TYPE)object->pointer)(…)`; a declaration has a type in front.
  const open = openBefore(tokens, next);
  const before = tokens[open - 1];
  if (open < 0 || tokens[next + 1]?.text !== '(') return -1;
  if (before?.text === '*' || (before?.kind === 'name' && !NOT_TYPES.test(before.text))) return -1;
  const start = pathStart(tokens, at);
  const inside = tokens[start < 0 ? open + 1 : start - 1]?.text ?? '';
  return start - 1 === open || inside === '*' || inside === ')' ? next + 1 : -1;
}
