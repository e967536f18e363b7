/**
 * Which declaration a local name means: `let`, patterns of `match`, `if let` and `for`, closures' parameters, by the part of
 * the text in which each is seen. What a macro declares itself is not seen outside its expansion.
 */
import type { Node, Tree } from 'web-tree-sitter';
import type { RustItems } from './rustItems';
import { descendants, parts, type RustTrees } from './rustTree';

export interface Binding {
  readonly name: string;
  /** `let_declaration`, `let_condition`, `match_arm`, `for_expression` or `closure_expression`. */
  readonly node: Node;
  readonly pattern: Node;
  readonly isMutable: boolean;
  /** Of a name that a macro's expansion declares: whether the macro was given it. */
  readonly isGiven: boolean;
  readonly from: number;
  readonly to: number;
}

const BINDERS = ['let_declaration', 'let_condition', 'match_arm', 'for_expression', 'closure_expression'];
const AROUND = ['if_expression', 'while_expression'];
const STORES = ['assignment_expression', 'compound_assignment_expr', 'reference_expression', 'call_expression'];

export class RustBindings {
  private readonly byTree = new Map<Tree, ReadonlyMap<string, readonly Binding[]>>();
  private stores: Map<string, Node[]> | undefined;

  constructor(
    private readonly roots: readonly Node[],
    private readonly trees: RustTrees,
    private readonly items: RustItems,
  ) {}

  /** The binding a name means where a node stands; undefined when it is none. */
  find(name: string, node: Node): Binding | undefined {
    const definition = this.items.functionAt(node);
    const isGiven = this.trees.isGiven(node);
    let best: Binding | undefined;
    for (const binding of this.bindingsOf(node.tree).get(name) ?? []) {
      if (binding.from > node.startIndex || node.startIndex >= binding.to) continue;
      if (best !== undefined && binding.from < best.from) continue;
      if (binding.isGiven !== isGiven || this.items.functionAt(binding.node) !== definition) continue;
      best = binding;
    }
    if (best) return best;
    const use = this.outside(node);
    return use && this.find(name, use);
  }

  /** The function whose parameters can be named at a node. */
  functionAt(node: Node): ReturnType<RustItems['functionAt']> {
    if (!this.trees.isExpanded(node) || this.trees.isGiven(node)) {
      const definition = this.items.functionAt(node);
      if (definition?.node.tree === node.tree) return definition;
      const use = this.trees.useAround(node);
      return use ? this.functionAt(use) : definition;
    }
    const own = this.items.functionAt(node);
    return own?.node.tree === node.tree ? own : undefined;
  }

  /** The use of the macro a node stands in, when names declared around it are seen at the node. */
  private outside(node: Node): Node | undefined {
    const use = this.trees.useAround(node);
    if (use === undefined || (this.trees.isExpanded(node) && !this.trees.isGiven(node))) return undefined;
    const definition = this.items.functionAt(node);
    return definition?.node.tree === node.tree ? undefined : use;
  }

  /** Assignments to a local name in its function, and what may change it otherwise. */
  storesTo(name: string, binding: Node): readonly Node[] {
    const definition = this.items.functionAt(binding);
    return (this.allStores().get(name) ?? []).filter((node) => this.items.functionAt(node) === definition);
  }

  private allStores(): ReadonlyMap<string, readonly Node[]> {
    if (this.stores) return this.stores;
    const found = new Map<string, Node[]>();
    for (const root of this.roots) {
      for (const node of descendants(root, STORES)) {
        const name = storedName(node);
        const list = name === undefined ? undefined : found.get(name);
        if (list) list.push(node);
        else if (name !== undefined) found.set(name, [node]);
      }
    }
    this.stores = found;
    return found;
  }

  private bindingsOf(tree: Tree): ReadonlyMap<string, readonly Binding[]> {
    const known = this.byTree.get(tree);
    if (known) return known;
    const found = new Map<string, Binding[]>();
    this.byTree.set(tree, found);
    for (const binding of this.fromExpansions(tree))
      found.set(binding.name, [...(found.get(binding.name) ?? []), binding]);
    const open: Node[] = [];
    for (const node of descendants(tree.rootNode, [...BINDERS, ...AROUND])) {
      while ((open.at(-1)?.endIndex ?? Infinity) <= node.startIndex) open.pop();
      if (AROUND.includes(node.type) || node.type === 'match_arm') open.push(node);
      if (AROUND.includes(node.type)) continue;
      for (const binding of this.read(node, open)) {
        const list = found.get(binding.name);
        if (list) list.push(binding);
        else found.set(binding.name, [binding]);
      }
    }
    return found;
  }

