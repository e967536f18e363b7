/**
 * Which of the declarations of a name are meant at a place: those of the class or namespace in front of it, of the class
 * it is used in, or those outside of classes. Evaluates nothing.
 */
import type { Declaration } from '../syntax/declarations';
import type { QualifiedName } from '../syntax/expression';
import { numberValue } from '../syntax/literals';
import type { TypeUse } from '../syntax/types';
import type { Token } from '../text/lexer';
import type { SourceText } from '../text/sourceText';
import { splitName } from './owners';
import type { Place } from './place';
import type { UnitIndex } from './unitIndex';

/** Declarations of one file that a name may mean. */
export interface Meant {
  readonly source: SourceText;
  readonly list: readonly Declaration[];
  /** Tokens that the parameters of a template around them stand for. */
  readonly bound: ReadonlyMap<string, readonly Token[]>;
}

const NOTHING_BOUND: ReadonlyMap<string, readonly Token[]> = new Map();

/** What a name means, the nearest file first. */
export function meantDeclarations(index: UnitIndex, name: QualifiedName, place: Place): Meant[] {
  const { path, angles } = name;
  const last = path.at(-1) ?? '';
  const declared = index.declared(last).map((one) => ({ ...one, bound: NOTHING_BOUND }));
  if (declared.length === 0) return [];
  const qualifier = path.at(-2);
  const [own] = [angles?.at(-1)];
  if (own)
    return specialized(index, declared, own).map((one) => ({ ...one, bound: index.bound({ name: last, args: own }) }));
  if (qualifier !== undefined) {
    const inside = within(index, declared, { name: qualifier, args: angles?.at(-2) ?? [] });
    return settled(inside.length > 0 ? inside : declared);
  }
  const scope = place.function && (splitName(place.function).scope ?? place.function.scope);
  const inside = scope === undefined ? [] : within(index, declared, { name: scope, args: [] }, true);
  if (inside.length > 0) return settled(inside);
  const free = narrowed(declared, (one) => !one.isMember);
  return settled(free.length > 0 ? free : declared);
}

/** Declarations in a class, in what it stands for, or in the nearest class it derives from; in a namespace or enumeration. */
function within(index: UnitIndex, declared: readonly Meant[], owner: TypeUse, isInside = false): Meant[] {
  for (const type of index.chain(owner, isInside)) {
    // `Outer::Tag` is that of Outer itself, unless only what stands inside of it (an enumeration) has one.
    const own = narrowed(declared, (one) => one.scopes.at(-1) === type.name);
    const inside = own.length > 0 ? own : narrowed(declared, (one) => one.scopes.includes(type.name));
    if (inside.length > 0)
      return specialized(index, inside, type.args).map((one) => ({ ...one, bound: index.bound(type) }));
  }
  return [];
}

/** Of specializations the one for these arguments; where that can't be told, all that may be for them. */
function specialized(index: UnitIndex, declared: readonly Meant[], args: TypeUse['args']): readonly Meant[] {
  if (!declared.some(({ list }) => list.some(({ angles }) => angles))) return declared;
  const exact = narrowed(declared, ({ angles }) => angles !== undefined && spelled(angles) === spelled(args));
  if (exact.length > 0) return exact;
  return narrowed(declared, ({ angles }) => angles?.some((angle, at) => isOther(index, angle, args[at])) !== true);
}

function spelled(args: TypeUse['args']): string {
  return args.map((arg) => arg.map((token) => token.text).join(' ')).join();
}

/** Whether two arguments are surely not the same: literals of different values, classes of different names. */
function isOther(index: UnitIndex, one: readonly Token[], other: readonly Token[] = []): boolean {
  const [a, b] = [one[0], other[0]];
  if (one.length !== 1 || other.length !== 1 || a === undefined || b === undefined) return false;
  if (a.kind === 'number' && b.kind === 'number') return numberValue(a.text) !== numberValue(b.text);
  return a.text !== b.text && [a, b].every(({ kind, text }) => kind === 'name' && isClass(index, text));
}

function isClass(index: UnitIndex, name: string): boolean {
  if (/^(?:int|char|bool|float|double)$/.test(name)) return true;
  const type = index.typeNamed(name);
  return type !== undefined && type.alias === undefined;
}

function narrowed(declared: readonly Meant[], keep: (declaration: Declaration) => boolean): Meant[] {
  return declared.flatMap((one) => {
    const list = one.list.filter(keep);
    return list.length > 0 ? [{ ...one, list }] : [];
  });
}

/** In each file the definitions; declarations without a value count where no other is. */
function settled(declared: readonly Meant[]): Meant[] {
  const withValue = (one: Declaration): boolean => one.initializer !== undefined || one.kind === 'enumerator';
  const defined = narrowed(declared, withValue);
  if (defined.length === 0) return [...declared];
  return [...defined, ...declared.filter((one) => !one.list.some(withValue))];
}
