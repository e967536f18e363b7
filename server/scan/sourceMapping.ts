/**
 * Where a source named by a PDB lies on this machine: the known source whose path shares the longest tail with it.
 * Compares names only; opens nothing.
 */
import { commonFolderLength } from './paths';

function segments(path: string): string[] {
  return path
    .toLowerCase()
    .split(/[\\/]+/)
    .filter((part) => part !== '' && part !== '.');
}

function commonTail(a: readonly string[], b: readonly string[]): number {
  let common = 0;
  while (common < a.length && common < b.length && a[a.length - 1 - common] === b[b.length - 1 - common]) common += 1;
  return common;
}

/** Known sources by file name, for many questions over one list. */
export class SourceMapping {
  readonly #byName = new Map<string, string[]>();

  constructor(sources: Iterable<string>) {
    for (const path of sources) {
      const name = segments(path).at(-1) ?? '';
      const paths = this.#byName.get(name);
      if (paths === undefined) this.#byName.set(name, [path]);
      else paths.push(path);
    }
  }

  /**
   * The local path for `pdbPath` (as a compiler wrote it, on whatever machine). Of several equally long tails, the file
   * nearest to the image; undefined when no known source has that name.
   */
  find(pdbPath: string, image: string): string | undefined {
    const wanted = segments(pdbPath);
    let best: string | undefined;
    let bestScore: readonly [number, number] = [0, -1];
    for (const path of this.#byName.get(wanted.at(-1) ?? '') ?? []) {
      const score = [commonTail(wanted, segments(path)), commonFolderLength(path, image)] as const;
      if (score[0] > bestScore[0] || (score[0] === bestScore[0] && score[1] > bestScore[1])) {
        best = path;
        bestScore = score;
      }
    }
    return best;
  }
}
