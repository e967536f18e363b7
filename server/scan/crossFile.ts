/**
 * What the files of one project tell each other (wrappers, values, flows), kept current file by file: which externals a
 * project has now, and which names changed their meaning. Bookkeeping over core's externals.ts; scans nothing.
 */
import { changedNames, hasLikeTags } from '../core/source/changedNames';
import {
  flowsInto,
  mergeExports,
  NO_EXPORTS,
  NO_EXTERNALS,
  wrapperNames,
  type Externals,
  type FileExports,
} from '../core/source/externals';
import type { ProjectMap } from './builds/projects';
import { IncludedSources } from './includedSources';
import type { ScannedFile } from './scanTypes';

/** Rounds in which a change may travel on through wrappers of wrappers, a level each; most projects need two. */
export const MOST_ROUNDS = 64;
/**
 * Rounds in which methods count: they are told by their names alone, and a long chain of equal names is mostly none.
 * Behind them nothing travels on that only words a reason otherwise: members that are set from each other go on for long.
 */
const ROUNDS_OF_METHODS = 4;
/** What is said of a project that would need more. */
export const TOO_MANY_ROUNDS = 'wrappers call each other through too many files: some callers are missing';

const NO_INCLUDERS: ReadonlyMap<string, ReadonlySet<string>> = new Map();

export interface ProjectChange {
  readonly project: string;
  readonly externals: Externals;
  /** What they were. */
  readonly before: Externals;
  /** Files of the project that name one of these are to be scanned again. */
  readonly names: readonly string[];
  readonly files: readonly string[];
}

/** Those of a change's names that lead to another scan in a round, counted from 0. */
export function followedNames({ names, before, externals }: ProjectChange, round: number): readonly string[] {
  if (round < ROUNDS_OF_METHODS) return names;
  const meant = [...changedNames(before, externals, hasLikeTags)];
  return meant.filter((name) => externals.wrappers.get(name)?.some(({ scope }) => scope !== undefined) !== true);
}

interface ProjectState {
  readonly exports: Map<string, FileExports>;
  /** Of files that call wrappers: what they include of other projects. */
  readonly includes: Map<string, readonly string[]>;
  externals: Externals;
  stale: boolean;
  /** Whether anything changed when it was settled last. */
  hasChanged: boolean;
}

function isAsked({ askedMembers, watched }: Externals): boolean {
  return (askedMembers?.size ?? 0) + (watched?.size ?? 0) > 0;
}

export class CrossFile {
  readonly #projects = new Map<string, ProjectState>();
  readonly #keys = new Map<string, string>();
  readonly #wrapperNames = new WeakMap<Externals, readonly string[]>();
  /** Sources that are read in the places where units include them. */
  readonly included = new IncludedSources();

  constructor(private readonly map: ProjectMap) {}

