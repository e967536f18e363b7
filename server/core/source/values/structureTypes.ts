/**
 * What the object is declared as whose member an expression names: a variable, a member of another, an element, what a
 * function gives, a cast. Reads declarations; a type that is not seen stays unknown.
 */
import { plainType } from '../lifetimes/pointerPaths';
import { openBefore } from '../syntax/operandPlace';
import { structuresCalled } from '../syntax/structures';
import { tokenAt, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import { placesOf } from '../text/namePlaces';
import type { Place } from './place';

export interface TypeSources {
  /** Files that may hold a name, as their declarations are read. */
  readonly maskedWith: (name: string) => Iterable<MaskedSource>;
  /** Of a variable of the function around a place, or of the files at hand. */
  readonly typeOf: (variable: string, place: Place) => string | undefined;
  /** Class in whose method a place is. */
  readonly classAt: (place: Place) => string | undefined;
}

const ACCESS = /^(?:\.|->)$/;
const NOT_TYPES = /^(?:return|else|case|do|throw|goto|sizeof)$/;
const MOST_DEPTH = 8;

/** Name of the type, pointers and prefixes aside, of the object in front of the `.` or `->` at `access`. */
export function objectType(
  tokens: readonly Token[],
  access: number,
  place: Place,
  sources: TypeSources,
  depth = 0,
): string | undefined {
  let at = access - 1;
  while (tokens[at]?.text === ']') at = openBefore(tokens, at) - 1;
  const last = tokens[at];
  if (last === undefined || depth > MOST_DEPTH) return undefined;
  if (last.text === ')') return groupType(tokens, at, place, sources, depth);
  if (last.kind !== 'name') return undefined;
  if (last.text === 'this') return sources.classAt(place);
  if (!ACCESS.test(tokens[at - 1]?.text ?? '')) return sources.typeOf(last.text, place);
  const outer = objectType(tokens, at - 1, place, sources, depth + 1);
  return memberType(outer, last.text, sources);
}

/** `F(…)`, `((TYPE *)x)`, `(*x)`, `(&x)`. */
function groupType(
  tokens: readonly Token[],
  close: number,
  place: Place,
  sources: TypeSources,
  depth: number,
): string | undefined {
  const open = openBefore(tokens, close);
  const before = tokens[open - 1];
  if (open < 0) return undefined;
  if (before?.kind === 'name' && !NOT_TYPES.test(before.text))
    return ACCESS.test(tokens[open - 2]?.text ?? '') ? undefined : returnType(before.text, sources);
  let first = open + 1;
  while (/^[*&]$/.test(tokens[first]?.text ?? '')) first += 1;
  if (tokens[first]?.text !== '(') return objectType(tokens, close, place, sources, depth + 1);
  const cast = openCast(tokens, first);
  return cast ?? objectType(tokens, close, place, sources, depth + 1);
}

/** `(struct TYPE *)` at token `open`: the type. */
function openCast(tokens: readonly Token[], open: number): string | undefined {
  let next = open + 1;
  let word: Token | undefined;
  for (; tokens[next]?.kind === 'name'; next += 1) word = tokens[next];
  const isPointer = tokens[next]?.text === '*';
  while (tokens[next]?.text === '*') next += 1;
  const isCast = tokens[next]?.text === ')' && /^(?:\(|[A-Za-z_]\w*)$/.test(tokens[next + 1]?.text ?? '');
  return word !== undefined && isCast ? plainType(word.text, isPointer) : undefined;
}

/** Of any structure with such a member, where the object's is not seen: if they all agree. */
function memberType(structure: string | undefined, member: string, { maskedWith }: TypeSources): string | undefined {
  const types = new Set<string>();
  for (const masked of maskedWith(member)) {
    const { tokens, match } = masked;
    const isMeant = (name: string): boolean =>
      structure === undefined || plainType(name, false) === structure || plainType(name, true) === structure;
    for (const { open } of structuresCalled(masked, isMeant)) {
      const first = tokenAt(tokens, open);
      const found = placesOf(tokens, member, first, match[first] ?? first).map((at) => typeBefore(tokens, at));
      const [type] = found.flatMap((one) => one ?? []);
      if (type !== undefined) types.add(type);
    }
  }
  return types.size === 1 ? [...types][0] : undefined;
}

function returnType(name: string, { maskedWith }: TypeSources): string | undefined {
  for (const { tokens } of maskedWith(name)) {
    for (const at of placesOf(tokens, name, 0, tokens.length)) {
      if (tokens[at + 1]?.text !== '(') continue;
      const type = typeBefore(tokens, at);
      if (type !== undefined) return type;
    }
  }
  return undefined;
}

/** The type in front of a declared name. */
function typeBefore(tokens: readonly Token[], at: number): string | undefined {
  let before = at - 1;
  while (/^(?:\*|const)$/.test(tokens[before]?.text ?? '')) before -= 1;
  const word = tokens[before];
  if (word?.kind !== 'name' || NOT_TYPES.test(word.text)) return undefined;
  return plainType(word.text, tokens[at - 1]?.text === '*');
}
