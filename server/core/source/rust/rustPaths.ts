/**
 * What paths of a Rust file mean: `use` with its aliases, lists and globs, `crate`, `super`, modules in files and folders.
 * Gives absolute paths; looks nothing up.
 */
import type { Node } from 'web-tree-sitter';
import type { RustItems } from './rustItems';
import { descendants, parts, segmentsOf, type RustTrees } from './rustTree';

/** Where a path leads: into this crate by modules from its root, into another crate by its name, or it is one bare word. */
export interface RustPath {
  readonly kind: 'own' | 'foreign' | 'bare';
  readonly segments: readonly string[];
}

interface Use {
  readonly name: string;
  readonly segments: readonly string[];
  /** Modules of the crate in whose terms the path is. */
  readonly modules: readonly string[];
  readonly from: number;
  readonly to: number;
}

const MOST_USES = 5_000;
const MOST_ALIASES = 8;

/** Modules of the crate that a file is: `['a', 'b']` of `src/a/b.rs` and of `src/a/b/mod.rs`. */
export function modulesOfFile(file: string): string[] {
  const path = file.replaceAll('\\', '/');
  const root = path.lastIndexOf('/src/');
  const inside = root < 0 ? path.slice(path.lastIndexOf('/') + 1) : path.slice(root + 5);
  const modules = inside.replace(/\.rs$/i, '').split('/');
  if (/^(?:mod|lib|main)$/.test(modules.at(-1) ?? '')) modules.pop();
  return modules;
}

const PLACED = /#\[\s*path\s*=\s*"([^"\\\n]{1,500})"\s*\]\s*(?:pub(?:\([^)\n]{0,100}\))?\s+)?mod\s+(\w+)\s*;/g;

export class RustPaths {
  /** Modules that stand in files of another name: their names, and those the files' names would give. */
  private readonly placed: ReadonlyMap<string, string>;
  private readonly uses: readonly Use[];
  private readonly globs: readonly Use[];
  private readonly types = new Map<string, Node>();

