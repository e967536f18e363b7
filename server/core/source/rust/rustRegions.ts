/**
 * What a node of a Rust file stands in: blocks, functions, implementations, modules, through the uses of macros as well.
 * Found by spans, since a tree's own way upwards takes a walk from its root.
 */
import type { Node, Tree } from 'web-tree-sitter';
import { AROUND_ARGUMENTS, descendants, segmentsOf, type RustTrees } from './rustTree';

export interface Region {
  readonly node: Node;
  readonly start: number;
  readonly end: number;
  readonly outer: Region | undefined;
}

const REGIONS = ['impl_item', 'trait_item', 'mod_item', 'enum_item', 'function_item', 'block', 'declaration_list'];

export class RustRegions {
  /** Ascending by start. */
  private readonly byTree = new Map<Tree, readonly Region[]>();

  constructor(
    roots: readonly Node[],
    private readonly trees: RustTrees,
  ) {
    for (const root of roots) this.byTree.set(root.tree, this.read(root));
  }

  private read(root: Node): readonly Region[] {
    const found: Region[] = [];
    const use = this.trees.useAround(root);
    const outermost = use && this.at(use);
    let around = outermost;
    // What we put around a macro's text is nothing of the file.
    let ours = -1;
    for (const node of descendants(root, REGIONS)) {
      const { startIndex: start, endIndex: end } = node;
      while (around !== undefined && around !== outermost && around.end <= start) around = around.outer;
      if (node.type === 'function_item' && node.childForFieldName('name')?.text === AROUND_ARGUMENTS) {
        ours = node.childForFieldName('body')?.id ?? -1;
        continue;
      }
      if (node.id === ours) continue;
      found.push((around = { node, start, end, outer: around }));
    }
    return found;
  }

  /** The innermost region that holds a node, and is not the node itself. */
  at(node: Node): Region | undefined {
    const regions = this.byTree.get(node.tree) ?? [];
    const { startIndex, endIndex } = node;
    let low = 0;
    let high = regions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((regions[middle]?.start ?? Infinity) <= startIndex) low = middle + 1;
      else high = middle;
    }
    let region = regions[low - 1];
    while (region?.node.tree === node.tree && (region.end < endIndex || region.node.id === node.id))
      region = region.outer;
    if (region !== undefined) return region;
    const use = this.trees.useAround(node);
    return use && this.at(use);
  }

  /** Regions around a node, innermost first. */
  *around(node: Node): Generator<Region> {
    for (let region = this.at(node); region !== undefined; region = region.outer) yield region;
  }

  find(node: Node, test: (region: Region) => boolean): Region | undefined {
    for (const region of this.around(node)) if (test(region)) return region;
    return undefined;
  }

  /** Modules of the file around a node, outermost first. */
  modulesAt(node: Node): string[] {
    const found: string[] = [];
    for (const { node: one } of this.around(node)) {
      const name = one.type === 'mod_item' ? nameOfOwner(one) : undefined;
      if (name !== undefined) found.unshift(name);
    }
    return found;
  }

  /** The implementation or trait around a node. */
  ownerAt(node: Node): { readonly type: string; readonly trait?: string; readonly node: Node } | undefined {
    const owner = this.find(node, (one) => /^(?:impl|trait)_item$/.test(one.node.type))?.node;
    const type = owner && nameOfOwner(owner);
    if (owner === undefined || type === undefined) return undefined;
    const trait = owner.type === 'trait_item' ? type : traitOf(owner);
    return { type, node: owner, ...(trait !== undefined && { trait }) };
  }
}

/** `Pool` of `impl<T> Trait for Pool<T>`, of `trait Pool`, of `mod Pool`; undefined for functions. */
export function nameOfOwner(owner: Node): string | undefined {
  if (owner.type === 'function_item') return undefined;
  const named = owner.childForFieldName(owner.type === 'impl_item' ? 'type' : 'name');
  return named === null ? undefined : segmentsOf(named).at(-1);
}

export function traitOf(owner: Node): string | undefined {
  const trait = owner.childForFieldName('trait');
  return trait === null ? undefined : segmentsOf(trait).at(-1);
}
