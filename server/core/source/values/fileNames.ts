/**
 * What a name means that no function has for itself: enumerators, constants and variables of the root and what it
 * includes, a WDK tag, a macro of an untaken branch, or a name the rest of the project defines.
 */
import type { SourceLocation } from '../../../../src/shared/facts';
import type { NamedValue } from '../externals';
import type { Declaration } from '../syntax/declarations';
import type { QualifiedName } from '../syntax/expression';
import type { Token } from '../text/lexer';
import type { SourceText } from '../text/sourceText';
import { WDK_TAGS } from '../text/wdkDefines';
import { constant, isNothing, unite, unknown, type TagValue } from './evaluate';
import { localValues, type LocalValues } from './locals';
import { meantDeclarations } from './meantDeclarations';
import { unbraced, type MemberLookup } from './memberLookup';
import type { NameSources } from './nameSources';
import { ownerOf, seenOutside, splitName } from './owners';
import { locate, type Place } from './place';
import type { UnitIndex } from './unitIndex';

/** Where a name gets its value, and the value. */
export interface Definition {
  readonly value: TagValue;
  readonly definedAt?: SourceLocation;
  /** The macro that was asked about. */
  readonly macro?: string;
}

export interface FileNameSources extends NameSources {
  readonly index: UnitIndex;
  readonly members: MemberLookup;
  /** Of an expression at a place. */
  readonly value: (tokens: readonly Token[], place: Place) => TagValue;
  /** Gets the names that nothing at hand defines. */
  readonly open: Set<string>;
  /** Whether a name is a parameter or variable of the function around a place. */
  readonly isOfFunction: (name: string, place: Place) => boolean;
}

export class FileNames {
  /** Names that were looked for in the project's externals. */
  readonly asked = new Set<string>();

  constructor(private readonly sources: FileNameSources) {}

  /** What the name means at a place. */
  definition(name: QualifiedName, place: Place): Definition {
    return this.declared(name, place) ?? this.elsewhere(name.path.at(-1) ?? '', place);
  }

  /** Value of one of the root's own declarations. */
  valueOf(declaration: Declaration): TagValue {
    return this.declaredValue(declaration, this.sources.unit.root, { offset: Number.MAX_SAFE_INTEGER }).value;
  }

  private outside(name: string): readonly NamedValue[] {
    this.asked.add(name);
    return this.sources.externals.values.get(name) ?? [];
  }

  /** Declarations that a name at a place may mean, in the root, then in the closure, nearest first. */
  private declared(name: QualifiedName, place: Place): Definition | undefined {
    const last = name.path.at(-1) ?? '';
    let extern: Definition | undefined;
    const meant = meantDeclarations(this.sources.index, name, place);
    // A specialization and what it is one of may stand in different files.
    const isSpecial = meant.some(({ list }) => list.some(({ angles }) => angles));
    const all: Definition[] = [];
    for (const { source, list, bound } of meant) {
      const there = bound.size > 0 ? { ...place, bound: this.boundValues(bound, place) } : place;
      const known = list.filter((one) => one.kind !== 'extern');
      all.push(...known.map((one) => this.declaredValue(one, source, there)));
      const [first] = all;
      if (first && (!isSpecial || source === meant.at(-1)?.source))
        return { ...first, value: unite(all.map(({ value }) => value)) };
      extern ??= { value: unknown(`'${last}' is declared extern and defined elsewhere`) };
    }
    const [special] = all;
    if (special) return { ...special, value: unite(all.map(({ value }) => value)) };
    if (extern === undefined) return undefined;
    const assigned = this.assignedHere(last);
    const outside = this.outside(last);
    if (assigned.length === 0 && outside.length === 0) return extern;
    const first = outside.find((entry) => entry.isAssigned !== true) ?? outside[0];
    return {
      value: unite([...assigned, ...outside.map((entry) => entry.value)]),
      ...(first && { definedAt: first.definedAt }),
    };
  }

  private boundValues(bound: ReadonlyMap<string, readonly Token[]>, place: Place): ReadonlyMap<string, TagValue> {
    return new Map([...bound].map(([name, tokens]) => [name, this.sources.value(tokens, place)]));
  }

