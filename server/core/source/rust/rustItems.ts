/**
 * What a Rust file declares that matters for tags: constants, statics and enumerators with the part of the file they are
 * seen in, functions with their parameters, and what structures' members are given. Evaluates nothing.
 */
import type { Node } from 'web-tree-sitter';
import type { FunctionDefinition } from '../syntax/functionHead';
import { nameOfOwner, traitOf, type RustRegions } from './rustRegions';
import { AROUND_ARGUMENTS, descendants, lastOfPath, parts, type RustTrees } from './rustTree';

export interface RustConstant {
  readonly name: string;
  /** Modules of the file around it, then the type or trait it belongs to. */
  readonly path: readonly string[];
  /** Reached only through the name of its type. */
  readonly isMember: boolean;
  /** The trait whose constant this is, or which declares it. */
  readonly trait?: string;
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
  readonly node: Node;
  readonly body: Node;
  /** How many of `parameters` are given in brackets; generic constants come behind them. */
  readonly valueCount: number;
  readonly takesSelf: boolean;
}

export interface RustItems {
  readonly constants: ReadonlyMap<string, readonly RustConstant[]>;
  /** Ascending by the start of their bodies. */
  readonly functions: readonly RustFunction[];
  /** The innermost function whose body holds a node. */
  readonly functionAt: (node: Node) => RustFunction | undefined;
  /** What members are given, by type and member: `Pool.tag` of `Pool { tag: 1 }`; `.tag` where the type is not written. */
  readonly members: ReadonlyMap<string, readonly Node[]>;
  /** Members that others than their module may set, `Pool.tag`. */
  readonly publicMembers: ReadonlySet<string>;
  readonly regions: RustRegions;
  /** Types, traits and modules that the file declares, by name. */
  readonly declared: ReadonlyMap<string, readonly Node[]>;
}

