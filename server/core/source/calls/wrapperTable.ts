/**
 * Wrappers that one file's calls may mean, by the name they are called by. Grows while the file is read: its own
 * wrappers join those of headers, of the project and of the settings. Reads no text.
 */
import type { Wrapper } from '../externals';
import { templateKey } from '../syntax/templates';
import type { WrapperLookup } from './call';
import { isConstructor } from './wrapperCalls';

export class WrapperTable {
  private readonly byName = new Map<string, Wrapper[]>();
  /** Other names of classes whose constructors are wrappers, and pointers to wrappers. */
  private aliases: ReadonlyMap<string, string> = new Map();

  /** Whether it says more than what was there before. */
  add(wrapper: Wrapper): boolean {
    const list = this.byName.get(wrapper.name) ?? [];
    if (list.some((known) => isSame(known, wrapper) && holdsAll(known.carries, wrapper.carries))) return false;
    // Of a function more parameters may turn out to become tags, as what it calls turns out to be a wrapper.
    const others = list.filter((known) => !(isSame(known, wrapper) && holdsAll(wrapper.carries, known.carries)));
    this.byName.set(wrapper.name, [...others, wrapper]);
    return true;
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  names(): Iterable<string> {
    return this.byName.keys();
  }

  templateNames(): string[] {
    return [...this.byName.values()].flat().flatMap(({ template }) => template?.name ?? []);
  }

  /** Keys of those templates' parameters. */
  templateKeys(): string[] {
    const templates = [...this.byName.values()].flat().flatMap(({ template }) => template ?? []);
    return templates.map(({ name, member }) => templateKey(name, member));
  }

  /** Names of classes whose constructors are wrappers. */
  constructors(): ReadonlySet<string> {
    return new Set([...this.byName.values()].flat().flatMap((wrapper) => (isConstructor(wrapper) ? wrapper.name : [])));
  }

  setAliases(aliases: ReadonlyMap<string, string>): void {
    this.aliases = aliases;
  }

  /** What a call of this name, or of a class that it is another name of, may mean. */
  readonly lookup: WrapperLookup = (name) =>
    this.byName.get(name) ?? this.byName.get(this.aliases.get(name) ?? '') ?? [];
}

/** Whether two may be states of one function: all but the parameters that it passes on. */
function isSame(a: Wrapper, b: Wrapper): boolean {
  return (
    a.parameterCount === b.parameterCount &&
    a.scope === b.scope &&
    a.kind === b.kind &&
    a.role === b.role &&
    a.keeps === b.keeps &&
    a.template?.name === b.template?.name &&
    a.template?.member === b.template?.member &&
    a.template?.positions.join() === b.template?.positions.join()
  );
}

function holdsAll(all: readonly number[], some: readonly number[]): boolean {
  return some.every((position) => all.includes(position));
}
