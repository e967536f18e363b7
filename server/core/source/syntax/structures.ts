/**
 * Structures and classes of a masked source by their members, and the key under which files speak of a member to each
 * other. Reads tokens; evaluates nothing.
 */
import type { Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';

export interface Structure {
  /** Its tag and the names its typedef gives it, pointers included. */
  readonly names: ReadonlySet<string>;
  /** Members in their order; of a declaration that could not be read an empty name. */
  readonly members: readonly string[];
  /** A union of several: what is put into one changes the others. */
  readonly isShared?: true;
}

const MOST_MEMBERS = 400;

/** Structures that have a member of this name themselves. */
export function structuresWith(masked: MaskedSource, member: string): Structure[] {
  return structuresWhere(masked, ({ members }) => members.includes(member));
}

/** A structure and the offset of the brace that opens its members. */
export interface PlacedStructure extends Structure {
  readonly open: number;
}

/** Structures that have a name of which this is true. */
export function structuresCalled(masked: MaskedSource, isName: (name: string) => boolean): PlacedStructure[] {
  return structuresWhere(masked, ({ names }) => [...names].some(isName));
}

function structuresWhere(
  { tokens, match }: MaskedSource,
  isWanted: (structure: Structure) => boolean,
): PlacedStructure[] {
  const found: PlacedStructure[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const text = tokens[at]?.text;
    if (text !== 'struct' && text !== 'class' && text !== 'union') continue;
    let open = at + 1;
    while (tokens[open]?.kind === 'name') open += 1;
    const named = open;
    if (tokens[open]?.text === ':') open = behindBases(tokens, open);
    const close = tokens[open]?.text === '{' ? (match[open] ?? -1) : -1;
    if (close < 0) continue;
    const members = memberNames(tokens, match, open + 1, close);
    const names = new Set(tokens.slice(at + 1, named).map((token) => token.text));
    if (tokens[at - 1]?.text === 'typedef') for (const name of namesBehind(tokens, close + 1)) names.add(name);
    const isShared = text === 'union' && members.length > 1;
    const structure = { names, members, ...(isShared && { isShared }), open: tokens[open]?.start ?? 0 };
    if (isWanted(structure)) found.push(structure);
  }
  return found;
}

const MOST_BASES = 100;

/** Index of the brace behind `: public Base, Other<T>`; of the colon where it is none. */
function behindBases(tokens: readonly Token[], colon: number): number {
  for (let at = colon + 1; at < colon + MOST_BASES; at += 1) {
    const token = tokens[at];
    if (token?.text === '{') return at;
    if (token === undefined || (token.kind !== 'name' && !/^(?:,|::|<|>|>>|\d\w*)$/.test(token.text))) return colon;
  }
  return colon;
}

/** `A, *PA;` behind a structure's brace. */
function namesBehind(tokens: readonly Token[], from: number): string[] {
  const names: string[] = [];
  for (let at = from; at < from + 16 && tokens[at] && tokens[at]?.text !== ';'; at += 1) {
    if (tokens[at]?.kind === 'name') names.push(tokens[at]?.text ?? '');
  }
  return names;
}

/** Names of the members between two braces. */
export function memberNames(tokens: readonly Token[], match: Int32Array, from: number, to: number): string[] {
  const members: string[] = [];
  let last: Token | undefined;
  for (let at = from; at < to && members.length < MOST_MEMBERS; at += 1) {
    const token = tokens[at];
    const text = token?.text ?? '';
    if (text === ';' || text === ',') members.push(last?.text ?? '');
    if (text === ';' || text === ',' || (text === ':' && isAccess(last))) last = undefined;
    else if (/^[[({]$/.test(text)) {
      // `PVOID (*Allocate)(SIZE_T, ULONG);`
      if (text === '(' && tokens[at + 1]?.text === '*') last = nameInside(tokens, at, match[at] ?? -1) ?? last;
      at = Math.max(at, match[at] ?? -1);
    } else if (text === '=' || text === ':') while (at + 1 < to && !/^[;,]$/.test(tokens[at + 1]?.text ?? '')) at += 1;
    else if (token?.kind === 'name') last = token;
  }
  return members;
}

function nameInside(tokens: readonly Token[], open: number, close: number): Token | undefined {
  return tokens.slice(open + 1, Math.min(close, open + MOST_DECLARATOR)).find(({ kind }) => kind === 'name');
}

const MOST_DECLARATOR = 12;

function isAccess(token: Token | undefined): boolean {
  return /^(?:public|private|protected)$/.test(token?.text ?? '');
}

/** Under this key the files of a project speak of a member: the structure's names, then the member's. */
export function memberKey({ names }: Structure, member: string): string {
  return `${[...names].join(' ')}.${member}`;
}

/** What a `memberKey` speaks of; the order of the structure's members is not known from it. */
export function ofMemberKey(key: string): { readonly structure: Structure; readonly member: string } {
  const dot = key.lastIndexOf('.');
  return { structure: { names: new Set(key.slice(0, dot).split(' ')), members: [] }, member: key.slice(dot + 1) };
}
