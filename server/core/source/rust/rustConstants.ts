/**
 * Which constants a Rust path means: the innermost that is seen there, those of modules, types and traits, of this file or
 * of others of its crate and of the crates it is built with. Evaluates nothing.
 */
import type { Node } from 'web-tree-sitter';
import type { Externals, NamedValue } from '../externals';
import type { RustConstant, RustItems } from './rustItems';
import { modulesOfFile, type RustPath, type RustPaths } from './rustPaths';
import { parts, segmentsOf, type RustTrees } from './rustTree';

export interface Meant {
  readonly here: readonly RustConstant[];
  readonly elsewhere: readonly NamedValue[];
  /** They are those of that name; whether one of them is meant is not sure. */
  readonly isGuess?: true;
}

const LIBRARIES = /^(?:std|core|alloc|wdk|wdk_sys|wdk_alloc|windows_sys|windows|winapi|ntapi)$/;

export class RustConstants {
  /** Names that were looked for in the project's externals. */
  readonly asked = new Set<string>();

  constructor(
    private readonly items: RustItems,
    private readonly trees: RustTrees,
    private readonly paths: RustPaths,
    private readonly externals: Externals,
    private readonly crate: string | undefined,
    /** Nothing says which module of its crate the file is. */
    private readonly isRoot: boolean,
  ) {}

  meant(path: Node): Meant {
    const generic = this.ofTypeParameter(path);
    if (generic) return generic;
    const resolved = this.paths.resolve(path);
    if (resolved.kind === 'bare') return this.bare(path, resolved.segments[0] ?? '');
    return resolved.kind === 'own' ? this.own(resolved.segments) : this.foreign(resolved, path);
  }

  private bare(path: Node, name: string): Meant {
    const all = (this.items.constants.get(name) ?? []).filter((one) => !one.isMember);
    const offset = this.trees.offset(path);
    // A module does not see what the one around it declares.
    const modules = this.items.regions.modulesAt(path).join('::');
    const seen = all.filter((one) => one.seenFrom <= offset && offset < one.seenTo && one.path.join('::') === modules);
    const innermost = Math.max(...seen.map((one) => one.seenFrom));
    const alias = this.paths.aliasAt(name, path);
    // Several in one place differ by a condition.
    if (seen.length > 0 && (alias === undefined || innermost >= alias.seenFrom))
      return { here: seen.filter((one) => one.seenFrom === innermost), elsewhere: [] };
    if (alias) return alias.kind === 'own' ? this.own(alias.segments) : this.foreign(alias, path);
    return this.throughGlobs(path, name, all);
  }

  private throughGlobs(path: Node, name: string, all: readonly RustConstant[]): Meant {
    const globs = this.paths.globsAt(path).filter(({ segments }) => !LIBRARIES.test(segments[0] ?? ''));
    const found = globs.map(({ kind, segments }) =>
      kind === 'own' ? this.exactly([...segments, name]) : this.ofCrate([...segments, name]),
    );
    const exact = found.filter(isSomething);
    if (exact.length > 0) return joined(exact);
    // A module may give on what it takes from another one.
    const own = all.filter((one) => !one.isLocal);
    const others = this.named(name).filter((one) => this.isOwn(one) && one.home?.isMember !== true);
    return globs.some(({ kind }) => kind === 'own') || this.isUnplaced(path)
      ? { here: own, elsewhere: others, isGuess: true }
      : { here: [], elsewhere: [] };
  }

  /** What a macro puts in itself is looked up where the macro was written. */
  private isUnplaced(path: Node): boolean {
    return this.trees.isExpanded(path);
  }

  private own(segments: readonly string[]): Meant {
    const exact = this.exactly(segments);
    if (isSomething(exact)) return exact;
    const name = segments.at(-1) ?? '';
    const owner = segments.at(-2);
    const isType = owner !== undefined && /^[A-Z]/.test(owner);
    const fits = (path: readonly string[], isMember: boolean): boolean =>
      isType ? isMember && path.at(-1) === owner : !isMember;
    const here = (this.items.constants.get(name) ?? []).filter((one) => !one.isLocal && fits(one.path, one.isMember));
    const elsewhere = this.named(name).filter(
      (one) => this.isOwn(one) && fits(one.home?.path ?? [], one.home?.isMember === true),
    );
    return { here, elsewhere, ...(!isType && { isGuess: true }) };
  }

