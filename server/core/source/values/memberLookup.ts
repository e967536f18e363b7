/**
 * Value of a member of the project's own structures: what the root's initializers and assignments put into it. Known for
 * certain only where nothing else can set it: the structure is the source's own, or the object is constant.
 */
import { isNothing, NO_VALUE, unite, unknown, type TagValue } from './evaluate';
import type { FunctionDefinition } from '../syntax/functionHead';
import type { Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import { ownerOf, seenOutside } from './owners';
import type { Place } from './place';
import { isSetThroughAddress, memberValues, type MemberValue } from '../syntax/structures';
import type { TranslationUnit } from '../translationUnit';
import type { UnitIndex } from './unitIndex';

export interface MemberSources {
  readonly unit: TranslationUnit;
  readonly masked: MaskedSource;
  readonly functionAt: (offset: number) => FunctionDefinition | undefined;
}

const SOURCE = /\.(?:c|cc|cpp|cxx)$/i;

export class MemberLookup {
  private readonly resolving = new Set<string>();
  private readonly known = new Map<string, TagValue>();

  constructor(
    private readonly index: UnitIndex,
    private readonly sources: MemberSources,
    private readonly evaluate: (tokens: readonly Token[], place: Place) => TagValue,
  ) {}

  /** `object` is the variable the member is read from; undefined where it is none. */
  value(object: string | undefined, member: string, place: Place): TagValue {
    const key = `${object ?? ''} ${member}`;
    const known = this.known.get(key);
    if (known) return known;
    if (this.resolving.has(key)) return NO_VALUE;
    this.resolving.add(key);
    try {
      const value = this.find(object, member, place);
      this.known.set(key, value);
      return value;
    } finally {
      this.resolving.delete(key);
    }
  }

  private find(object: string | undefined, member: string, place: Place): TagValue {
    const { masked, unit } = this.sources;
    const open = unknown(`member '${member}' is set at run time`);
    const found = this.index.structuresWith(member);
    const [first] = found;
    // Two structures with such a member can't be told apart by it.
    if (first === undefined || found.length > 1) return open;
    masked.open([member, ...first.structure.names]);
    const values = memberValues(masked, first.structure, member);
    const fixed = object === undefined ? [] : this.constant(object, values);
    if (fixed.length > 0) return unite(fixed.map(({ tokens }) => this.evaluate(tokens, { offset: place.offset })));
    const set = unite(values.map((value) => this.assigned(value, member)));
    const tags = set.tags.filter((tag) => tag !== 0);
    if (isNothing({ ...set, tags })) return open;
    const isOwn = first.source === unit.root && SOURCE.test(unit.root.path);
    const isWhole = isOwn && !isSetThroughAddress(masked, member);
    return unite([{ ...set, tags }, ...(isWhole ? [] : [open])]);
  }

  /** The initializer of an object that is declared constant. */
  private constant(object: string, values: readonly MemberValue[]): MemberValue[] {
    const declared = this.index.declared(object).flatMap(({ list }) => list);
    if (declared.length !== 1 || declared[0]?.kind !== 'constant' || declared[0].isArray) return [];
    return values.filter((value) => value.object === object);
  }

  private assigned({ tokens, offset }: MemberValue, member: string): TagValue {
    const definition = this.sources.functionAt(offset);
    const there: Place = { offset, ...(definition && { function: definition }) };
    const value = this.evaluate(tokens, there);
    const [parameter] = value.parameters;
    if (parameter === undefined || definition === undefined) return value;
    const late = unknown(`member '${member}' is set at run time, from parameter '${parameter}' of ${definition.name}`);
    return unite([late, seenOutside(value, ownerOf(there, undefined))]);
  }
}
