/**
 * Constant arrays: the text of one of characters, the values of one of tags. What is filled at run time has neither.
 */
import { parseExpression, type QualifiedName } from '../syntax/expression';
import { splitArguments, type Token } from '../text/lexer';
import type { StoredText, TagValue } from './evaluate';
import { meantDeclarations } from './meantDeclarations';
import { unbraced } from './memberLookup';
import type { ObjectSources } from './objectTypes';
import type { Place } from './place';
import type { UnitIndex } from './unitIndex';

const MOST_ELEMENTS = 256;

export class ConstantArrays {
  constructor(
    private readonly index: UnitIndex,
    private readonly localAt: ObjectSources['localAt'],
    private readonly value: (tokens: readonly Token[], place: Place) => TagValue,
  ) {}

  text(name: QualifiedName, place: Place): StoredText | undefined {
    const tokens = this.array(name, place);
    const text = tokens && parseExpression(unbraced(tokens));
    return text?.kind === 'string' ? text : undefined;
  }

  elements(name: QualifiedName, place: Place): readonly TagValue[] | undefined {
    const tokens = this.array(name, place);
    if (tokens?.[0]?.text !== '{' || tokens.at(-1)?.text !== '}') return undefined;
    const parts = splitArguments(tokens, 1, tokens.length - 1).filter((part) => part.length > 0);
    return parts.slice(0, MOST_ELEMENTS).map((part) => this.value(part, { offset: place.offset }));
  }

  /** Initializer of the constant array a name means. */
  private array(name: QualifiedName, place: Place): readonly Token[] | undefined {
    const last = name.path.at(-1) ?? '';
    if (name.path.length === 1 && place.function && this.localAt(last, place.function, place.offset).declared)
      return undefined;
    const [found] = meantDeclarations(this.index, name, place);
    const [first, ...more] = found?.list ?? [];
    return first?.kind === 'constant' && more.length === 0 ? first.initializer : undefined;
  }
}
