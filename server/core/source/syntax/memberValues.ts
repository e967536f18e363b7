/**
 * What initializers and assignments of a masked source put into one member of a structure or class. Reads tokens;
 * evaluates nothing, and does not know what else may set a member: see memberHazards.ts.
 */
import { splitArguments, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import { memberNames, type Structure } from './structures';

/** One value a member gets. */
export interface MemberValue {
  readonly offset: number;
  readonly tokens: readonly Token[];
  /** The variable whose member it is; undefined for one reached through other members. */
  readonly object: string | undefined;
}

/** Values that are read of one member; when there are as many, there may be more. */
export const MOST_VALUES = 64;

/**
 * Values that `object.member = …`, `object->member = …`, initializers of the structure's objects and, in its own methods
 * (`isMethod`), `member = …` and `: member(…)` give the member.
 */
export function memberValues(
  masked: MaskedSource,
  structure: Structure,
  member: string,
  isMethod: (offset: number) => boolean,
): MemberValue[] {
  const { tokens } = masked;
  const found: MemberValue[] = [];
  for (let at = 0; at < tokens.length && found.length < MOST_VALUES; at += 1) {
    const token = tokens[at];
    if (token?.kind !== 'name') continue;
    const before = tokens[at - 1]?.text;
    if (token.text === member && (before === '.' || before === '->') && tokens[at + 1]?.text === '=') {
      // `{ .member = …` stands in an initializer, which is read from its type on, unless it has none in front.
      if (/^[{,]$/.test(tokens[at - 2]?.text ?? '')) {
        if (isPassed(masked, at))
          found.push({
            offset: token.start,
            tokens: tokens.slice(at + 2, valueEnd(masked, at + 2)),
            object: undefined,
          });
        continue;
      }
      const isPlain = tokens[at - 2]?.kind === 'name' && !/^(?:\.|->)$/.test(tokens[at - 3]?.text ?? '');
      const object = isPlain ? tokens[at - 2]?.text : undefined;
      found.push({ offset: token.start, tokens: tokens.slice(at + 2, valueEnd(masked, at + 2)), object });
    } else if (tokens[at + 1]?.text === '=' && tokens[at + 2]?.text === '{' && /^[;{})]$/.test(before ?? '')) {
      // `settings = { 1, 'derF' };`
      const close = masked.match[at + 2] ?? -1;
      const value = close < 0 ? undefined : memberOf(splitArguments(tokens, at + 3, close), structure, member);
      if (value && value.length > 0) found.push({ offset: token.start, tokens: value, object: token.text });
    } else if (token.text === member) found.push(...bareValues(masked, at, isMethod));
    else if (structure.names.has(token.text)) found.push(...initialValues(masked, at, structure, member));
    else if (/^(?:struct|class)$/.test(token.text) && tokens[at - 1]?.text !== 'typedef') {
      // `struct NAME { … } object = { … }`
      const close = closeOfStructure(masked, at, structure);
      if (close >= 0) found.push(...initialValues(masked, close, structure, member));
    }
  }
  return found;
}

/** Index of the brace that closes the structure whose keyword stands at `at`, if it is this one; else -1. */
function closeOfStructure({ tokens, match }: MaskedSource, at: number, { members }: Structure): number {
  let open = at + 1;
  while (tokens[open]?.kind === 'name') open += 1;
  const close = tokens[open]?.text === '{' ? (match[open] ?? -1) : -1;
  if (close < 0) return -1;
  return memberNames(tokens, match, open + 1, close).join() === members.join() ? close : -1;
}

/** Values of the member in `TYPE object = { … }`, `TYPE objects[] = { { … }, … }` with the type's last token at `at`. */
function initialValues(masked: MaskedSource, at: number, structure: Structure, member: string): MemberValue[] {
  const { tokens, match } = masked;
  if (tokens[at + 1]?.text === '{') return madeValues(masked, at, structure, member);
  const object = tokens[at + 1];
  let next = at + 2;
  while (tokens[next]?.text === '[' && (match[next] ?? -1) >= 0) next = (match[next] ?? 0) + 1;
  const isArray = next > at + 2;
  if (tokens[next]?.text === '=') next += 1;
  const close = object?.kind === 'name' && tokens[next]?.text === '{' ? (match[next] ?? -1) : -1;
  if (close < 0 || object === undefined) return [];
  const parts = splitArguments(tokens, next + 1, close).filter((part) => part.length > 0);
  const rows = isArray
    ? parts.filter((row) => row[0]?.text === '{').map((row) => splitArguments(row, 1, row.length - 1))
    : [parts];
  return rows.flatMap((row) => {
    const value = memberOf(row, structure, member);
    return value && value.length > 0 ? [{ offset: object.start, tokens: value, object: object.text }] : [];
  });
}

/** `Settings{ 1, 'derF' }` in an expression: an object without a name. */
function madeValues(masked: MaskedSource, at: number, structure: Structure, member: string): MemberValue[] {
  const { tokens, match } = masked;
  const close = match[at + 1] ?? -1;
  if (close < 0 || !/^(?:[=(,?:{]|return)$/.test(tokens[at - 1]?.text ?? '')) return [];
  for (let inside = at + 2; inside < close; inside += 1) if (tokens[inside]?.text === ';') return [];
  const value = memberOf(splitArguments(tokens, at + 2, close), structure, member);
  const offset = tokens[at]?.start ?? 0;
  return value && value.length > 0 ? [{ offset, tokens: value, object: undefined }] : [];
}

const MOST_LIST = 400;

/** Whether the list that holds the designator at `at` has no type in front: it is passed, returned, or part of another. */
function isPassed({ tokens, match }: MaskedSource, at: number): boolean {
  for (let open = at - 1; open >= 0 && open > at - MOST_LIST; open -= 1) {
    if (tokens[open]?.text !== '{' || (match[open] ?? -1) < at) continue;
    const before = tokens[open - 1]?.text ?? '';
    if (before === 'return' || before === '(') return true;
    // `.Inner = { .Tag = …`
    if (before === '=' && tokens[open - 3]?.text === '.') return true;
    return before === ',' && !isInList(tokens, match, open);
  }
  return false;
}

/** Whether the brace at `open` stands among the values of another list, not among arguments. */
function isInList(tokens: readonly Token[], match: Int32Array, open: number): boolean {
  for (let back = open - 1; back >= 0 && back > open - MOST_LIST; back -= 1) {
    const text = tokens[back]?.text ?? '';
    if (text === ';') return true;
    if (/^[({[]$/.test(text) && (match[back] ?? -1) > open) return text !== '(';
  }
  return true;
}

function memberOf(
  row: readonly (readonly Token[])[],
  structure: Structure,
  member: string,
): readonly Token[] | undefined {
  const designated = row.find((part) => part[0]?.text === '.' && part[1]?.text === member && part[2]?.text === '=');
  if (designated) return designated.slice(3);
  if (row.some((part) => part[0]?.text === '.')) return undefined;
  return row[structure.members.indexOf(member)];
}

function valueEnd(masked: MaskedSource, from: number): number {
  let at = from;
  while (at < masked.tokens.length && !/^[;,)}]$/.test(masked.tokens[at]?.text ?? ''))
    at = Math.max(at, masked.match[at] ?? -1) + 1;
  return at;
}

/** `member = …` and, among a constructor's initializers, `member(…)` or `member{…}` in a method. */
function bareValues(masked: MaskedSource, at: number, isMethod: (offset: number) => boolean): MemberValue[] {
  const { tokens, match } = masked;
  const before = tokens[at - 1];
  const next = tokens[at + 1]?.text ?? '';
  const offset = tokens[at]?.start ?? 0;
  if (before?.kind === 'name' || /^(?:\.|->|::)$/.test(before?.text ?? '')) return [];
  if (next === '=' && isMethod(offset))
    return [{ offset, tokens: tokens.slice(at + 2, valueEnd(masked, at + 2)), object: 'this' }];
  const close = /^[({]$/.test(next) && /^[:,]$/.test(before?.text ?? '') ? (match[at + 1] ?? -1) : -1;
  if (close < 0 || !isMethod(offset)) return [];
  const behind = tokens[close + 1]?.text ?? '';
  // Behind the last one the body opens; a call has something else behind it.
  if (behind !== '{' && (behind !== ',' || !/^[({]$/.test(tokens[close + 3]?.text ?? ''))) return [];
  return [{ offset, tokens: tokens.slice(at + 2, close), object: 'this' }];
}