const CONSTANTS = /^(?:const_item|static_item|enum_variant)$/;
const DECLARATIONS = ['struct_item', 'enum_item', 'union_item', 'trait_item', 'type_item', 'mod_item'];
const ITEMS = [
  'const_item',
  'static_item',
  'enum_variant',
  'function_item',
  'struct_expression',
  'assignment_expression',
  'call_expression',
  'attribute_item',
  ...DECLARATIONS,
];
/** What may stand between an attribute and its item. */
const GAP = /^(?:\s|\/\/[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*$/;

export function readItems(roots: readonly Node[], trees: RustTrees, regions: RustRegions): RustItems {
  return new ItemReader(trees, regions).read(roots);
}

class ItemReader {
  private readonly constants = new Map<string, RustConstant[]>();
  private readonly functions = new Map<number, RustFunction>();
  private readonly members = new Map<string, Node[]>();
  private readonly publicMembers = new Set<string>();
  private readonly declared = new Map<string, Node[]>();
  /** Attributes that were met since the last item. */
  private attributes: Node[] = [];

  constructor(
    private readonly trees: RustTrees,
    private readonly regions: RustRegions,
  ) {}

  read(roots: readonly Node[]): RustItems {
    for (const root of roots) {
      this.attributes = [];
      for (const node of descendants(root, ITEMS)) {
        if (node.type === 'attribute_item') this.attributes.push(node);
        else {
          this.readItem(node);
          this.attributes = [];
        }
      }
    }
    return {
      constants: this.constants,
      functions: [...this.functions.values()].sort((a, b) => a.bodyStart - b.bodyStart),
      functionAt: (node) => {
        const around = this.regions.find(node, (one) => one.node.type === 'function_item');
        return around && this.functions.get(around.node.id);
      },
      members: this.members,
      publicMembers: this.publicMembers,
      regions: this.regions,
      declared: this.declared,
    };
  }

  private readItem(node: Node): void {
    if (node.type === 'function_item') {
      const definition = this.readFunction(node);
      if (definition) this.functions.set(node.id, definition);
    } else if (CONSTANTS.test(node.type)) {
      const constant = this.readConstant(node);
      if (constant) pushTo(this.constants, constant.name, constant);
    } else if (DECLARATIONS.includes(node.type)) this.readDeclaration(node);
    else this.readMembers(node);
  }

  /** Whether the item is there for tests alone. */
  private isForTests(item: Node): boolean {
    let next = item.startIndex;
    for (const attribute of [...this.attributes].reverse()) {
      if (!GAP.test(this.trees.between(item, attribute.endIndex, next))) return false;
      if (/^#\s*\[\s*cfg\s*\(\s*test\s*\)\s*\]$/.test(attribute.text)) return true;
      next = attribute.startIndex;
    }
    return false;
  }

  private readConstant(node: Node): RustConstant | undefined {
    const name = node.childForFieldName('name');
    const value = node.childForFieldName('value') ?? undefined;
    // An enumerator without a value is no tag.
    if (name === null || (node.type === 'enum_variant' && value === undefined)) return undefined;
    if (this.isForTests(node)) return undefined;
    const owner = this.regions.find(node, (one) => /^(?:impl|trait|mod|enum|function)_item$/.test(one.node.type))?.node;
    const region = this.regions.find(node, (one) => /^(?:block|declaration_list)$/.test(one.node.type))?.node;
    const isMember = owner !== undefined && /^(?:impl|trait|enum)_item$/.test(owner.type);
    const type = isMember ? nameOfOwner(owner) : undefined;
    const trait = owner?.type === 'trait_item' ? type : owner?.type === 'impl_item' ? traitOf(owner) : undefined;
    return {
      name: name.text,
      path: [...this.regions.modulesAt(node), ...(type === undefined ? [] : [type])],
      isMember,
      ...(trait !== undefined && { trait }),
      value,
      nameStart: this.trees.offset(name),
      nameEnd: this.trees.end(name),
      seenFrom: region ? this.trees.offset(region) : 0,
      seenTo: region ? this.trees.end(region) : Infinity,
      isMutable: node.type === 'static_item' && node.namedChildren.some((child) => child.type === 'mutable_specifier'),
      isLocal: owner?.type === 'function_item',
    };
  }

  private readDeclaration(node: Node): void {
    const name = node.childForFieldName('name')?.text;
    if (name === undefined) return;
    pushTo(this.declared, name, node);
    const body = node.type === 'struct_item' ? node.childForFieldName('body') : null;
    if (body === null) return;
    const isTuple = body.type === 'ordered_field_declaration_list';
    let index = -1;
    let isPublic = false;
    for (const part of parts(body)) {
      if (part.type === 'visibility_modifier') isPublic = true;
      else if (isTuple) {
        index += 1;
        if (isPublic) this.publicMembers.add(`${name}.${String(index)}`);
        isPublic = false;
      } else if (part.type === 'field_declaration' && parts(part)[0]?.type === 'visibility_modifier')
        this.publicMembers.add(`${name}.${part.childForFieldName('name')?.text ?? ''}`);
    }
  }

  private readMembers(node: Node): void {
    const add = (type: string | undefined, member: string | undefined, value: Node | null | undefined): void => {
      if (type !== undefined && member !== undefined && value)
        pushTo(this.members, `${type === 'Self' ? (this.regions.ownerAt(node)?.type ?? '') : type}.${member}`, value);
    };
    if (node.type === 'assignment_expression') {
      const left = node.childForFieldName('left');
      if (left?.type !== 'field_expression') return;
      const isOwn = left.childForFieldName('value')?.type === 'self';
      add(isOwn ? 'Self' : '', left.childForFieldName('field')?.text, node.childForFieldName('right'));
    } else if (node.type === 'call_expression') {
      const callee = node.childForFieldName('function');
      // `Tag(value)` makes a structure; functions' names begin small.
      const type = callee && /identifier$/.test(callee.type) ? lastOfPath(callee).name : '';
      const list = node.childForFieldName('arguments');
      if (/^[A-Z]/.test(type) && list) for (const [at, value] of parts(list).entries()) add(type, String(at), value);
    } else {
      const named = node.childForFieldName('name');
      const type = named ? lastOfPath(named).name : undefined;
      for (const field of parts(node.childForFieldName('body') ?? node)) {
        // `{ tag }` is short for `{ tag: tag }`.
        const short = field.type === 'shorthand_field_initializer' ? parts(field)[0] : undefined;
        const member = short ?? field.childForFieldName('field');
        add(type, member?.text, short ?? field.childForFieldName('value'));
      }
    }
  }

  private readFunction(node: Node): RustFunction | undefined {
    const name = node.childForFieldName('name');
    const list = node.childForFieldName('parameters');
    const body = node.childForFieldName('body');
    if (name === null || list === null || body === null || name.text === AROUND_ARGUMENTS) return undefined;
    const given = parts(list);
    const values = given
      .filter((part) => part.type === 'parameter')
      .slice(0, MOST_PARAMETERS)
      .map((part) => /^(?:ref\s+)?(?:mut\s+)?(\w+)$/.exec(part.childForFieldName('pattern')?.text ?? '')?.[1] ?? '');
    const scope = this.regions.ownerAt(node)?.type;
    return {
      name: scope === undefined ? name.text : `${scope}::${name.text}`,
      nameStart: this.trees.offset(name),
      nameEnd: this.trees.end(name),
      parameters: [...values, ...constantGenerics(node)],
      valueCount: values.length,
      takesSelf: given.some((part) => part.type === 'self_parameter'),
      bodyStart: this.trees.offset(body),
      bodyEnd: this.trees.end(body),
      // What is not public is not seen outside its module, apart from what a type does.
      isStatic: scope === undefined && !node.namedChildren.some((child) => child.type === 'visibility_modifier'),
      node,
      body,
    };
  }
}

const MOST_PARAMETERS = 64;

/** Names of `<const TAG: u32>`, in order; other generic parameters aside. */
export function constantGenerics(node: Node): string[] {
  const list = node.childForFieldName('type_parameters');
  if (list === null) return [];
  return parts(list).flatMap((part) =>
    part.type === 'const_parameter' ? (part.childForFieldName('name')?.text ?? '') : [],
  );
}

function pushTo<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
