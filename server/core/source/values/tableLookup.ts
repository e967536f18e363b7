/**
 * Elements of the arrays that a name may mean at a place: constants, a file's own arrays, a function's, those of a body
 * that is evaluated. What may be filled out of sight has no elements.
 */
import { parseExpression, type QualifiedName } from '../syntax/expression';
import type { FunctionDefinition } from '../syntax/functionHead';
import { tokenAt, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import { placesOf } from '../text/namePlaces';
import type { Branch, TranslationUnit } from '../translationUnit';
import { constant, isConstant, unite, type StoredText, type TagValue } from './evaluate';
import type { LocalValues } from './locals';
import { meantDeclarations } from './meantDeclarations';
import { unbraced } from './memberLookup';
import { ownerOf, seenOutside } from './owners';
import type { Place } from './place';
import { elementsOf, elementStores, type Table } from './tables';
import type { UnitIndex } from './unitIndex';

export interface TableSources {
  readonly unit: TranslationUnit;
  readonly masked: MaskedSource;
  readonly hidden: readonly Branch[];
  readonly functionAt: (offset: number) => FunctionDefinition | undefined;
  readonly index: UnitIndex;
  readonly value: (tokens: readonly Token[], place: Place) => TagValue;
  readonly localAt: (name: string, definition: FunctionDefinition, offset: number) => LocalValues;
}

interface PlacedTable extends Table {
  /** Where the initializer's names are read. */
  readonly place: Place;
  /** Of one function: its parameters mean the same in all stores. */
  readonly isLocal?: true;
}

const SOURCE = /\.(?:c|cc|cpp|cxx)$/i;

export class TableLookup {
  constructor(private readonly sources: TableSources) {}

  /** The text of an array of characters. */
  text(name: QualifiedName, place: Place): StoredText | undefined {
    const table = this.table(name, place);
    const text = table?.stores.length === 0 ? parseExpression(unbraced(table.initializer)) : undefined;
    return text?.kind === 'string' ? text : undefined;
  }

  /** What each element may be; undefined: not known, or no array. */
  elements(name: QualifiedName, place: Place): readonly TagValue[] | undefined {
    const table = this.table(name, place);
    if (table === undefined) return undefined;
    const { value } = this.sources;
    const indexOf = (tokens: readonly Token[]): number | undefined => {
      const index = value(tokens, table.place);
      return isConstant(index) ? index.tags[0] : undefined;
    };
    const parts = elementsOf(table.initializer, indexOf);
    const stored = table.stores.map(({ at, tokens }) => this.stored(at, tokens, table.isLocal === true));
    return parts?.map((part) => unite([part ? value(part, table.place) : constant(0), ...stored]));
  }

  private stored(at: number, tokens: readonly Token[], isLocal: boolean): TagValue {
    const offset = this.sources.masked.tokens[at]?.start ?? 0;
    const definition = this.sources.functionAt(offset);
    const there: Place = { offset, ...(definition && { function: definition }) };
    const value = this.sources.value(tokens, there);
    return isLocal ? value : seenOutside(value, ownerOf(there, undefined));
  }

  private table(name: QualifiedName, place: Place): PlacedTable | undefined {
    const last = name.path.at(-1) ?? '';
    if (name.path.length === 1) {
      const own = place.tables?.get(last);
      if (own) return { initializer: own, stores: [], place };
      if (place.bound?.has(last)) return undefined;
      if (place.function?.parameters.includes(last)) return undefined;
      const local = place.function && this.sources.localAt(last, place.function, place.offset);
      if (place.function && local?.declared) return this.local(last, place.function, local.declaredAt);
    }
    const [found] = meantDeclarations(this.sources.index, name, place);
    const [first, ...more] = found?.list ?? [];
    if (found === undefined || first?.initializer === undefined || more.length > 0) return undefined;
    const { kind, isArray, isStatic, initializer } = first;
    const there: Place = { offset: place.offset };
    if (kind === 'constant') return { initializer, stores: [], place: there };
    // Another file may fill an array that it can name.
    const { unit } = this.sources;
    if (
      kind !== 'variable' ||
      isArray !== true ||
      !isStatic ||
      found.source !== unit.root ||
      !SOURCE.test(unit.root.path)
    )
      return undefined;
    const stores = this.isInHidden(last) ? undefined : this.storesInFile(last);
    return stores && { initializer, stores, place: there };
  }

  /** An array of a function, declared at an offset. */
  private local(name: string, definition: FunctionDefinition, declaredAt: number | undefined): PlacedTable | undefined {
    const { masked, localAt } = this.sources;
    const { tokens, match } = masked;
    if (declaredAt === undefined || this.isInHidden(name)) return undefined;
    const at = tokenAt(tokens, declaredAt);
    const close = tokens[at + 1]?.text === '[' ? (match[at + 1] ?? -1) : -1;
    const brace = tokens[close + 1]?.text === '=' ? close + 2 : close + 1;
    const end = close < 0 || tokens[brace]?.text !== '{' ? -1 : (match[brace] ?? -1);
    if (end < 0) return undefined;
    const [from, to] = [tokenAt(tokens, definition.bodyStart), tokenAt(tokens, definition.bodyEnd)];
    const uses = placesOf(tokens, name, from, to).filter(
      (use) => localAt(name, definition, tokens[use]?.start ?? 0).declaredAt === declaredAt,
    );
    const stores = elementStores(masked, uses);
    const place: Place = { offset: declaredAt, function: definition };
    return stores && { initializer: tokens.slice(brace, end + 1), stores, place, isLocal: true };
  }

  private storesInFile(name: string): Table['stores'] | undefined {
    const { masked, functionAt, localAt } = this.sources;
    masked.open([name]);
    const { tokens } = masked;
    const uses = placesOf(tokens, name, 0, tokens.length).filter((at) => {
      const offset = tokens[at]?.start ?? 0;
      const definition = functionAt(offset);
      if (definition === undefined) return true;
      return !definition.parameters.includes(name) && !localAt(name, definition, offset).declared;
    });
    return elementStores(masked, uses);
  }

  /** Whether a branch that is not read, but may be compiled, names it. */
  private isInHidden(name: string): boolean {
    const { hidden, unit } = this.sources;
    return hidden.some(({ reach, start, end }) => reach === 'maybe' && unit.root.text.slice(start, end).includes(name));
  }
}
