/**
 * What the lifetimes of one file are read from: one reading of its text, and what its unit knows. Values alone.
 */
import type { ArgumentPlace } from '../syntax/argumentPlace';
import type { FunctionIndex } from '../syntax/functions';
import type { MaskedSource } from '../text/mask';
import type { Branch, TranslationUnit } from '../translationUnit';
import type { StructuresWith } from './memberKeys';

export interface PointerReading {
  readonly masked: MaskedSource;
  readonly functions: FunctionIndex;
  readonly unit: TranslationUnit;
  /** Stretches the reading leaves out: what they assign counts as unknown. */
  readonly hidden: readonly Branch[];
  /** Whether a function may write through an argument that it takes by reference. */
  readonly mayWrite: (place: ArgumentPlace) => boolean;
  readonly structuresWith: StructuresWith;
  /** Members that the project looks at: told apart by their structures, others by what the text calls those. */
  readonly watched: ReadonlySet<string>;
  /** Names of those structures. */
  readonly watchedStructures: ReadonlySet<string>;
}
