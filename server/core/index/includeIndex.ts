/**
 * Which files include which: for each file the numbers of the paths it includes, so that millions of them fit into
 * memory. The way back, who includes a file, is made when it is asked for. Keeps no text and reads no files.
 */

const LEAST_ROOM = 256;
/** Files that changed since the way back was made and are looked through instead; beyond, it is made anew. */
const MOST_CHANGED = 512;

/** The numbers of those that include a path stand together; paths in the order of their numbers. */
interface WayBack {
  /** By the number of a path: where its includers begin; they end where the next one's begin. */
  readonly starts: Uint32Array;
  readonly includers: Uint32Array;
}

export class IncludeIndex {
  readonly #numbers = new Map<string, number>();
  /** By its number; a path that nobody names any more keeps its own. */
  readonly #paths: string[] = [];
  /** By the number of a file. */
  readonly #included = new Map<number, Uint32Array>();
  /** By the number of a path: how many files include it. */
  #counts = new Uint32Array(LEAST_ROOM);
  #wayBack: WayBack | undefined;
  /** Files that include something else than the way back says. */
  readonly #changed = new Set<number>();

  /** What a file includes now, each path once; in place of what it did before. */
  set(file: string, includes: readonly string[]): void {
    const before = this.#included.get(this.#numbers.get(file) ?? -1);
    if (before === undefined && includes.length === 0) return;
    const number = this.#number(file);
    const included = new Uint32Array(includes.length);
    for (const [at, path] of includes.entries()) included[at] = this.#number(path);
    if (includes.length === 0) this.#included.delete(number);
    else this.#included.set(number, included);
    this.#makeRoom();
    for (const path of before ?? []) this.#counts[path] = this.#countOf(path) - 1;
    for (const path of included) this.#counts[path] = this.#countOf(path) + 1;
    if (this.#wayBack !== undefined) this.#changed.add(number);
  }

  /** As they were set. */
  includesOf(file: string): string[] {
    return this.#pathsOf(this.#included.get(this.#numbers.get(file) ?? -1) ?? []);
  }

  isIncluded(file: string): boolean {
    return this.#countOf(this.#numbers.get(file) ?? -1) > 0;
  }

  /** Files that include this one, in the order of their paths. */
  includersOf(file: string): string[] {
    const wanted = this.#numbers.get(file);
    if (wanted === undefined || this.#countOf(wanted) === 0) return [];
    const { starts, includers } = this.#currentWayBack();
    // Paths that came later have no place in it.
    const known = includers.subarray(starts[wanted] ?? includers.length, starts[wanted + 1] ?? includers.length);
    const found = this.#changed.size === 0 ? known : known.filter((number) => !this.#changed.has(number));
    const changed = [...this.#changed].filter((number) => this.#included.get(number)?.includes(wanted));
    return [...this.#pathsOf(found), ...this.#pathsOf(changed)].sort();
  }

  /** Every file that includes something, in the order in which they came. */
  files(): string[] {
    return this.#pathsOf(this.#included.keys());
  }

  #currentWayBack(): WayBack {
    if (this.#wayBack !== undefined && this.#changed.size <= MOST_CHANGED) return this.#wayBack;
    const starts = new Uint32Array(this.#paths.length + 1);
    for (let at = 0; at < this.#paths.length; at += 1) starts[at + 1] = (starts[at] ?? 0) + this.#countOf(at);
    const next = starts.slice();
    const includers = new Uint32Array(starts[this.#paths.length] ?? 0);
    for (const [file, included] of this.#included) {
      for (const path of included) {
        const place = next[path] ?? 0;
        includers[place] = file;
        next[path] = place + 1;
      }
    }
    this.#changed.clear();
    return (this.#wayBack = { starts, includers });
  }

  #number(path: string): number {
    let number = this.#numbers.get(path);
    if (number === undefined) {
      number = this.#paths.push(path) - 1;
      this.#numbers.set(path, number);
    }
    return number;
  }

  #pathsOf(numbers: Iterable<number>): string[] {
    const paths: string[] = [];
    for (const number of numbers) {
      const path = this.#paths[number];
      if (path !== undefined) paths.push(path);
    }
    return paths;
  }

  #countOf(path: number): number {
    return this.#counts[path] ?? 0;
  }

  #makeRoom(): void {
    if (this.#paths.length <= this.#counts.length) return;
    const counts = new Uint32Array(this.#paths.length * 2);
    counts.set(this.#counts);
    this.#counts = counts;
  }
}
