/**
 * Facts of scanned files that wait until it is their turn to be given out. Holds nothing else of a file, and what it
 * includes, where somebody asks for that, as numbers: a large tree's sources include millions of files between them.
 */
import type { FileFacts } from '../../src/shared/facts';
import { IncludeIndex } from '../core/index/includeIndex';
import { KeptImage } from './cache/keptImage';
import { isUnit } from './includedSources';
import type { ScannedFile } from './scanTypes';

export class WaitingResults {
  readonly #results = new Map<string, FileFacts | KeptImage>();
  /** What the units include; all sources, if their facts are to say so. */
  readonly includes = new IncludeIndex();

  /** `withIncludes`: facts of sources say what they include when they are given out. */
  constructor(private readonly withIncludes: boolean) {}

  has(path: string): boolean {
    return this.#results.has(path);
  }

  /** In place of what waited for this path. */
  set(path: string, result: ScannedFile | KeptImage): void {
    if (result instanceof KeptImage) {
      this.#results.set(path, result);
      return;
    }
    const { includes = [], ...facts } = result.facts;
    this.#results.set(path, facts);
    this.includes.set(path, this.withIncludes || isUnit(path) ? includes : []);
  }

  /** Gives it out; it waits no longer. */
  take(path: string): FileFacts | KeptImage | undefined {
    const result = this.#results.get(path);
    this.#results.delete(path);
    const includes = this.withIncludes ? this.includes.includesOf(path) : [];
    this.includes.set(path, []);
    return result === undefined || result instanceof KeptImage || includes.length === 0
      ? result
      : { ...result, includes };
  }
}
