/**
 * Which of the classes that have a method of one name a call means: told by the type of what it is called on, by the class
 * the call stands in, or because only one class has such a method. Where that can't be told, no class is meant.
 */
import type { Wrapper } from '../externals';
import { typeBefore } from '../syntax/declaredTypes';
import { readUse, type TypeUse } from '../syntax/types';
import type { Token } from '../text/lexer';
import type { Names } from '../values/names';
import { splitName } from '../values/owners';
import type { Place } from '../values/place';
import type { UnitIndex } from '../values/unitIndex';
import { pathStart } from './pointerCells';

type Told = 'meant' | 'other' | 'untold';

/** Of the functions a called name may stand for those that are meant, and those of which it can't be told. */
export interface MeantMethods {
  readonly meant: readonly Wrapper[];
  readonly untold: readonly Wrapper[];
}

const ACCESS = /^(?:\.|->)$/;

export function methodsMeant(
  candidates: readonly Wrapper[],
  tokens: readonly Token[],
  at: number,
  place: Place,
  names: Names,
): MeantMethods {
  const own = ownClass(place);
  const isPlain = own === undefined && !ACCESS.test(tokens[at - 1]?.text ?? '') && tokens[at - 1]?.text !== '::';
  // Most calls are of functions, in functions.
  if (candidates.every((one) => isBeyond(one) || (isPlain && one.scope === undefined)))
    return { meant: candidates, untold: [] };
  const judge = new MethodCall(tokens, at, place, own, names);
  const told = candidates.map((one) => (isBeyond(one) ? 'meant' : judge.told(one)));
  return {
    meant: candidates.filter((_, i) => told[i] === 'meant'),
    untold: candidates.filter((_, i) => told[i] === 'untold'),
  };
}

/** Macros, pointers, operators, constructors and templates are told elsewhere. */
function isBeyond({ kind, pointer, name, scope, template }: Wrapper): boolean {
  return kind === 'macro' || pointer !== undefined || template !== undefined || scope === name || name.includes(' ');
}

/** Methods with what their classes derive from, where that is seen. */
export function withBases(wrappers: readonly Wrapper[], names: Names | undefined): readonly Wrapper[] {
  return wrappers.map((wrapper) => {
    const { scope } = wrapper;
    if (names === undefined || scope === undefined || isBeyond(wrapper)) return wrapper;
    if (names.index.typeNamed(scope) === undefined) return wrapper;
    const chain = names.index.chain({ name: scope, args: [] }).map(({ name }) => name);
    return { ...wrapper, bases: chain.filter((name) => name !== scope) };
  });
}

