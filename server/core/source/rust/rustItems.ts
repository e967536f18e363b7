/**
 * What a Rust file declares that matters for tags: constants, statics and enumerators with the part of the file they are
 * seen in, and functions with their parameters. Evaluates nothing.
 */
import type { Node } from 'web-tree-sitter';
import type { FunctionDefinition } from '../functionHead';
import { AROUND_ARGUMENTS, around, descendants, lastOfPath, parts, type RustTrees } from './rustTree';

export interface RustConstant {
  readonly name: string;
  /** The type or trait it belongs to, else the module in the file. */
  readonly scope?: string;
  /** Reached only through the scope's name. */
  readonly isMember: boolean;
  readonly value: Node | undefined;
  readonly nameStart: number;
  readonly nameEnd: number;
  /** Part of the file in which its bare name means it. */
  readonly seenFrom: number;
  readonly seenTo: number;
  /** `static mut`: somebody may assign to it. */
  readonly isMutable: boolean;
  readonly isLocal: boolean;
}

export interface RustFunction extends FunctionDefinition {
  readonly body: Node;
}

export interface RustItems {
  readonly constants: ReadonlyMap<string, readonly RustConstant[]>;
  /** Ascending by the start of their bodies. */
  readonly functions: readonly RustFunction[];
  /** What members are given, by type and member: `Pool.tag` of `Pool { tag: 1 }` and `self.tag = 1`. */
  readonly members: ReadonlyMap<string, readonly Node[]>;
}

const REGIONS: ReadonlySet<string> = new Set(['block', 'declaration_list', 'source_file']);
const OWNERS: ReadonlySet<string> = new Set(['impl_item', 'trait_item', 'mod_item', 'function_item']);
const MEMBER_OWNERS: ReadonlySet<string> = new Set(['impl_item', 'trait_item']);

export function readItems(roots: readonly Node[], trees: RustTrees): RustItems {
  const constants = new Map<string, RustConstant[]>();
  const functions: RustFunction[] = [];
  const add = (constant: RustConstant): void => {
    const list = constants.get(constant.name);
    if (list) list.push(constant);
    else constants.set(constant.name, [constant]);
  };
  for (const root of roots) {
    for (const node of descendants(root, ['const_item', 'static_item', 'enum_variant', 'function_item'])) {
      if (node.type === 'function_item') functions.push(...readFunction(node, trees));
      else if (node.type === 'enum_variant') readVariant(node, trees, add);
      else readConstant(node, trees, add);
    }
  }
  return { constants, functions: functions.sort((a, b) => a.bodyStart - b.bodyStart), members: readMembers(roots) };
}

/** The type `Self` and `self` stand for at a node. */
export function selfType(node: Node): string | undefined {
  const owner = around(node, MEMBER_OWNERS);
  return owner && nameOfOwner(owner);
}

function readMembers(roots: readonly Node[]): Map<string, Node[]> {
  const members = new Map<string, Node[]>();
  const add = (type: string | undefined, member: string | undefined, value: Node | null | undefined): void => {
    if (type === undefined || member === undefined || !value) return;
    const key = `${type}.${member}`;
    const list = members.get(key);
    if (list) list.push(value);
    else members.set(key, [value]);
  };
  for (const node of roots.flatMap((root) => descendants(root, ['struct_expression', 'assignment_expression']))) {
    if (node.type === 'assignment_expression') {
      const left = node.childForFieldName('left');
      const isOwn = left?.type === 'field_expression' && left.childForFieldName('value')?.type === 'self';
      if (isOwn) add(selfType(node), left.childForFieldName('field')?.text, node.childForFieldName('right'));
      continue;
    }
    const named = node.childForFieldName('name');
    const type = named && lastOfPath(named).name;
    for (const field of parts(node.childForFieldName('body') ?? node)) {
      // `{ tag }` is short for `{ tag: tag }`.
      const short = field.type === 'shorthand_field_initializer' ? parts(field)[0] : undefined;
      const member = short ?? field.childForFieldName('field');
      add(
        type === 'Self' ? selfType(node) : (type ?? undefined),
        member?.text,
        short ?? field.childForFieldName('value'),
      );
    }
  }
  return members;
}

function readConstant(node: Node, trees: RustTrees, add: (constant: RustConstant) => void): void {
  const name = node.childForFieldName('name');
  if (name === null) return;
  const owner = around(node, OWNERS);
  const region = around(node, REGIONS);
  const scope = owner && nameOfOwner(owner);
  const [start, end] = region ? [trees.offset(region), trees.end(region)] : [0, Infinity];
  add({
    name: name.text,
    ...(scope !== undefined && { scope }),
    isMember: owner !== undefined && MEMBER_OWNERS.has(owner.type),
    value: node.childForFieldName('value') ?? undefined,
    nameStart: trees.offset(name),
    nameEnd: trees.end(name),
    seenFrom: start,
    seenTo: end,
    isMutable: node.type === 'static_item' && node.namedChildren.some((child) => child.type === 'mutable_specifier'),
    isLocal: owner?.type === 'function_item',
  });
}

function readVariant(node: Node, trees: RustTrees, add: (constant: RustConstant) => void): void {
  const name = node.childForFieldName('name');
  const value = node.childForFieldName('value');
  const scope = node.parent?.parent?.childForFieldName('name')?.text;
  if (name === null || value === null || scope === undefined) return;
  const [nameStart, nameEnd] = [trees.offset(name), trees.end(name)];
  const place = { nameStart, nameEnd, seenFrom: 0, seenTo: 0 };
  add({ name: name.text, scope, isMember: true, value, ...place, isMutable: false, isLocal: false });
}

/** `Pool` of `impl<T> Trait for Pool<T>`, of `trait Pool`, of `mod Pool`; undefined for functions. */
export function nameOfOwner(owner: Node): string | undefined {
  if (owner.type === 'function_item') return undefined;
  const named = owner.childForFieldName(owner.type === 'impl_item' ? 'type' : 'name');
  return named === null ? undefined : lastOfPath(named).name;
}

const MOST_PARAMETERS = 64;

function readFunction(node: Node, trees: RustTrees): RustFunction[] {
  const name = node.childForFieldName('name');
  const list = node.childForFieldName('parameters');
  const body = node.childForFieldName('body');
  if (name === null || list === null || body === null || name.text === AROUND_ARGUMENTS) return [];
  const owner = around(node, MEMBER_OWNERS);
  const scope = owner && nameOfOwner(owner);
  const parameters = parts(list)
    .filter((part) => part.type === 'parameter')
    .slice(0, MOST_PARAMETERS)
    .map((part) => /^(?:ref\s+)?(?:mut\s+)?(\w+)$/.exec(part.childForFieldName('pattern')?.text ?? '')?.[1] ?? '');
  return [
    {
      name: scope === undefined ? name.text : `${scope}::${name.text}`,
      nameStart: trees.offset(name),
      nameEnd: trees.end(name),
      parameters,
      bodyStart: trees.offset(body),
      bodyEnd: trees.end(body),
      // What is not public is not seen outside its module, apart from what a type does.
      isStatic: scope === undefined && !node.namedChildren.some((child) => child.type === 'visibility_modifier'),
      body,
    },
  ];
}

/** The innermost function whose body holds an offset. */
export function functionAround(functions: readonly RustFunction[], offset: number): RustFunction | undefined {
  return functions.findLast(({ bodyStart, bodyEnd }) => bodyStart <= offset && offset < bodyEnd);
}
