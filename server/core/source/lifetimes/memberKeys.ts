/**
 * Names under which the files of a project speak of what holds a pointer for longer than a call: members by the structure
 * they belong to. Reads tokens; knows no values.
 */
import type { FunctionDefinition } from '../syntax/functionHead';
import type { Structure } from '../syntax/structures';
import type { MaskedSource } from '../text/mask';
import { localValues } from '../values/locals';
import { memberOf } from './keptPointers';
import { declaredType, plainType, type PointerPath } from './pointerPaths';

/** Structures of the unit that have a member of this name. */
export type StructuresWith = (member: string) => readonly { readonly structure: Structure }[];

/** In front of a structure that is known by one of its names alone. */
const BY_NAME = '?';
/** Between what the text calls a structure and what it is. */
const ALSO = '|';

/** A key as files give it that were not asked to look closer. */
export function plainKey(key: string): string {
  return key.replace(/\|[^.]*/, '');
}

/** A key with the structure itself, whatever the text calls it. */
export function closeKey(key: string): string {
  return key.slice(key.indexOf(ALSO) + 1);
}

export class MemberKeys {
  constructor(
    private readonly masked: MaskedSource,
    private readonly structuresWith: StructuresWith,
    /** Members whose structures are looked up; those of others go by the name the text gives them. */
    private readonly watched: ReadonlySet<string>,
  ) {}

  /** What tells a member apart from others of its name; undefined where its structure is not seen. */
  of({ root, members, accesses }: PointerPath, definition: FunctionDefinition): string | undefined {
    const [first] = members;
    if (first === undefined) return this.ownMember(root, definition);
    const type = root === 'this' ? classOf(definition) : declaredType(this.masked, definition, root);
    const steps = members.map((name, at) => (accesses[at + 1] === '->' ? `${name}>` : name));
    return type === undefined ? undefined : `${this.structure(type, first, members.at(-1))}.${steps.join('.')}`;
  }

  /** A name in a method that is none of its variables: a member of its class, unless it is a global. */
  ownMember(name: string, definition: FunctionDefinition): string | undefined {
    const owner = classOf(definition);
    if (owner === undefined || owner === '' || definition.parameters.includes(name)) return undefined;
    return localValues(this.masked, definition, name).declared ? undefined : `${this.structure(owner, name)}.${name}`;
  }

  /** All names of the structure of that type, if it is at hand. */
  private structure(type: string, member: string, last = member): string {
    if (!this.watched.has(last)) return type;
    const found = this.structuresWith(member).filter(({ structure }) => isNamed(structure, type));
    const all = new Set(found.map(({ structure }) => structureName(structure)));
    const [only, ...more] = all;
    return `${type}${ALSO}${only === undefined || more.length > 0 ? `${BY_NAME}${type}` : only}`;
  }
}

export function structureName({ names }: Structure): string {
  return [...names].join(' ');
}

/** Whether a type, pointers and prefixes aside, is this structure. */
export function isNamed({ names }: Structure, type: string): boolean {
  return [...names].some((name) => plainType(name, false) === type || plainType(name, true) === type);
}

function classOf({ name, scope }: FunctionDefinition): string | undefined {
  const parts = name.split('::');
  return (parts.length > 1 ? parts.at(-2) : scope)?.trim();
}

/** Whether two keys may be of one member: false only where both structures are known, or one lies inside the other. */
export function mayBeSameMember(one: string, other: string): boolean {
  if (one === other) return true;
  if (memberOf(one) !== memberOf(other)) return false;
  const [owner, another] = [ownerOf(one), ownerOf(other)];
  if (owner.structure.startsWith(BY_NAME) || another.structure.startsWith(BY_NAME)) return true;
  if (owner.path === '' && another.path === '') return owner.structure === another.structure;
  // A structure does not lie inside itself; where a pointer leads is not known.
  const isInside = owner.structure === another.structure && (owner.path === '' || another.path === '');
  return !isInside || owner.path.endsWith('>') || another.path.endsWith('>');
}

/** The structure a key begins with, and the members between it and the last. */
function ownerOf(key: string): { readonly structure: string; readonly path: string } {
  const [structure = '', ...members] = key.split('.');
  return { structure, path: members.slice(0, -1).join('.') };
}