class MethodCall {
  private readonly index: UnitIndex;
  private readonly name: string;
  private knownTypes: readonly TypeUse[] | undefined;
  /** What the class of the method derives from that is judged, as the file that defines it says. */
  private bases: readonly string[] | undefined;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly at: number,
    private readonly place: Place,
    private readonly own: string | undefined,
    private readonly names: Names,
  ) {
    this.index = names.index;
    this.name = tokens[at]?.text ?? '';
  }

  told({ scope, bases }: Wrapper): Told {
    this.bases = bases;
    const before = this.tokens[this.at - 1]?.text ?? '';
    if (before === '::') return this.qualified(scope);
    const isOnThis = this.tokens[this.at - 2]?.text === 'this' && !ACCESS.test(this.tokens[this.at - 3]?.text ?? '');
    if (!ACCESS.test(before) || isOnThis) return this.unqualified(scope);
    return scope === undefined ? 'other' : this.onObject(scope);
  }

  /** `Class::Name(`, `Class<1>::Name(`, `space::Name(`, `::Name(`. */
  private qualified(scope: string | undefined): Told {
    const named = typeBefore(this.tokens, this.at - 2)?.name;
    if (named === undefined || this.isKeyword(named)) return scope === undefined ? 'meant' : 'other';
    if (scope === undefined) return this.hasMethod(named) ? 'other' : 'meant';
    return named === scope || this.derives(named, scope) ? 'meant' : 'other';
  }

  private isKeyword(name: string): boolean {
    return /^(?:return|else|case|do|throw)$/.test(name);
  }

  /** `Name(`, `this->Name(`: of the class the call stands in, of one around it, or of none. */
  private unqualified(scope: string | undefined): Told {
    const { own, index } = this;
    if (scope === undefined) {
      // A class's own function hides the one outside.
      const isHidden = own !== undefined && this.hasMethod(own) && this.owners().includes('');
      return isHidden ? 'other' : 'meant';
    }
    if (own === undefined) {
      if (this.place.function === undefined) return this.byName(scope);
      return index.isNamespace(scope) ? 'meant' : 'other';
    }
    const { function: definition } = this.place;
    if (own === scope || definition?.name.split('::').includes(scope) === true) return 'meant';
    if (this.derives(own, scope)) return 'meant';
    if (this.scopeDerives(scope, own)) return this.inDerived(own);
    if (this.hasMethod(own)) return 'other';
    if (index.isNamespace(scope) && index.typeNamed(scope) === undefined) return 'meant';
    return this.byName(scope) === 'meant' ? 'meant' : this.isSeen(own) ? 'other' : 'untold';
  }

  /** `object.Name(`, `object->Name(`. */
  private onObject(scope: string): Told {
    const types = this.types();
    if (types.length === 0) return this.byName(scope);
    const told = types.map((type) => this.ofType(type.name, scope));
    // Behind an arrow of a smart pointer stands what it points to: any of the types may have the method.
    return told.includes('meant') ? 'meant' : told.includes('other') ? 'other' : 'untold';
  }

  private ofType(type: string, scope: string): Told {
    if (type === scope || this.derives(type, scope)) return 'meant';
    // A class that derives from the object's type has the method if that one lets it.
    if (this.scopeDerives(scope, type)) return this.inDerived(type);
    const isKnown = this.bases !== undefined || this.index.typeNamed(scope) !== undefined;
    if (this.hasMethod(type)) return isKnown || !this.isVirtual(type) ? 'other' : 'untold';
    return isKnown && this.isSeen(type) ? 'other' : 'untold';
  }

  private inDerived(base: string): Told {
    return !this.hasMethod(base) || this.isVirtual(base) ? 'meant' : 'other';
  }

  /** What can't be told from types: the one class that has such a method. */
  private byName(scope: string): Told {
    const owners = this.owners();
    // Classes that share the one from which they have it count as one: which of them is called is told at run time.
    const declaring = [scope, ...this.chainOf(scope)].filter((one) => owners.includes(one));
    const isOne = (one: string): boolean =>
      one === scope || this.scopeDerives(scope, one) || declaring.some((base) => this.derives(one, base));
    return owners.length > 0 && owners.every(isOne) ? 'meant' : 'untold';
  }

  /** Names of what the class of the judged method derives from, as far as it is seen there or here. */
  private chainOf(scope: string): readonly string[] {
    const here = this.index.chain({ name: scope, args: [] }).map(({ name }) => name);
    return [...(this.bases ?? []), ...here];
  }

  private scopeDerives(scope: string, from: string): boolean {
    return this.bases?.includes(from) === true || this.derives(scope, from);
  }

  /** Types of the object, one of which has the method; none where they are not seen. */
  private types(): readonly TypeUse[] {
    return (this.knownTypes ??= this.readTypes());
  }

  private readTypes(): readonly TypeUse[] {
    const { tokens, at, index } = this;
    const start = pathStart(tokens, at);
    if (start < 0 || tokens[start - 1]?.text === '::') return [];
    const type = this.names.objects.of(tokens.slice(start, at - 1), this.place);
    if (type === undefined) return [];
    const isArrow = tokens[at - 1]?.text === '->';
    const pointed = this.pointedBy(type.name);
    if (pointed !== undefined) return [{ name: pointed, args: [] }];
    const info = index.typeNamed(type.name);
    const isOfClass = type.outer !== undefined && index.typeNamed(type.outer) !== undefined;
    if (isOfClass && isArrow && (info === undefined || info.alias !== undefined)) {
      // `Buffer::Pointer`: several classes have a type of that name, each its own.
      return this.hasMethod(type.outer ?? '') ? [{ name: type.outer ?? '', args: [] }] : [];
    }
    if (!isArrow) return [type];
    const inside = index.chain(type).flatMap(({ args }) => {
      const use = readUse(args[0] ?? [], 0);
      return use ? [use.type] : [];
    });
    return inside.some(({ name }) => this.hasMethod(name)) ? inside : [type, ...inside];
  }

  /** `typedef Class *PCLASS;` */
  private pointedBy(name: string): string | undefined {
    if (this.index.typeNamed(name)) return undefined;
    return this.index.pointerType(name);
  }

  private derives(type: string, from: string): boolean {
    return this.index.chain({ name: type, args: [] }).some(({ name }) => name === from);
  }

  /** Whether the type and all it derives from are at hand. */
  private isSeen(type: string): boolean {
    return this.index.chain({ name: type, args: [] }).every(({ name }) => this.index.typeNamed(name) !== undefined);
  }

  private owners(): readonly string[] {
    return this.index.functionsDeclared(this.name).map(({ owner }) => owner);
  }

  private hasMethod(type: string): boolean {
    const owners = this.owners();
    return this.index.chain({ name: type, args: [] }).some(({ name }) => owners.includes(name));
  }

  private isVirtual(type: string): boolean {
    const chain = new Set(this.index.chain({ name: type, args: [] }).map(({ name }) => name));
    return this.index.functionsDeclared(this.name).some(({ owner, isVirtual }) => isVirtual && chain.has(owner));
  }
}

function ownClass({ function: definition }: Place): string | undefined {
  return definition && (splitName(definition).scope ?? definition.scope);
}
