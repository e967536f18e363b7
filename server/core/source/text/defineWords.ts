/**
 * Which headers have a macro whose replacement may name a word: small enough to be kept for all headers of a tree, also
 * for those whose text is not at hand. Says "may": words are told by their hashes.
 */
import { eachWordOfDefines } from './macroIndex';
import { hashOfName } from './nameFilter';
import type { SourceText } from './sourceText';

const NONE: ReadonlySet<string> = new Set();

export class DefineWords {
  private readonly known = new Set<string>();
  /** Hash of a word → path of a header, or of several; one whose text changed may stay too long. */
  private readonly holders = new Map<number, string | Set<string>>();

  has(path: string): boolean {
    return this.known.has(path);
  }

  /** `source`: undefined when the header can't be read. */
  add(path: string, source: SourceText | undefined): void {
    this.known.add(path);
    if (source === undefined) return;
    eachWordOfDefines(source, (hash) => {
      const paths = this.holders.get(hash);
      if (paths === undefined) this.holders.set(hash, path);
      else if (typeof paths !== 'string') paths.add(path);
      else if (paths !== path) this.holders.set(hash, new Set([paths, path]));
    });
  }

  /** Its text changed. */
  remove(path: string): void {
    this.known.delete(path);
  }

  /** Headers with a macro that may name this. */
  naming(name: string): Iterable<string> {
    const paths = this.holders.get(hashOfName(name)) ?? NONE;
    return typeof paths === 'string' ? [paths] : paths;
  }
}
