/**
 * What a scan delivers of an image whose lines of the contract are made already: to be printed as they are, or taken
 * apart into facts by who needs those.
 */
import type { FileFacts } from '../../src/shared/facts';
import { readImageLines } from '../core/report/imageLines';

export class KeptImage {
  constructor(
    /** Absolute. */
    readonly file: string,
    /** Bytes. */
    readonly size: number,
    /** How many. */
    readonly sites: number,
    /** Each tag once. */
    readonly tags: readonly number[],
    /** See imageLines.ts. */
    readonly lines: () => string,
  ) {}

  facts(): FileFacts {
    return readImageLines(this.lines(), this.file);
  }
}
