/** What an image says about its PDB. A value only; reading it is `debugDirectory.ts`. */

/** RSDS record of the debug directory: which PDB belongs to the image. */
export interface PdbReference {
  /** As the linker wrote it, often a path of another machine. */
  readonly path: string;
  /** 32 upper-case hexadecimal digits, in the order symbol stores use. */
  readonly guid: string;
  readonly age: number;
}
