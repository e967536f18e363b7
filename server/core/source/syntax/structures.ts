/**
 * Structures of a masked source by their members, and what initializers and assignments put into one member. Reads
 * tokens; evaluates nothing.
 */
import { splitArguments, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';

export interface Structure {
  /** Its tag and the names its typedef gives it, pointers included. */
  readonly names: ReadonlySet<string>;
  /** Members in their order; of a declaration that could not be read an empty name. */
  readonly members: readonly string[];
}

const MOST_MEMBERS = 400;

/** Structures that have a member of this name themselves. */
export function structuresWith(masked: MaskedSource, member: string): Structure[] {
  const { tokens, match } = masked;
  const found: Structure[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    if (!/^(?:struct|class|union)$/.test(tokens[at]?.text ?? '')) continue;
    let open = at + 1;
    while (tokens[open]?.kind === 'name') open += 1;
    const close = tokens[open]?.text === '{' ? (match[open] ?? -1) : -1;
    if (close < 0) continue;
    const members = memberNames(tokens, match, open + 1, close);
    if (!members.includes(member)) continue;
    const names = new Set(tokens.slice(at + 1, open).map((token) => token.text));
    if (tokens[at - 1]?.text === 'typedef') for (const name of namesBehind(tokens, close + 1)) names.add(name);
    found.push({ names, members });
  }
  return found;
}

/** `A, *PA;` behind a structure's brace. */
function namesBehind(tokens: readonly Token[], from: number): string[] {
  const names: string[] = [];
  for (let at = from; at < from + 16 && tokens[at] && tokens[at]?.text !== ';'; at += 1) {
    if (tokens[at]?.kind === 'name') names.push(tokens[at]?.text ?? '');
  }
  return names;
}

function memberNames(tokens: readonly Token[], match: Int32Array, from: number, to: number): string[] {
  const members: string[] = [];
  let last: Token | undefined;
  for (let at = from; at < to && members.length < MOST_MEMBERS; at += 1) {
    const token = tokens[at];
    const text = token?.text ?? '';
    if (text === ';' || text === ',') members.push(last?.text ?? '');
    if (text === ';' || text === ',') last = undefined;
    else if (/^[[({]$/.test(text)) at = Math.max(at, match[at] ?? -1);
    else if (text === '=' || text === ':') while (at + 1 < to && !/^[;,]$/.test(tokens[at + 1]?.text ?? '')) at += 1;
    else if (token?.kind === 'name') last = token;
  }
  return members;
}

/** One value a member gets. */
export interface MemberValue {
  readonly offset: number;
  readonly tokens: readonly Token[];
  /** The variable whose member it is; undefined for one reached through other members. */
  readonly object: string | undefined;
}

const MOST_VALUES = 64;

/** Values that `object.member = …`, `object->member = …` and initializers of the structure's objects give the member. */
export function memberValues(masked: MaskedSource, structure: Structure, member: string): MemberValue[] {
  const { tokens } = masked;
  const found: MemberValue[] = [];
  for (let at = 0; at < tokens.length && found.length < MOST_VALUES; at += 1) {
    const token = tokens[at];
    if (token?.kind !== 'name') continue;
    const before = tokens[at - 1]?.text;
    if (token.text === member && (before === '.' || before === '->') && tokens[at + 1]?.text === '=') {
      // `{ .member = …` stands in an initializer, which is read from its type on.
      if (/^[{,]$/.test(tokens[at - 2]?.text ?? '')) continue;
      const isPlain = tokens[at - 2]?.kind === 'name' && !/^(?:\.|->)$/.test(tokens[at - 3]?.text ?? '');
      const object = isPlain ? tokens[at - 2]?.text : undefined;
      found.push({ offset: token.start, tokens: tokens.slice(at + 2, valueEnd(masked, at + 2)), object });
    } else if (structure.names.has(token.text)) found.push(...initialValues(masked, at, structure, member));
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

/** Whether the member's address is taken, or the whole of an object copied in: then it can hold anything. */
export function isSetThroughAddress(masked: MaskedSource, member: string): boolean {
  const { tokens } = masked;
  return tokens.some((token, at) => {
    if (token.text !== member || !/^(?:\.|->)$/.test(tokens[at - 1]?.text ?? '')) return false;
    let first = at - 1;
    while (/^(?:\.|->)$/.test(tokens[first]?.text ?? '') && tokens[first - 1]?.kind === 'name') first -= 2;
    return tokens[first]?.text === '&';
  });
}
