/**
 * Which of the file's functions a Rust call means, by path, type and number of arguments. Evaluates nothing.
 */
import type { Node } from 'web-tree-sitter';
import type { RustConstants } from './rustConstants';
import type { RustFunction, RustItems } from './rustItems';
import type { RustPaths } from './rustPaths';
import { segmentsOf } from './rustTree';

export class RustFunctions {
  private readonly byName = new Map<string, RustFunction[]>();

  constructor(
    private readonly items: RustItems,
    private readonly paths: RustPaths,
    private readonly constants: RustConstants,
  ) {
    for (const definition of items.functions) {
      const name = definition.name.split('::').at(-1) ?? '';
      const list = this.byName.get(name);
      if (list) list.push(definition);
      else this.byName.set(name, [definition]);
    }
  }

  /** Functions a call by path may mean; a method called so gets its object as first argument. */
  called(callee: Node, count: number): readonly RustFunction[] {
    const segments = segmentsOf(callee);
    const name = segments.at(-1) ?? '';
    const all = (this.byName.get(name) ?? []).filter((one) => one.valueCount + Number(one.takesSelf) === count);
    if (all.length === 0) return [];
    const [owner] = segments;
    if (segments.length === 2 && owner !== undefined && this.isAnyType(owner, callee))
      return all.filter((one) => this.items.regions.ownerAt(one.node)?.trait !== undefined);
    const path = this.paths.resolve(callee);
    if (path.kind === 'bare') return this.nearest(all, callee);
    const type = path.segments.at(-2);
    const ofType = all.filter((one) => one.name === `${type ?? ''}::${name}`);
    if (ofType.length > 0) return path.kind === 'own' || /^[A-Z]/.test(path.segments[0] ?? '') ? ofType : [];
    if (path.kind !== 'own') return [];
    const modules = path.segments.slice(0, -1).join('::');
    return all.filter((one) => one.name === name && this.paths.modulesAt(one.node).join('::') === modules);
  }

  private isAnyType(owner: string, callee: Node): boolean {
    return (
      this.constants.isTypeParameter(owner, callee) ||
      (owner === 'Self' && this.items.regions.ownerAt(callee)?.node.type === 'trait_item')
    );
  }

  /** Free functions of the same module or one around it. */
  private nearest(all: readonly RustFunction[], callee: Node): readonly RustFunction[] {
    const modules = this.paths.modulesAt(callee);
    const free = all.filter((one) => !one.name.includes('::'));
    for (let length = modules.length; length >= 0; length -= 1) {
      const path = modules.slice(0, length).join('::');
      const here = free.filter((one) => this.paths.modulesAt(one.node).join('::') === path);
      if (here.length > 0) return here;
    }
    return free;
  }

  /** Methods of that name of a type, or of any type when the object is a trait's. */
  methods(name: string, type: string | undefined, count: number): readonly RustFunction[] {
    const all = (this.byName.get(name) ?? []).filter((one) => one.takesSelf && one.valueCount === count);
    if (type === undefined) return [];
    const isTrait = this.items.declared.get(type)?.some((node) => node.type === 'trait_item') === true;
    if (!isTrait) return all.filter((one) => one.name === `${type}::${name}`);
    return all.filter((one) => this.items.regions.ownerAt(one.node)?.trait === type);
  }
}
