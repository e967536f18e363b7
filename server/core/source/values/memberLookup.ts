/**
 * Value of a member of the project's own structures and classes: what initializers and assignments put into it, here and
 * in the project's other files. Known for certain only where nothing else is seen to set it: see memberHazards.ts.
 */
import type { Externals, MemberStores } from '../externals';
import { escapedName } from '../lifetimes/memberStores';
import { declaredType, plainType } from '../lifetimes/pointerPaths';
import type { FunctionDefinition } from '../syntax/functionHead';
import { memberValues, MOST_VALUES, type MemberValue } from '../syntax/memberValues';
import { memberKey, ofMemberKey, type Structure } from '../syntax/structures';
import { tokenAt, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import { soughtName } from '../text/textWords';
import type { Branch, TranslationUnit } from '../translationUnit';
import { isNothing, NO_VALUE, unite, unknown, type TagValue } from './evaluate';
import { memberHazards } from './memberHazards';
import { ownerOf, seenOutside, splitName } from './owners';
import type { Place } from './place';
import { objectType } from './structureTypes';
import type { UnitIndex } from './unitIndex';

export interface MemberSources {
  readonly unit: TranslationUnit;
  readonly masked: MaskedSource;
  readonly externals: Externals;
  /** Stretches of the root that are not read. */
  readonly hidden: readonly Branch[];
  readonly functionAt: (offset: number) => FunctionDefinition | undefined;
}

interface Found {
  readonly structure: Structure;
  /** No other file can name the structure. */
  readonly isOwn: boolean;
}

/** What the root puts into a member. */
interface Contents {
  readonly values: readonly MemberValue[];
  readonly value: TagValue;
}

const SOURCE = /\.(?:c|cc|cpp|cxx)$/i;

export class MemberLookup {
  /** Keys of members that other files may set. */
  readonly asked = new Set<string>();
  private readonly resolving = new Set<string>();
  private readonly known = new Map<string, TagValue>();
  private readonly contents = new Map<string, Contents>();
  /** Members whose contents are being put together: what is found meanwhile is not all. */
  private readonly open = new Set<string>();

  constructor(
    private readonly index: UnitIndex,
    private readonly sources: MemberSources,
    private readonly evaluate: (tokens: readonly Token[], place: Place) => TagValue,
  ) {}

  /** `object` is the variable the member is read from; undefined where it is none. */
  value(object: string | undefined, member: string, place: Place): TagValue {
    const type = object === undefined ? undefined : this.typeOf(object, place.function);
    return this.once(`${object ?? ''} ${type ?? ''} ${member}`, () => {
      const found = this.structureOf(type, member);
      return found === undefined ? setAtRunTime(member) : this.find(found, object, member, place);
    });
  }

  /** Value of a class's own member, as its methods name it. */
  ofClass(name: string, member: string, place: Place): TagValue {
    return this.once(`class ${name} ${member}`, () => {
      const found = this.structureOf(name, member);
      return found?.structure.names.has(name) === true ? this.find(found, 'this', member, place) : NO_VALUE;
    });
  }

  /**
   * Key of the member named at token `at`, behind a `.` or `->` or, without one, in a method of its class; undefined where
   * the structure can't be told: a type that is not at hand may have such a member, too.
   */
  keyAt(tokens: readonly Token[], at: number, place: Place): string | undefined {
    const member = tokens[at]?.text ?? '';
    const classAt = ({ function: within }: Place): string | undefined =>
      within && (splitName(within).scope ?? within.scope);
    const isPlain = !/^(?:\.|->)$/.test(tokens[at - 1]?.text ?? '');
    const type = isPlain
      ? classAt(place)
      : objectType(tokens, at - 1, place, {
          maskedWith: (name) => this.index.maskedWith(name),
          typeOf: (variable, there) => this.typeOf(variable, there.function),
          classAt,
        });
    const found = this.structureOf(type, member);
    if (found === undefined || (type === undefined ? isPlain : !isNamed(found.structure, type))) return undefined;
    return memberKey(found.structure, member);
  }

  private once(key: string, find: () => TagValue): TagValue {
    const known = this.known.get(key);
    if (known) return known;
    if (this.resolving.has(key)) return NO_VALUE;
    this.resolving.add(key);
    try {
      const isPart = this.open.size > 0;
      const value = find();
      if (!isPart) this.known.set(key, value);
      return value;
    } finally {
      this.resolving.delete(key);
    }
  }

  /** The structure with that member: the one of that type, else the only one. */
  private structureOf(type: string | undefined, member: string): Found | undefined {
    const { root } = this.sources.unit;
    const found = this.index
      .structuresWith(member)
      .map(({ structure, source }) => ({ structure, isOwn: source === root && SOURCE.test(root.path) }));
    const [only, ...more] = found;
    if (more.length === 0) return only;
    return found.find(({ structure }) => type !== undefined && isNamed(structure, type));
  }

  private find({ structure, isOwn }: Found, object: string | undefined, member: string, place: Place): TagValue {
    const known = this.contentsOf(structure, member);
    // `a->Tag = b->Tag` adds nothing to what is being put together.
    if (known === undefined) return NO_VALUE;
    const { values, value: contents } = known;
    const fixed = object === undefined ? [] : this.constant(object, values);
    if (fixed.length > 0) return unite(fixed.map(({ tokens }) => this.evaluate(tokens, { offset: place.offset })));
    const key = memberKey(structure, member);
    if (!isOwn) this.asked.add(key);
    const elsewhere = isOwn ? NO_VALUE : this.sources.externals.members?.get(key);
    const shared = structure.isShared ? [unknown(`member '${member}' shares its bytes with others of a union`)] : [];
    const set = unite([contents, elsewhere ?? setAtRunTime(member), ...shared]);
    const tags = set.tags.filter((tag) => tag !== 0);
    return isNothing({ ...set, tags }) ? setAtRunTime(member) : { ...set, tags };
  }

  /** What the root puts into the members the project asks about. */
  answers(): MemberStores[] {
    const { externals, unit } = this.sources;
    return [...(externals.askedMembers ?? [])].flatMap((key) => {
      const { structure, member } = ofMemberKey(key);
      if (![member, ...structure.names].some((name) => unit.root.mayHold(soughtName(name)))) return [];
      const seen = this.index.structuresWith(member).find((one) => memberKey(one.structure, member) === key);
      const asked = seen?.structure ?? structure;
      const value = this.contentsOf(asked, member)?.value;
      return value === undefined || isNothing(value) ? [] : [{ key, value }];
    });
  }

  /** Undefined while it is being put together. */
  private contentsOf(structure: Structure, member: string): Contents | undefined {
    const key = memberKey(structure, member);
    const known = this.contents.get(key);
    if (known !== undefined || this.open.has(key)) return known;
    this.open.add(key);
    const values = this.stores(structure, member);
    const found = {
      values,
      value: unite([this.united(structure, member, values), ...this.initial(structure, member)]),
    };
    this.open.delete(key);
    if (this.open.size === 0) this.contents.set(key, found);
    return found;
  }

  /** What the class itself says the member holds in a new object: `ULONG m_Tag = 'derF';`. */
  private initial({ names }: Structure, member: string): TagValue[] {
    return this.index.declared(member).flatMap(({ source, list }) =>
      list.flatMap(({ isMember, isStatic, kind, scopes, name, initializer }) => {
        if (!isMember || isStatic || kind !== 'variable' || initializer === undefined) return [];
        if (!names.has(scopes.at(-1) ?? '')) return [];
        const offset = source === this.sources.unit.root ? name.start : Number.MAX_SAFE_INTEGER;
        return this.evaluate(unbraced(initializer), { offset });
      }),
    );
  }

  /** Stores into the member, but those that are seen to be into another structure's of that name. */
  private stores(structure: Structure, member: string): MemberValue[] {
    const { masked, functionAt } = this.sources;
    masked.open([member, ...structure.names]);
    const isMethod = (offset: number): boolean => {
      const definition = functionAt(offset);
      const scope = definition && (splitName(definition).scope ?? definition.scope);
      return scope !== undefined && this.isOf(scope, structure) && definition?.parameters.includes(member) !== true;
    };
    const others = this.index.structuresWith(member).map((one) => one.structure);
    return memberValues(masked, structure, member, isMethod).filter(({ object, offset }) => {
      if (object === undefined || object === 'this') return object === undefined || isMethod(offset);
      const type = this.typeOf(object, functionAt(offset));
      if (type === undefined || isNamed(structure, type)) return true;
      return !others.some((other) => isNamed(other, type)) && structure.members.length > 0;
    });
  }

  /** Whether a class is the structure, or derives from it. */
  private isOf(scope: string, { names }: Structure): boolean {
    return names.has(scope) || this.index.chain({ name: scope, args: [] }).some(({ name }) => names.has(name));
  }

  /** What these stores, and what else may set the member here, put into it. */
  private united(structure: Structure, member: string, values: readonly MemberValue[]): TagValue {
    const { masked, functionAt } = this.sources;
    const isOfType = (name: string, offset: number): boolean => {
      const type = this.typeOf(name, functionAt(offset));
      return type !== undefined && isNamed(structure, type);
    };
    const reasons = memberHazards(masked, structure, member, isOfType);
    if (this.isSetInHidden(member)) reasons.push(`member '${member}' may be set under a condition that is not known`);
    if (this.index.passesListFor(structure.names))
      reasons.push(`member '${member}' may be set in a list that is passed on`);
    if (values.length >= MOST_VALUES) reasons.push(`member '${member}' is assigned too often`);
    return unite([...values.map((value) => this.assigned(value)), { ...NO_VALUE, reasons }]);
  }

  /** Whether a branch that is not read, but may be compiled, assigns to a member of that name. */
  private isSetInHidden(member: string): boolean {
    const { hidden, unit } = this.sources;
    const store = new RegExp(`(?:\\.|->)\\s*${escapedName(member)}\\s*=(?!=)`);
    return hidden.some(({ reach, start, end }) => reach === 'maybe' && store.test(unit.root.text.slice(start, end)));
  }

  /** The initializer of an object that is declared constant. */
  private constant(object: string, values: readonly MemberValue[]): MemberValue[] {
    const declared = this.index.declared(object).flatMap(({ list }) => list);
    if (declared.length !== 1 || declared[0]?.kind !== 'constant' || declared[0].isArray) return [];
    return values.filter((value) => value.object === object);
  }

  private assigned({ tokens, offset }: MemberValue): TagValue {
    const definition = this.sources.functionAt(offset);
    const there: Place = { offset, ...(definition && { function: definition }) };
    return seenOutside(this.evaluate(tokens, there), ownerOf(there, undefined));
  }

  /** Name of the type a variable of the function, or of the files at hand, is declared with. */
  private typeOf(object: string, definition: FunctionDefinition | undefined): string | undefined {
    const own = definition && declaredType(this.sources.masked, definition, object);
    if (own !== undefined) return own;
    const [first] = this.index.declared(object);
    const name = first?.list[0]?.name;
    const tokens = first && name ? this.index.tokensOf(first.source) : [];
    const at = name ? tokenAt(tokens, name.start) : 0;
    const word = tokens[tokens[at - 1]?.text === '*' ? at - 2 : at - 1];
    return word?.kind === 'name' ? plainType(word.text, tokens[at - 1]?.text === '*') : undefined;
  }
}

/** `{ value }` as value. */
export function unbraced(tokens: readonly Token[]): readonly Token[] {
  return tokens[0]?.text === '{' && tokens.at(-1)?.text === '}' ? tokens.slice(1, -1) : tokens;
}

function setAtRunTime(member: string): TagValue {
  return unknown(`member '${member}' is set at run time`);
}

/** Whether a type, pointers and prefixes aside, is this structure. */
function isNamed({ names }: Structure, type: string): boolean {
  return [...names].some((name) => plainType(name, false) === type || plainType(name, true) === type);
}
