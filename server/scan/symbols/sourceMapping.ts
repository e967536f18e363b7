/**
 * Where a source named by a PDB lies on this machine: through the user's map of folders, else the known sources whose
 * paths share the longest tail with it. Answers with known sources and with files below mapped folders, nothing else:
 * paths in PDBs are hostile.
 */
import { commonFolderLength } from '../files/paths';
import { findBelow, type FolderMap } from './folderMap';
import { pathSegments } from './pdbPath';

function commonTail(a: readonly string[], b: readonly string[]): number {
  let common = 0;
  while (common < a.length && common < b.length && a[a.length - 1 - common] === b[b.length - 1 - common]) common += 1;
  return common;
}

function lowerSegments(path: string): string[] {
  return pathSegments(path).map((segment) => segment.toLowerCase());
}

/** Known sources by file name, for many questions over one list. */
export class SourceMapping {
  readonly #byName = new Map<string, string[]>();

  constructor(
    sources: Iterable<string>,
    private readonly map: FolderMap = [],
  ) {
    for (const path of new Set(sources)) {
      const name = lowerSegments(path).at(-1) ?? '';
      const paths = this.#byName.get(name);
      if (paths === undefined) this.#byName.set(name, [path]);
      else paths.push(path);
    }
  }

  /**
   * Local paths for `pdbPath`, as a compiler wrote it on whatever machine: none, the one, or several that fit equally
   * well, those nearest to the image first.
   */
  find(pdbPath: string, image: string): readonly string[] {
    const wanted = pathSegments(pdbPath);
    const mapped = findBelow(this.map, wanted);
    if (mapped !== undefined) return [mapped];
    const lower = wanted.map((segment) => segment.toLowerCase());
    let best: string[] = [];
    let longest = 1;
    for (const path of this.#byName.get(lower.at(-1) ?? '') ?? []) {
      const common = commonTail(lower, lowerSegments(path));
      if (common > longest) best = [];
      if (common >= longest) best.push(path);
      longest = Math.max(longest, common);
    }
    return best.sort((a, b) => commonFolderLength(b, image) - commonFolderLength(a, image) || (a < b ? -1 : 1));
  }
}