  /** The constants of exactly that path in this crate. */
  private exactly(segments: readonly string[]): Meant {
    const name = segments.at(-1) ?? '';
    const path = segments.slice(0, -1).join('::');
    const isMeant = (modules: readonly string[], inside: readonly string[]): boolean =>
      [...modules, ...inside].join('::') === path;
    const here = (this.items.constants.get(name) ?? []).filter(
      (one) => !one.isLocal && (isMeant(this.paths.fileModules, one.path) || (this.isRoot && isMeant([], one.path))),
    );
    if (here.length > 0) return { here, elsewhere: [] };
    const elsewhere = this.named(name).filter(
      (one) => this.isOwn(one) && one.home !== undefined && isMeant(modulesOfFile(one.definedAt.file), one.home.path),
    );
    return { here: [], elsewhere };
  }

  private foreign({ segments }: RustPath, path: Node): Meant {
    const [crate = ''] = segments;
    if (LIBRARIES.test(crate)) return { here: [], elsewhere: [] };
    // A type that came through a glob.
    if (/^[A-Z]/.test(crate) && segments.length === 2) {
      const own = this.own(segments);
      if (isSomething(own)) return own;
      const globs = this.paths.globsAt(path).filter(({ kind }) => kind === 'foreign');
      return joined(globs.map((glob) => this.ofCrate([...glob.segments, ...segments])));
    }
    return this.ofCrate(segments);
  }

  /** A constant of another crate of the project. */
  private ofCrate(segments: readonly string[]): Meant {
    const [crate = '', ...rest] = segments;
    const of = this.named(rest.at(-1) ?? '').filter((one) => one.home?.crate === crate);
    const exact = of.filter(
      (one) =>
        [...modulesOfFile(one.definedAt.file), ...(one.home?.path ?? [])].join('::') === rest.slice(0, -1).join('::'),
    );
    const owner = rest.at(-2);
    const isType = owner !== undefined && /^[A-Z]/.test(owner);
    const near = of.filter((one) =>
      isType ? one.home?.isMember === true && one.home.path.at(-1) === owner : one.home?.isMember !== true,
    );
    return {
      here: [],
      elsewhere: exact.length > 0 ? exact : near,
      ...(exact.length === 0 && !isType && { isGuess: true }),
    };
  }

  private named(name: string): readonly NamedValue[] {
    this.asked.add(name);
    return this.externals.values.get(name) ?? [];
  }

  private isOwn({ home }: NamedValue): boolean {
    return home !== undefined && home.crate === (this.crate ?? '');
  }

  /** `T::TAG` and a trait's `Self::TAG`: what any type makes of it. */
  private ofTypeParameter(path: Node): Meant | undefined {
    const segments = segmentsOf(path);
    const [owner, name = ''] = segments;
    if (segments.length !== 2 || owner === undefined) return undefined;
    const around = this.items.regions.ownerAt(path);
    const isTrait = owner === 'Self' && around?.node.type === 'trait_item';
    if (!isTrait && !this.isTypeParameter(owner, path)) return undefined;
    const traits = isTrait && around.trait !== undefined ? [around.trait] : undefined;
    const fits = (trait: string | undefined): boolean =>
      trait !== undefined && (traits === undefined || traits.includes(trait));
    const here = (this.items.constants.get(name) ?? []).filter(
      (one) => one.isMember && fits(one.trait) && one.value !== undefined,
    );
    return { here, elsewhere: this.named(name).filter((one) => fits(one.home?.trait)) };
  }

  isTypeParameter(name: string, node: Node): boolean {
    for (const region of this.items.regions.around(node)) {
      const list = /^(?:function|impl|trait)_item$/.test(region.node.type)
        ? region.node.childForFieldName('type_parameters')
        : null;
      const isOne =
        list &&
        parts(list).some((part) => part.type === 'type_parameter' && part.childForFieldName('name')?.text === name);
      if (isOne === true) return true;
    }
    return false;
  }
}

function isSomething({ here, elsewhere }: Meant): boolean {
  return here.length + elsewhere.length > 0;
}

function joined(all: readonly Meant[]): Meant {
  return { here: all.flatMap(({ here }) => here), elsewhere: all.flatMap(({ elsewhere }) => elsewhere) };
}
