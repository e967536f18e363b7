/**
 * What a scan delivers of an image whose lines of the contract are made already: to be printed as they are, or taken
 * apart into facts by who needs those.
 */
import type { FileFacts } from '../../../src/shared/facts';
import { readImageLines } from '../../core/report/imageLines';

export interface KeptImageFields {
  /** Absolute. */
  readonly file: string;
  /** The path as it stands in the lines. */
  readonly shown: string;
  /** Bytes. */
  readonly size: number;
  /** How many. */
  readonly sites: number;
  /** Each tag once. */
  readonly tags: readonly number[];
}

export class KeptImage {
  constructor(
    readonly fields: KeptImageFields,
    /** See imageLines.ts; UTF-8. What it gives holds until another image is asked. */
    readonly lines: () => Buffer,
  ) {}

  facts(): FileFacts {
    return readImageLines(this.lines().toString(), this.fields.file);
  }
}
