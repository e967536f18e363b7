/**
 * Wrappers that one file's calls may mean, by the name they are called by. Grows while the file is read: its own
 * wrappers join those of headers, of the project and of the settings. Reads no text.
 */
import type { PointerCell, Wrapper } from '../externals';
import { templateKey } from '../syntax/templates';
import type { WrapperLookup } from './call';
import { isConstructor } from './wrapperCalls';

export class WrapperTable {
  private readonly byName = new Map<string, Wrapper[]>();
  /** Variables and parameters of functions that hold pointers to wrappers: their names mean nothing elsewhere. */
  private readonly locals = new Map<string, Wrapper[]>();
  /** By the function's name. */
  private readonly parameters = new Map<string, Wrapper[]>();
  /** Other names of classes whose constructors are wrappers. */
  private aliases: ReadonlyMap<string, string> = new Map();

  /** Whether it says more than what was there before. */
  add(wrapper: Wrapper): boolean {
    if (wrapper.pointer) return this.addPointer(wrapper, wrapper.pointer);
    const list = this.byName.get(wrapper.name) ?? [];
    if (list.some((known) => isSame(known, wrapper) && holdsAll(known.carries, wrapper.carries))) return false;
    // Of a function more parameters may turn out to become tags, as what it calls turns out to be a wrapper.
    const others = list.filter((known) => !(isSame(known, wrapper) && holdsAll(wrapper.carries, known.carries)));
    this.byName.set(wrapper.name, [...others, wrapper]);
    return true;
  }

  /** Of one pointer there is one entry for each role, with all that the functions it may hold take. */
  private addPointer(wrapper: Wrapper, { kind }: PointerCell): boolean {
    const map = kind === 'local' ? this.locals : kind === 'parameter' ? this.parameters : this.byName;
    const list = map.get(wrapper.name) ?? [];
    const known = list.find((one) => one.pointer?.key === wrapper.pointer?.key && one.role === wrapper.role);
    if (known && holdsAll(known.carries, wrapper.carries)) return false;
    const carries = [...new Set([...(known?.carries ?? []), ...wrapper.carries])].sort((a, b) => a - b);
    const api = known && known.api < wrapper.api ? known.api : wrapper.api;
    map.set(wrapper.name, [...list.filter((one) => one !== known), { ...wrapper, api, carries }]);
    return true;
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  names(): Iterable<string> {
    return this.byName.keys();
  }

  /** Names under which pointers are called, and of functions that get some. */
  pointerNames(): Iterable<string> {
    return new Set(this.pointers().map(({ name }) => name));
  }

  /** Names under which a pointer is called that only functions of this file know. */
  localNames(): Iterable<string> {
    return this.locals.keys();
  }

  /** Functions that get pointers to wrappers as arguments, and those parameters. */
  pointerParameters(): ReadonlyMap<string, readonly Wrapper[]> {
    return this.parameters;
  }

  /** Pointers to wrappers, in whatever they are held. */
  pointers(): readonly Wrapper[] {
    const all = [this.byName, this.locals, this.parameters].flatMap((map) => [...map.values()].flat());
    return all.filter(({ pointer }) => pointer !== undefined);
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

  /** Names of those classes, and other names that stand for them here. */
  constructed(): ReadonlySet<string> {
    return new Set([...this.constructors(), ...this.aliases.keys()]);
  }

  setAliases(aliases: ReadonlyMap<string, string>): void {
    this.aliases = aliases;
  }

  /** What a call of this name, or of a class that it is another name of, may mean. */
  readonly lookup: WrapperLookup = (name) => {
    const own = this.byName.get(name);
    const local = this.locals.get(name);
    const alias = this.aliases.get(name);
    if (local === undefined && alias === undefined) return own ?? NO_WRAPPERS;
    // A class that inherits constructors may have some of its own.
    return [local, own, this.byName.get(alias ?? '')].flatMap((list) => list ?? []);
  };
}

const NO_WRAPPERS: readonly Wrapper[] = [];

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
