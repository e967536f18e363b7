/**
 * Which headers have a macro whose replacement may name a word: small enough to be kept for all headers of a tree, also
 * for those whose text is not at hand. Says "may": words are told by their hashes.
 */
import { eachWordOfDefines } from './macroIndex';
import { hashOfName } from './nameFilter';
import type { SourceText } from './sourceText';

const NO_PATHS: ReadonlySet<string> = new Set();

export class DefineWords {
  private readonly known = new Set<string>();
  /** Hash of a word → paths of headers; a path whose text changed may stay too long. */
  private readonly holders = new Map<number, Set<string>>();

  has(path: string): boolean {
    return this.known.has(path);
  }

  /** `source`: undefined when the header can't be read. */
  add(path: string, source: SourceText | undefined): void {
    this.known.add(path);
    if (source === undefined) return;
    eachWordOfDefines(source, (hash) => {
      const paths = this.holders.get(hash);
      if (paths) paths.add(path);
      else this.holders.set(hash, new Set([path]));
    });
  }

  /** Its text changed. */
  remove(path: string): void {
    this.known.delete(path);
  }

  /** Headers with a macro that may name this. */
  naming(name: string): ReadonlySet<string> {
    return this.holders.get(hashOfName(name)) ?? NO_PATHS;
  }
}
