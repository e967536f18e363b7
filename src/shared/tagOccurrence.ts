/**
 * Occurrences of a tag's value in driver images: the weak evidence. An occurrence is no fact: it may be chance, so it is
 * looked for on demand, ranks behind every fact, and is never kept in the index, in a cache or given to lint.
 */
import type { Evidence, ImageMaker, PdbLine } from './facts';
import type { PoolTag } from './poolTag';

/** `constant`: an instruction makes the value, and no allocator is seen. `bytes`: the four bytes stand somewhere. */
export type WeakEvidence = Extract<Evidence, 'constant' | 'bytes'>;

/** One place where the value stands. */
export interface TagOccurrence {
  /** Without PROTECTED_POOL, which the value in the image may bear. */
  readonly tag: PoolTag;
  readonly evidence: WeakEvidence;
  /** Absolute path of the image. */
  readonly file: string;
  /** Byte offset in the file: of the instruction, or of the four bytes. */
  readonly offset: number;
  /** Address relative to the image base; absent outside the sections (headers, certificates, a damaged file). */
  readonly rva?: number;
  readonly section?: string;
  /** Around an instruction: `Function+0x3f` from the PDB, or an exported name. */
  readonly function?: string;
  /** The line a PDB gives for an instruction. */
  readonly source?: PdbLine;
}

/** All occurrences in the images of one driver. */
export interface OccurrenceModule {
  readonly tag: PoolTag;
  readonly module: string;
  /** The better of its occurrences. */
  readonly evidence: WeakEvidence;
  /** Of its first image that names one. */
  readonly maker?: ImageMaker;
  /** Occurrences in all its images together. */
  readonly count: number;
  /** The first of them, constants before bytes. */
  readonly occurrences: readonly TagOccurrence[];
}