  constructor(
    roots: readonly Node[],
    private readonly items: RustItems,
    private readonly trees: RustTrees,
    readonly fileModules: readonly string[],
    text: string,
  ) {
    const placed = text.includes('path') ? [...text.matchAll(PLACED)] : [];
    this.placed = new Map(
      placed.map(([, file = '', name = '']) => [name, file.replace(/^.*\//, '').replace(/\.rs$/, '')]),
    );
    const all = roots.flatMap((root) => descendants(root, ['use_declaration'])).flatMap((node) => this.readUse(node));
    this.uses = all.filter(({ name }) => name !== '*').slice(0, MOST_USES);
    this.globs = all.filter(({ name }) => name === '*').slice(0, MOST_USES);
    for (const nodes of items.declared.values())
      for (const node of nodes)
        if (node.type === 'type_item') this.types.set(node.childForFieldName('name')?.text ?? '', node);
  }

  /** The type that an alias of the file names. */
  aliased(name: string): Node | undefined {
    return this.types.get(name)?.childForFieldName('type') ?? undefined;
  }

  /** Modules of the crate around a node. */
  modulesAt(node: Node): string[] {
    return [...this.fileModules, ...this.items.regions.modulesAt(node)];
  }

  resolve(path: Node): RustPath {
    return this.absolute(segmentsOf(path), this.modulesAt(path), this.trees.offset(path), path, MOST_ALIASES);
  }

  /** Where a bare name may come from by globs that are seen at a node. */
  globsAt(node: Node): RustPath[] {
    const offset = this.trees.offset(node);
    return this.globs
      .filter(({ from, to }) => from <= offset && offset < to)
      .map(({ segments, modules }) => this.absolute([...segments, ''], modules, offset, node, MOST_ALIASES))
      .map(({ kind, segments }) => ({ kind, segments: segments.slice(0, -1) }));
  }

  /** The alias that decides a bare name at a node, and where its part of the file begins. */
  aliasAt(name: string, node: Node): (RustPath & { readonly seenFrom: number }) | undefined {
    const offset = this.trees.offset(node);
    const use = this.useOf(name, offset);
    return use && { ...this.absolute(use.segments, use.modules, -1, node, MOST_ALIASES - 1), seenFrom: use.from };
  }

  private useOf(name: string, offset: number): Use | undefined {
    let best: Use | undefined;
    for (const use of this.uses)
      if (use.name === name && use.from <= offset && offset < use.to && (best === undefined || use.from >= best.from))
        best = use;
    return best;
  }

  private absolute(
    segments: readonly string[],
    modules: readonly string[],
    offset: number,
    node: Node,
    left: number,
  ): RustPath {
    const [first = '', ...rest] = segments;
    const own = (path: readonly string[]): RustPath => ({ kind: 'own', segments: path });
    switch (first) {
      case 'crate':
      case '$crate':
        return own(rest);
      case 'self':
        return own([...modules, ...rest]);
      case 'super': {
        const above = modules.slice(0, -1);
        return rest[0] === 'super' ? this.absolute(rest, above, offset, node, left - 1) : own([...above, ...rest]);
      }
      case 'Self':
        return own([...modules, this.items.regions.ownerAt(node)?.type ?? 'Self', ...rest]);
      default:
        break;
    }
    const use = left > 0 ? this.useOf(first, offset < 0 ? 0 : offset) : undefined;
    if (use && (offset >= 0 || use.segments[0] !== first))
      return this.absolute([...use.segments, ...rest], use.modules, -1, node, left - 1);
    if (rest.length === 0 && offset >= 0) return { kind: 'bare', segments };
    const alias = this.aliased(first);
    if (alias && rest.length > 0 && left > 0)
      return this.absolute([...segmentsOf(alias), ...rest], modules, offset, node, left - 1);
    return this.items.declared.has(first)
      ? own([...modules, this.placed.get(first) ?? first, ...rest])
      : { kind: 'foreign', segments };
  }

  private readUse(node: Node): Use[] {
    const argument = node.childForFieldName('argument');
    if (argument === null) return [];
    const region = this.items.regions.find(node, (one) => /^(?:block|declaration_list)$/.test(one.node.type))?.node;
    const place = {
      modules: this.modulesAt(node),
      from: region ? this.trees.offset(region) : 0,
      to: region ? this.trees.end(region) : Infinity,
    };
    return usedNames(argument, [], 16).map((use) => ({ ...use, ...place }));
  }
}

/** `a::{self, b as c, d::*}` as single names; `*` for all of a module's. */
function usedNames(node: Node, prefix: readonly string[], left: number): Pick<Use, 'name' | 'segments'>[] {
  if (left === 0) return [];
  switch (node.type) {
    case 'use_list':
      return parts(node).flatMap((part) => usedNames(part, prefix, left - 1));
    case 'scoped_use_list': {
      const path = node.childForFieldName('path');
      const list = node.childForFieldName('list');
      return list ? usedNames(list, [...prefix, ...(path ? segmentsOf(path) : [])], left - 1) : [];
    }
    case 'use_as_clause': {
      const path = node.childForFieldName('path');
      const alias = node.childForFieldName('alias')?.text ?? '';
      return path ? [{ name: alias, segments: ofSelf([...prefix, ...segmentsOf(path)]) }] : [];
    }
    case 'use_wildcard': {
      const path = parts(node)[0];
      return [{ name: '*', segments: [...prefix, ...(path ? segmentsOf(path) : [])] }];
    }
    default: {
      const segments = ofSelf([...prefix, ...segmentsOf(node)]);
      return [{ name: segments.at(-1) ?? '', segments }];
    }
  }
}

/** `a::self` in a list is `a`. */
function ofSelf(segments: readonly string[]): readonly string[] {
  return segments.length > 1 && segments.at(-1) === 'self' ? segments.slice(0, -1) : segments;
}
