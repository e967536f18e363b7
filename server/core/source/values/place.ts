/**
 * A place in a translation unit, as far as it decides what names mean there.
 */
import type { FunctionDefinition } from '../syntax/functionHead';
import type { TagValue } from './evaluate';

/** Where an expression stands. */
export interface Place {
  /** Offset in the root file: decides which macro definitions are in force. */
  readonly offset: number;
  readonly function?: FunctionDefinition;
  /** Parameters of the macro whose body holds the expression. */
  readonly macroParameters?: readonly string[];
  /** Values of template parameters, where arguments are known. */
  readonly bound?: ReadonlyMap<string, TagValue>;
}
