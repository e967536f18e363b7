/**
 * Which projects are linked into which: libraries and what links them. A library's code runs in the driver that links it.
 * Over project files' plain values; reads nothing.
 */
import { join, sep } from 'node:path';
import { commonFolderLength } from '../files/paths';
import type { Project } from './projectFile';

/** What tells projects apart. */
export function keyOfProject({ folder, module }: Project): string {
  return join(folder, module);
}

export function pushTo<K>(map: Map<K, Project[]>, key: K, project: Project): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [project]);
  else list.push(project);
}

/** The library project of this name that is nearest to the project that links it. */
function libraryNamed(
  projects: ReadonlyMap<string, readonly Project[]>,
  name: string,
  from: Project,
): Project | undefined {
  let best: Project | undefined;
  let bestLength = -1;
  for (const project of projects.get(name) ?? []) {
    if (project.isDriver || project === from) continue;
    const length = commonFolderLength(project.folder + sep, from.folder + sep);
    if (length > bestLength) [best, bestLength] = [project, length];
    else if (length === bestLength) best = undefined;
  }
  return best;
}

/** Project → libraries it links. Of several libraries of one name the nearest is meant; of two equally near, none. */
function librariesOf(projects: readonly Project[]): Map<Project, Project[]> {
  const byName = new Map<string, Project[]>();
  for (const project of projects) pushTo(byName, project.module.toLowerCase(), project);
  return new Map(
    projects.map((project) => [project, project.links.flatMap((name) => libraryNamed(byName, name, project) ?? [])]),
  );
}

/** How projects are linked, from both ends. */
export class ProjectLinks {
  readonly #linkedTo = new Map<string, Set<string>>();
  readonly #drivers = new Map<Project, Set<Project>>();

  constructor(projects: readonly Project[]) {
    const libraries = librariesOf(projects);
    for (const project of projects) {
      for (const library of libraries.get(project) ?? []) {
        this.#add(project, library);
        this.#add(library, project);
      }
      if (project.isDriver) this.#spread(project, project, libraries);
    }
  }

  linkedTo(key: string): readonly string[] {
    return [...(this.#linkedTo.get(key) ?? [])].sort();
  }

  /** The one driver a library becomes a part of; undefined for none and for several. */
  driverOf(library: Project): Project | undefined {
    const drivers = this.#drivers.get(library);
    return drivers?.size === 1 ? [...drivers][0] : undefined;
  }

  #add(from: Project, to: Project): void {
    const known = this.#linkedTo.get(keyOfProject(from)) ?? new Set();
    this.#linkedTo.set(keyOfProject(from), known.add(keyOfProject(to)));
  }

  #spread(driver: Project, from: Project, libraries: ReadonlyMap<Project, readonly Project[]>): void {
    for (const library of libraries.get(from) ?? []) {
      const drivers = this.#drivers.get(library) ?? new Set();
      if (drivers.has(driver)) continue;
      this.#drivers.set(library, drivers.add(driver));
      this.#spread(driver, library, libraries);
    }
  }
}
