/**
 * What the files of one project tell each other (wrappers, values, flows), kept current file by file: which externals a
 * project has now, and which names changed their meaning. Bookkeeping over core's externals.ts; scans nothing.
 */
import { changedNames, mergeExports, NO_EXTERNALS, type Externals, type FileExports } from '../core/source/externals';
import type { ProjectMap } from './projects';

/** Rounds in which a change may travel on through wrappers of wrappers. */
export const MOST_ROUNDS = 4;

export interface ProjectChange {
  readonly project: string;
  readonly externals: Externals;
  /** Files of the project that name one of these are to be scanned again. */
  readonly names: readonly string[];
  readonly files: readonly string[];
}

interface ProjectState {
  readonly exports: Map<string, FileExports>;
  externals: Externals;
  stale: boolean;
}

export class CrossFile {
  readonly #projects = new Map<string, ProjectState>();

  constructor(private readonly map: ProjectMap) {}

  /** Key of the project a source belongs to. */
  projectOf(file: string): string {
    return this.map.keyOf(file);
  }

  /** What a file exports now; undefined: the file is gone. */
  update(file: string, exports: FileExports | undefined): void {
    const key = this.map.keyOf(file);
    let project = this.#projects.get(key);
    if (project === undefined) {
      project = { exports: new Map(), externals: NO_EXTERNALS, stale: false };
      this.#projects.set(key, project);
    }
    if (exports === undefined) project.exports.delete(file);
    else project.exports.set(file, exports);
    project.stale = true;
  }

  /** Projects whose externals changed since the last call. */
  settle(): ProjectChange[] {
    const changes: ProjectChange[] = [];
    for (const [key, project] of this.#projects) {
      if (!project.stale) continue;
      project.stale = false;
      const files = [...project.exports.keys()].sort();
      const externals = mergeExports(files.flatMap((file) => project.exports.get(file) ?? []));
      const names = [...changedNames(project.externals, externals)];
      project.externals = externals;
      if (names.length > 0) changes.push({ project: key, externals, names, files });
    }
    return changes;
  }

  /** The externals of every project that has some, as of the last `settle`. */
  externals(): { readonly project: string; readonly externals: Externals }[] {
    return [...this.#projects]
      .filter(([, { externals }]) => externals !== NO_EXTERNALS)
      .map(([project, { externals }]) => ({ project, externals }));
  }
}
