/**
 * Which units include sources that can't be understood by themselves, and which of those are to be read again since other
 * units include them now. Bookkeeping over what scans told; scans nothing.
 */
import type { FileExports } from '../core/source/externals';

const SOURCE = /\.(?:c|cc|cpp|cxx)$/i;

export class IncludedSources {
  /** Sources that leave names open. */
  readonly #open = new Set<string>();
  /** Units that a source was read in when it was scanned last. */
  readonly #readIn = new Map<string, string>();

  /** A source was scanned; `units`: those that it was read in. */
  update(file: string, exports: FileExports | undefined, units: readonly string[] | undefined): void {
    if ((exports?.open?.length ?? 0) > 0) this.#open.add(file);
    else this.#open.delete(file);
    if (units === undefined) this.#readIn.delete(file);
    else this.#readIn.set(file, units.join('\n'));
  }

  get open(): ReadonlySet<string> {
    return this.#open;
  }

  /** Whether a source is read as it stands in these units, and not alone. */
  isReadIn(file: string, units: readonly string[]): boolean {
    return (this.#readIn.get(file) ?? '') === units.join('\n');
  }

  wasReadInUnits(file: string): boolean {
    return this.#readIn.has(file);
  }
}

/** Whether a source is compiled, by its name. */
export function isUnit(path: string): boolean {
  return SOURCE.test(path);
}

/** Of the files that include a source those that are compiled, in the order of their paths. */
export function unitsAmong(includers: Iterable<string>): string[] {
  return [...includers].filter(isUnit).sort();
}