  readonly #keyOf = (file: string): string => {
    let key = this.#keys.get(file);
    if (key === undefined) this.#keys.set(file, (key = this.map.keyOf(file)));
    return key;
  };

  /** Key of the project a source belongs to. */
  projectOf(file: string): string {
    return this.#keyOf(file);
  }

  /** What a file exports now, and the paths it includes; undefined: the file is gone. */
  update(
    file: string,
    exports: FileExports | undefined,
    includes: readonly string[] = [],
    units?: ScannedFile['includedBy'],
  ): void {
    this.included.update(file, exports, units);
    const key = this.#keyOf(file);
    let project = this.#projects.get(key);
    if (project === undefined) {
      project = { exports: new Map(), includes: new Map(), externals: NO_EXTERNALS, stale: false, hasChanged: false };
      this.#projects.set(key, project);
    }
    if (exports === undefined) project.exports.delete(file);
    else project.exports.set(file, exports);
    const calls = exports !== undefined && exports.flows.length > 0;
    const others = calls ? includes.filter((path) => this.#keyOf(path) !== key) : [];
    if (others.length === 0) project.includes.delete(file);
    else project.includes.set(file, others);
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
    const includers = this.#includers();
    for (const [key, including] of includers)
      if ([...including.keys()].some((other) => stale.has(other))) stale.add(key);
    // What an includer's calls put in is known when the includer is done.
    const order = [...stale].sort((a, b) => Number(includers.has(a)) - Number(includers.has(b)));
    const again = new Set<string>();
    for (const [at, key] of order.entries()) {
      const project = this.#projects.get(key);
      if (project === undefined) continue;
      project.stale = false;
      const change = this.#changeOf(key, project, this.#putIn(project, includers.get(key) ?? NO_INCLUDERS));
      if (change !== undefined) yield change;
      // Two may include each other's files: the one that came first has its turn once more.
      if (!project.hasChanged || again.has(key)) continue;
      for (const other of order.slice(0, at)) {
        if (includers.get(other)?.has(key) !== true || again.has(other)) continue;
        again.add(other);
        order.push(other);
      }
    }
  }

  /**
   * What changed for one project, as far as its own files and those it is linked with tell: to be asked for while its
   * texts are at hand still. It counts as unsettled all the same: others may have more to say.
   */
  changeOf(key: string): ProjectChange | undefined {
    const project = this.#projects.get(key);
    return project && this.#changeOf(key, project, []);
  }

  #changeOf(key: string, project: ProjectState, putIn: readonly FileExports[]): ProjectChange | undefined {
    const exports = [...this.#visibleFrom(key), ...putIn];
    const externals = mergeExports(exports);
    const before = project.externals;
    const names = [...changedNames(before, externals)];
    project.externals = externals;
    project.hasChanged = names.length > 0;
    // A file alone knew all this when it was scanned, unless it was asked something.
    if (names.length === 0 || (exports.length === 1 && !isAsked(externals))) return undefined;
    return { project: key, externals, before, names, files: [...project.exports.keys()].sort() };
  }

  /** Projects that share names with this one. */
  linkedTo(key: string): readonly string[] {
    return this.map.linkedTo(key);
  }

  /** Exports of the project's own files, then of those it is linked with, in the order of their paths. */
  #visibleFrom(key: string): FileExports[] {
    return [key, ...this.map.linkedTo(key)].flatMap((visible) => {
      const exports = this.#projects.get(visible)?.exports;
      return [...(exports ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
    });
  }

  /** Project → others that include files of it and call something → those files. */
  #includers(): Map<string, Map<string, Set<string>>> {
    const includers = new Map<string, Map<string, Set<string>>>();
    for (const [key, { includes }] of [...this.#projects].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const linked = new Set(this.map.linkedTo(key));
      for (const path of new Set([...includes.values()].flat())) {
        const other = this.#keyOf(path);
        if (linked.has(other) || !this.#projects.has(other)) continue;
        const including = includers.get(other) ?? new Map<string, Set<string>>();
        includers.set(other, including.set(key, (including.get(key) ?? new Set()).add(path)));
      }
    }
    return includers;
  }

  /** What other projects that include a project's headers put into the wrappers defined there. */
  #putIn({ exports }: ProjectState, includers: ReadonlyMap<string, ReadonlySet<string>>): FileExports[] {
    return [...includers].flatMap(([key, paths]) => {
      const reaching = this.#projects.get(key)?.externals.reaching;
      const wrappers = [...paths].flatMap((path) => exports.get(path)?.wrappers ?? []);
      if (reaching === undefined || wrappers.length === 0) return [];
      return { ...NO_EXPORTS, flows: flowsInto(wrappers, reaching) };
    });
  }

  /** Names of the wrappers of a project as of the last `settle`, and of templates that wrappers belong to. */
  wrapperNames(project: string): readonly string[] {
    const { externals } = this.#projects.get(project) ?? {};
    if (externals === undefined || externals.wrappers.size === 0) return [];
    let names = this.#wrapperNames.get(externals);
    if (names === undefined) this.#wrapperNames.set(externals, (names = wrapperNames(externals)));
    return names;
  }

  /** The externals of every project that has some, as of the last `settle`. */
  externals(): { readonly project: string; readonly externals: Externals }[] {
    return [...this.#projects]
      .filter(([, { externals }]) => externals !== NO_EXTERNALS)
      .map(([project, { externals }]) => ({ project, externals }));
  }
}
