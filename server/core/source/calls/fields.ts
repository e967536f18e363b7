/**
 * Structure members that carry a tag: initializers and assignments of the catalogue's structures
 * (FLT_CONTEXT_REGISTRATION, WDF_DRIVER_CONFIG, pool parameters of NDIS, …).
 */
import { ALLOCATORS, type Allocator } from '../../tags/allocators';
import type { FunctionIndex } from '../syntax/functions';
import { splitArguments, tokenAt, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import type { Place } from '../values/place';
import type { RawSite, SiteReader } from './rawSites';

const STRUCTURES = new Map<string, Allocator>();
/** Member name → structures that have it as their tag. */
const MEMBERS = new Map<string, Allocator[]>();
for (const structure of ALLOCATORS) {
  if (structure.kind !== 'field') continue;
  STRUCTURES.set(structure.name, structure).set(`_${structure.name}`, structure);
  const member = tagMember(structure);
  MEMBERS.set(member, [...(MEMBERS.get(member) ?? []), structure]);
}

/** Names of those structures, and of pointers to them. */
export const STRUCTURE_NAMES: readonly string[] = [...STRUCTURES.keys()].flatMap((name) => [name, `P${name}`]);

/** Names in a text without which it holds no such member: structures, pointers to them, the members. */
export const FIELD_NAMES: ReadonlySet<string> = new Set([...STRUCTURE_NAMES, ...MEMBERS.keys()]);

/** The catalogue's structure of that name. */
export function taggedStructure(name: string): Allocator | undefined {
  return STRUCTURES.get(name);
}

/** Structures that have a member of that name as their tag. */
export function structuresWith(member: string): readonly Allocator[] {
  return MEMBERS.get(member) ?? [];
}

/** Name of the structure's member that is the tag. */
export function tagMember(structure: Allocator): string {
  return structure.parameters[structure.tagPosition - 1] ?? '';
}

/** Sites at initializers and assignments of tag members. */
export function readFieldSites(masked: MaskedSource, functions: FunctionIndex, reader: SiteReader): RawSite[] {
  const { tokens } = masked;
  const found: RawSite[] = [];
  /** Members that an initializer named, by their places. */
  const named = new Set<number>();
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== 'name') continue;
    const structure = STRUCTURES.get(token.text);
    if (structure) {
      for (const field of initializedFields(masked, at, structure)) {
        const site = fieldSite(structure, field.name, field.value, functions, reader);
        named.add(field.name.start);
        if (site) found.push(site);
      }
      continue;
    }
    const before = tokens[at - 1]?.text;
    if (
      !MEMBERS.has(token.text) ||
      named.has(token.start) ||
      tokens[at + 1]?.text !== '=' ||
      (before !== '.' && before !== '->')
    )
      continue;
    const owner = memberOwner(masked, at, functions);
    const value = tokens.slice(at + 2, expressionEnd(masked, at + 2));
    const site = owner && fieldSite(owner, token, value, functions, reader);
    if (site) found.push(site);
  }
  return found;
}

interface Field {
  readonly name: Token;
  readonly value: readonly Token[];
}

/** Tag members of `TYPE name[…] = { … }` with the type's name at `at`. */
function initializedFields(masked: MaskedSource, at: number, structure: Allocator): Field[] {
  const { tokens, match } = masked;
  let next = at + 1;
  while (tokens[next]?.kind === 'name' || tokens[next]?.text === '::') next += 1;
  while (tokens[next]?.text === '[' && (match[next] ?? -1) >= 0) next = (match[next] ?? 0) + 1;
  if (next === at + 1) return [];
  if (tokens[next]?.text === '=') next += 1;
  const close = tokens[next]?.text === '{' ? (match[next] ?? -1) : -1;
  if (close < 0) return [];
  const parts = splitArguments(tokens, next + 1, close);
  const rows = parts.filter((part) => part[0]?.text === '{' && part.at(-1)?.text === '}');
  if (rows.length === 0) return fieldOf(parts, structure);
  return rows.flatMap((row) => fieldOf(splitArguments(row, 1, row.length - 1), structure));
}

function fieldOf(parts: readonly (readonly Token[])[], structure: Allocator): Field[] {
  const member = tagMember(structure);
  const designated = parts.find((part) => part[0]?.text === '.' && part[1]?.text === member && part[2]?.text === '=');
  if (designated?.[1]) return [{ name: designated[1], value: designated.slice(3) }];
  if (parts.some((part) => part[0]?.text === '.')) return [];
  const value = parts[structure.tagPosition - 1];
  const [name] = value ?? [];
  return value && name ? [{ name, value }] : [];
}

/** The structure whose tag member is assigned at `at`: by the member's name alone, or by the declared type before it. */
function memberOwner(masked: MaskedSource, at: number, functions: FunctionIndex): Allocator | undefined {
  const { tokens } = masked;
  const candidates = MEMBERS.get(tokens[at]?.text ?? '') ?? [];
  const [only] = candidates;
  if (only && candidates.length === 1 && /DriverPoolTag|LogTag/.test(tagMember(only))) return only;
  let object = at - 2;
  // `parameters[i].PoolTag`
  if (tokens[object]?.text === ']') while (object > 0 && tokens[object]?.text !== '[') object -= 1;
  if (tokens[object]?.text === '[') object -= 1;
  const name = tokens[object]?.text;
  if (name === undefined || tokens[object]?.kind !== 'name') return undefined;
  const definition = functions.around(tokens[at]?.start ?? 0);
  const inside = definition && declaredAs(tokens, tokenAt(tokens, definition.nameStart), at, name);
  return inside ?? declaredAs(tokens, 0, tokens.length, name);
}

/** The structure a name is declared as (`TYPE name`, `PTYPE name`, `TYPE *name`) among tokens[from…to). */
function declaredAs(tokens: readonly Token[], from: number, to: number, name: string): Allocator | undefined {
  for (let at = from + 1; at < to; at += 1) {
    if (tokens[at]?.text !== name) continue;
    const type = tokens[at - 1]?.text === '*' || tokens[at - 1]?.text === '&' ? tokens[at - 2] : tokens[at - 1];
    if (type?.kind !== 'name') continue;
    const structure = STRUCTURES.get(type.text) ?? STRUCTURES.get(type.text.replace(/^P/, ''));
    if (structure) return structure;
  }
  return undefined;
}

function expressionEnd(masked: MaskedSource, from: number): number {
  let at = from;
  while (at < masked.tokens.length && !/^[;,)}]$/.test(masked.tokens[at]?.text ?? ''))
    at = Math.max(at, masked.match[at] ?? -1) + 1;
  return at;
}

function fieldSite(
  structure: Allocator,
  name: Token,
  tagTokens: readonly Token[],
  functions: FunctionIndex,
  reader: SiteReader,
): RawSite | undefined {
  if (tagTokens.length === 0) return undefined;
  const definition = functions.around(name.start);
  const place: Place = { offset: name.start, ...(definition && { function: definition }) };
  const value = reader.names.value(tagTokens, place);
  // A zero says that the member is not used.
  if (value.tags.length === 1 && value.tags[0] === 0 && value.parameters.length === 0 && value.reasons.length === 0)
    return undefined;
  return { name, api: structure.name, role: structure.role, evidence: 'field', value, tagTokens, place, passes: [] };
}
