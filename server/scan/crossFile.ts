/**
 * What the files of one project tell each other (wrappers, values, flows), kept current file by file: which externals a
 * project has now, and which names changed their meaning. Bookkeeping over core's externals.ts; scans nothing.
 */
import { changedNames, mergeExports, NO_EXTERNALS, type Externals, type FileExports } from '../core/source/externals';
import type { ProjectMap } from './builds/projects';

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
    return [...this.changes()];
  }

  /** `settle`, one project after the other: the caller may give way to other work in between. */
  *changes(): Generator<ProjectChange> {
    const stale = new Set([...this.#projects].filter(([, project]) => project.stale).map(([key]) => key));
    for (const key of [...stale]) for (const linked of this.map.linkedTo(key)) stale.add(linked);
    for (const key of stale) {
      const project = this.#projects.get(key);
      if (project === undefined) continue;
      project.stale = false;
      const externals = mergeExports(this.#visibleFrom(key));
      const names = [...changedNames(project.externals, externals)];
      project.externals = externals;
      if (names.length > 0) yield { project: key, externals, names, files: [...project.exports.keys()].sort() };
    }
  }

  /** Exports of the project's own files, then of those it is linked with, in the order of their paths. */
  #visibleFrom(key: string): FileExports[] {
    return [key, ...this.map.linkedTo(key)].flatMap((visible) => {
      const exports = this.#projects.get(visible)?.exports;
      return [...(exports ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
    });
  }

  /** The externals of every project that has some, as of the last `settle`. */
  externals(): { readonly project: string; readonly externals: Externals }[] {
    return [...this.#projects]
      .filter(([, { externals }]) => externals !== NO_EXTERNALS)
      .map(([project, { externals }]) => ({ project, externals }));
  }
}
