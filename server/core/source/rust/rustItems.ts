/**
 * What a Rust file declares that matters for tags: constants, statics and enumerators with the part of the file they are
 * seen in, and functions with their parameters. Evaluates nothing.
 */
import type { Node } from 'web-tree-sitter';
import type { FunctionDefinition } from '../syntax/functionHead';
import { AROUND_ARGUMENTS, descendants, lastOfPath, parts, type RustTrees } from './rustTree';

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
  /** The type `Self` and `self` stand for at an offset. */
  readonly typeAt: (offset: number) => string | undefined;
}

const ITEMS = [
  'const_item',
  'static_item',
  'enum_variant',
  'function_item',
  'struct_expression',
  'assignment_expression',
];
const CONTAINERS = ['impl_item', 'trait_item', 'mod_item', 'enum_item', 'block', 'declaration_list'];
const REGION = /^(?:block|declaration_list)$/;
const OWNER = /^(?:impl_item|trait_item|mod_item|enum_item|function_item)$/;
const MEMBER_OWNER = /^(?:impl_item|trait_item)$/;

/** The type that a stretch of the file belongs to. */
interface TypeSpan {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export function readItems(roots: readonly Node[], trees: RustTrees): RustItems {
  const constants = new Map<string, RustConstant[]>();
  const functions: RustFunction[] = [];
  const members = new Map<string, Node[]>();
  const types: TypeSpan[] = [];
  for (const root of roots) {
    // In the order of the text: what is still open stands around what comes next.
    const open: Node[] = [];
    for (const node of descendants(root, [...ITEMS, ...CONTAINERS])) {
      while ((open.at(-1)?.endIndex ?? Infinity) <= node.startIndex) open.pop();
      if (node.type === 'function_item') functions.push(...readFunction(node, memberScope(open), trees));
      else if (/^(?:const|static)_item$|^enum_variant$/.test(node.type)) {
        const constant = readConstant(node, open, trees);
        if (constant) pushTo(constants, constant.name, constant);
      } else if (/expression$/.test(node.type)) readMembers(node, memberScope(open), members);
      const name = MEMBER_OWNER.test(node.type) ? nameOfOwner(node) : undefined;
      if (name !== undefined) types.push({ name, start: trees.offset(node), end: trees.end(node) });
      if (node.type === 'function_item' || CONTAINERS.includes(node.type)) open.push(node);
    }
  }
  const typesInOrder = types.sort((a, b) => a.start - b.start);
  return {
    constants,
    functions: functions.sort((a, b) => a.bodyStart - b.bodyStart),
    members,
    typeAt: (offset) => innermost(typesInOrder, offset, (type) => type)?.name,
  };
}

function pushTo<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function memberScope(open: readonly Node[]): string | undefined {
  const owner = open.findLast((node) => MEMBER_OWNER.test(node.type));
  return owner && nameOfOwner(owner);
}

function readConstant(node: Node, open: readonly Node[], trees: RustTrees): RustConstant | undefined {
  const name = node.childForFieldName('name');
  const value = node.childForFieldName('value') ?? undefined;
  // An enumerator without a value is no tag.
  if (name === null || (node.type === 'enum_variant' && value === undefined)) return undefined;
  const owner = open.findLast((around) => OWNER.test(around.type));
  const region = open.findLast((around) => REGION.test(around.type));
  const scope = owner && nameOfOwner(owner);
  return {
    name: name.text,
    ...(scope !== undefined && { scope }),
    isMember: owner !== undefined && /^(?:impl|trait|enum)_item$/.test(owner.type),
    value,
    nameStart: trees.offset(name),
    nameEnd: trees.end(name),
    seenFrom: region ? trees.offset(region) : 0,
    seenTo: region ? trees.end(region) : Infinity,
    isMutable: node.type === 'static_item' && node.namedChildren.some((child) => child.type === 'mutable_specifier'),
    isLocal: owner?.type === 'function_item',
  };
}

function readMembers(node: Node, self: string | undefined, members: Map<string, Node[]>): void {
  const add = (type: string | undefined, member: string | undefined, value: Node | null | undefined): void => {
    if (type !== undefined && member !== undefined && value) pushTo(members, `${type}.${member}`, value);
  };
  if (node.type === 'assignment_expression') {
    const left = node.childForFieldName('left');
    const isOwn = left?.type === 'field_expression' && left.childForFieldName('value')?.type === 'self';
    if (isOwn) add(self, left.childForFieldName('field')?.text, node.childForFieldName('right'));
    return;
  }
  const named = node.childForFieldName('name');
  const type = named ? lastOfPath(named).name : undefined;
  for (const field of parts(node.childForFieldName('body') ?? node)) {
    // `{ tag }` is short for `{ tag: tag }`.
    const short = field.type === 'shorthand_field_initializer' ? parts(field)[0] : undefined;
    const member = short ?? field.childForFieldName('field');
    add(type === 'Self' ? self : type, member?.text, short ?? field.childForFieldName('value'));
  }
}

/** `Pool` of `impl<T> Trait for Pool<T>`, of `trait Pool`, of `mod Pool`; undefined for functions. */
function nameOfOwner(owner: Node): string | undefined {
  if (owner.type === 'function_item') return undefined;
  const named = owner.childForFieldName(owner.type === 'impl_item' ? 'type' : 'name');
  return named === null ? undefined : lastOfPath(named).name;
}

const MOST_PARAMETERS = 64;

function readFunction(node: Node, scope: string | undefined, trees: RustTrees): RustFunction[] {
  const name = node.childForFieldName('name');
  const list = node.childForFieldName('parameters');
  const body = node.childForFieldName('body');
  if (name === null || list === null || body === null || name.text === AROUND_ARGUMENTS) return [];
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
  return innermost(functions, offset, ({ bodyStart, bodyEnd }) => ({ start: bodyStart, end: bodyEnd }));
}

/** Spans that are looked at before the one that begins last in front of an offset: those that nest. */
const MOST_NESTED = 64;

function innermost<T>(
  items: readonly T[],
  offset: number,
  span: (item: T) => { readonly start: number; readonly end: number },
): T | undefined {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && span(item).start <= offset) low = middle + 1;
    else high = middle;
  }
  for (let at = low - 1; at >= 0 && at >= low - MOST_NESTED; at -= 1) {
    const item = items[at];
    if (item !== undefined && offset < span(item).end) return item;
  }
  return undefined;
}
