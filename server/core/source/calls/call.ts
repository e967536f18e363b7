/**
 * A call that leads to an allocator, as it is read off tokens: which arguments carry the tag. Says nothing of values.
 */
import type { SiteRole } from '../../../../src/shared/facts';
import type { Wrapper } from '../externals';
import type { Token } from '../text/lexer';

export interface Call {
  /** Index of the called name's token. */
  readonly at: number;
  readonly name: string;
  readonly api: string;
  readonly role: SiteRole;
  /** Index of the first token behind the call. */
  readonly end: number;
  readonly args: readonly (readonly Token[])[];
  /** Arguments (from 0) that carry the tag. */
  readonly carries: readonly number[];
  /** Constants the callee puts in itself. */
  readonly fixed: readonly number[];
  /** The wrapper that was called; undefined for a function of the catalogue. */
  readonly wrapper?: Wrapper;
}

/** Wrappers in force: by name, several for overloads. */
export type WrapperLookup = (name: string) => readonly Wrapper[];