  /** `let` with a name that a macro was given is seen behind the macro's use. */
  private fromExpansions(tree: Tree): Binding[] {
    return this.roots.flatMap((root) => {
      const use = this.trees.useAround(root);
      if (use?.tree !== tree || !this.trees.isExpanded(root)) return [];
      const block = this.items.regions.at(use);
      const to = block?.node.tree === tree ? block.end : Infinity;
      return [...this.bindingsOf(root.tree).values()]
        .flat()
        .filter((one) => one.node.type === 'let_declaration' && one.isGiven && one.to === Infinity)
        .map((one) => ({ ...one, isGiven: this.trees.isGiven(use), from: use.endIndex, to }));
    });
  }

  private read(node: Node, open: readonly Node[]): Binding[] {
    const span = this.spanOf(node, open);
    const patterns =
      node.type === 'closure_expression'
        ? parts(node.childForFieldName('parameters') ?? node).map((one) => one.childForFieldName('pattern') ?? one)
        : [node.childForFieldName('pattern')].filter((one) => one !== null);
    const isFallible = node.type === 'match_arm' || node.type === 'let_condition';
    return patterns.flatMap((pattern) =>
      namesIn(pattern)
        // A pattern's name in capitals is a constant that is compared with.
        .filter(({ name }) => !isFallible || !/^[A-Z][A-Z\d_]*$/.test(name))
        .map(({ name, isMutable }) => ({
          name,
          node,
          pattern,
          isMutable: isMutable || node.namedChildren.some((child) => child.type === 'mutable_specifier'),
          isGiven: this.trees.isGiven(pattern),
          ...span,
        })),
    );
  }

  private spanOf(node: Node, open: readonly Node[]): Pick<Binding, 'from' | 'to'> {
    if (node.type === 'let_declaration') {
      const block = this.items.regions.at(node);
      return { from: node.endIndex, to: block?.node.tree === node.tree ? block.end : Infinity };
    }
    if (node.type === 'for_expression') {
      const body = node.childForFieldName('body');
      return { from: body?.startIndex ?? node.endIndex, to: node.endIndex };
    }
    if (node.type !== 'let_condition') return { from: node.startIndex, to: node.endIndex };
    const around = open.findLast((one) => one.id !== node.id && one.endIndex >= node.endIndex);
    const body = around?.childForFieldName('consequence') ?? around?.childForFieldName('body') ?? around;
    return { from: node.endIndex, to: body?.endIndex ?? Infinity };
  }
}

/** The local name a node stores to, lends for changes, or calls a method of that may change it. */
function storedName(node: Node): string | undefined {
  if (node.type === 'reference_expression')
    return node.namedChildren.some((child) => child.type === 'mutable_specifier')
      ? rootName(node.childForFieldName('value'))
      : undefined;
  if (node.type !== 'call_expression') return rootName(node.childForFieldName('left'));
  const callee = node.childForFieldName('function');
  return callee?.type === 'field_expression' ? rootName(callee.childForFieldName('value')) : undefined;
}

function rootName(node: Node | null): string | undefined {
  let at = node;
  for (let depth = 0; at !== null && depth < 32; depth += 1) {
    if (at.type === 'identifier') return at.text;
    if (at.type !== 'index_expression' && at.type !== 'field_expression' && at.type !== 'parenthesized_expression')
      return undefined;
    at = at.childForFieldName('value') ?? parts(at)[0] ?? null;
  }
  return undefined;
}

const MOST_NAMES = 64;

/** The names a pattern gives. */
export function namesIn(pattern: Node): { readonly name: string; readonly isMutable: boolean }[] {
  const found: { name: string; isMutable: boolean }[] = [];
  const visit = (node: Node, isMutable: boolean, depth: number): void => {
    if (found.length >= MOST_NAMES || depth > 32) return;
    if (node.type === 'identifier' || node.type === 'shorthand_field_identifier')
      found.push({ name: node.text, isMutable });
    const named = /struct_pattern$/.test(node.type) ? node.childForFieldName('type') : null;
    const condition = node.type === 'match_pattern' ? node.childForFieldName('condition') : null;
    const mutable =
      isMutable || node.type === 'mut_pattern' || node.children.some((child) => child.type === 'mutable_specifier');
    for (const child of parts(node)) {
      if (child.id === named?.id || child.id === condition?.id || /type|literal|scoped/.test(child.type)) continue;
      visit(child, mutable, depth + 1);
    }
  };
  visit(pattern, false, 0);
  return found;
}