  private declaredValue(declaration: Declaration, source: SourceText, place: Place): Definition {
    const where = locate(source, declaration.name.start, declaration.name.end);
    const name = declaration.name.text;
    const at: Place = {
      offset: source === this.sources.unit.root ? Math.max(place.offset, declaration.name.start) : place.offset,
      ...(place.bound && { bound: place.bound }),
    };
    const initial = declaration.initializer && this.sources.value(unbraced(declaration.initializer), at);
    if (declaration.kind === 'enumerator') {
      const first = initial ?? constant(0);
      return { value: { ...first, tags: first.tags.map((tag) => (tag + declaration.steps) >>> 0) }, ...where };
    }
    if (declaration.kind === 'constant')
      return { value: initial ?? unknown(`'${name}' has no initializer here`), ...where };
    const ofClass = this.ofClass(declaration, place);
    if (ofClass) return { value: ofClass, ...where };
    const assigned = this.assignedHere(name, declaration);
    const outside = declaration.isStatic ? [] : this.outside(name).map((entry) => entry.value);
    // A zero is what a variable holds until somebody sets it; it is no tag.
    const known = unite([...(initial ? [initial] : []), ...assigned, ...outside]);
    const value = { ...known, tags: known.tags.filter((tag) => tag !== 0) };
    return { value: isNothing(value) ? unknown(`variable '${name}' is set at run time`) : value, ...where };
  }

  /** A class's own member, which methods in any file may set. */
  private ofClass({ name, isMember, isStatic, scopes }: Declaration, place: Place): TagValue | undefined {
    const owner = scopes.at(-1);
    if (!isMember || isStatic || owner === undefined) return undefined;
    const isStaticThere = (one: Declaration): boolean => one.isStatic && one.isMember && one.scopes.at(-1) === owner;
    if (this.sources.index.declared(name.text).some(({ list }) => list.some(isStaticThere))) return undefined;
    const value = this.sources.members.ofClass(owner, name.text, place);
    return isNothing(value) ? undefined : value;
  }

  /** Values assigned to a file-level variable, or a class's, by functions of the root. */
  assignedHere(name: string, declaration?: Declaration): TagValue[] {
    const found = localValues(this.sources.masked, undefined, name);
    const values = [...found.reasons, ...writtenBy(this.sources.index, name, found)].map(unknown);
    for (const { tokens, offset, isListed } of found.assigned) {
      const definition = this.sources.functionAt(offset);
      if (definition === undefined && isListed) continue;
      if (this.sources.isOfFunction(name, { offset, ...(definition && { function: definition }) })) continue;
      const scope = definition && (splitName(definition).scope ?? '');
      if (scope !== undefined && declaration?.isMember === true && !declaration.scopes.includes(scope)) continue;
      const there: Place = { offset, ...(definition && { function: definition }) };
      const value = this.sources.value(tokens, there);
      // Before that function ran it holds something else.
      const [parameter] = value.parameters;
      if (parameter !== undefined && definition)
        values.push(unknown(`'${name}' is set at run time, from parameter '${parameter}' of ${definition.name}`));
      values.push(seenOutside(value, ownerOf(there, undefined)));
    }
    return values;
  }

  private elsewhere(name: string, place: Place): Definition {
    const wdk = WDK_TAGS.get(name);
    if (wdk !== undefined) return { value: constant(wdk) };
    this.sources.open.add(name);
    const outside = this.outside(name);
    if (outside.length > 0) {
      const [first] = outside;
      return { value: unite(outside.map((entry) => entry.value)), ...(first && { definedAt: first.definedAt }) };
    }
    const untaken = this.sources.unit.macros.untaken(name).filter((macro) => macro.parameters === undefined);
    const [macro] = untaken;
    if (macro) {
      const value = unite(untaken.map((one) => this.sources.value(one.body, place)));
      return { value, ...locate(macro.source, macro.start, macro.end) };
    }
    return { value: unknown(`'${name}' is not defined in the files at hand`) };
  }
}

/** Functions that take a name by reference: what they put into it is not seen. */
export function writtenBy(index: UnitIndex, name: string, { passed }: LocalValues): string[] {
  return passed.filter(index.mayWrite).map(({ callee }) => `'${name}' is passed to ${callee} by reference`);
}
