/**
 * A place in a translation unit, as far as it decides what names mean there.
 */
import type { SourceLocation } from '../../../../src/shared/facts';
import type { FunctionDefinition } from '../syntax/functionHead';
import type { Token } from '../text/lexer';
import type { SourceText } from '../text/sourceText';
import type { TagValue } from './evaluate';

/** Where an expression stands. */
export interface Place {
  /** Offset in the root file: decides which macro definitions are in force. */
  readonly offset: number;
  readonly function?: FunctionDefinition;
  /** Parameters of the macro whose body holds the expression. */
  readonly macroParameters?: readonly string[];
  /** Values of template parameters, and of what a body that is evaluated declares, where they are known. */
  readonly bound?: ReadonlyMap<string, TagValue>;
  /** Initializers of arrays that such a body declares. */
  readonly tables?: ReadonlyMap<string, readonly Token[]>;
}

/** Where something is defined; what the build gives stands in no file. */
export function locate(source: SourceText, start: number, end: number): { definedAt?: SourceLocation } {
  return source.path === '' ? {} : { definedAt: { file: source.path, range: source.lines.range(start, end) } };
}
