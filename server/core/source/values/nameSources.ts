/**
 * What names are looked up in: one translation unit as it is read, and what the rest of its project brings.
 */
import type { Externals } from '../externals';
import type { FunctionDefinition } from '../syntax/functionHead';
import type { MaskedSource } from '../text/mask';
import type { SourceText } from '../text/sourceText';
import type { Branch, TranslationUnit } from '../translationUnit';

export interface NameSources {
  readonly unit: TranslationUnit;
  /** The root as it is being read. */
  readonly masked: MaskedSource;
  readonly externals: Externals;
  /** The function of the root around an offset. */
  readonly functionAt: (offset: number) => FunctionDefinition | undefined;
  /** Stretches of the root that are not read. */
  readonly hidden: readonly Branch[];
  /** A header's masked text, for its declarations. */
  readonly maskedHeader: (source: SourceText) => MaskedSource;
  /** Of the root. */
  readonly language: 'c' | 'cpp';
}
