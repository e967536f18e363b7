/**
 * Which driver a source belongs to: the project that lists it, else the nearest project file upwards, else its folder.
 * A table of plain values that goes to the worker threads, and the questions one asks of it.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { decodeText } from './decodeText';
import { isProjectFile } from './fileKinds';
import { parseProjectFile, type Project } from './projectFile';

const MOST_PROJECT_BYTES = 4 << 20;
/** Folders above a scanned root in which a project file is still looked for; fewer where a repository begins. */
const FOLDERS_ABOVE = 4;
/** Folders whose name says nothing about the driver in them. */
const GENERIC_FOLDERS: ReadonlySet<string> = new Set(
  'src source sources inc include includes lib libs driver drivers sys kernel km kmdf wdm common shared code'.split(
    ' ',
  ),
);

/** Reads project files; those that can't be read or declare nothing are left out. */
export async function loadProjects(files: readonly string[]): Promise<Project[]> {
  const projects: Project[] = [];
  for (const file of files) {
    const text = await readSmall(file);
    const project = text === undefined ? undefined : parseProjectFile(file, text);
    if (project !== undefined) projects.push(project);
  }
  return projects;
}

async function readSmall(file: string): Promise<string | undefined> {
  try {
    const stats = await stat(file);
    return stats.isFile() && stats.size <= MOST_PROJECT_BYTES ? decodeText(await readFile(file)) : undefined;
  } catch {
    return undefined;
  }
}

/** Project files in the folders above `folder`, nearest first, up to where its repository begins. */
export async function projectFilesAbove(folder: string): Promise<string[]> {
  const found: string[] = [];
  let at = folder;
  for (let up = 0; up < FOLDERS_ABOVE; up += 1) {
    const names = await readdir(at).catch((): string[] => []);
    found.push(...names.filter(isProjectFile).map((name) => join(at, name)));
    const above = dirname(at);
    if (names.includes('.git') || above === at) break;
    at = above;
  }
  return found;
}

function pathKey(path: string): string {
  return path.toLowerCase();
}

/** The first folder upwards that has a telling name. */
function namedFolder(file: string): string {
  let folder = dirname(file);
  while (GENERIC_FOLDERS.has(basename(folder).toLowerCase()) && dirname(folder) !== folder) folder = dirname(folder);
  return basename(folder) === '' ? dirname(file) : folder;
}

/** Length of the common folder of two paths. */
export function commonFolderLength(a: string, b: string): number {
  let common = 0;
  for (let at = 0; at < a.length && at < b.length && a[at] === b[at]; at += 1) if (a[at] === sep) common = at + 1;
  return common;
}

function push<K>(map: Map<K, Project[]>, key: K, project: Project): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [project]);
  else list.push(project);
}

function keyOfProject({ folder, module }: Project): string {
  return join(folder, module);
}

/** Library and linker, both ways. A library's name that several projects have is nobody's. */
function linksBetween(projects: readonly Project[]): Map<string, string[]> {
  const byName = new Map<string, Project | undefined>();
  for (const project of projects) {
    const name = project.module.toLowerCase();
    byName.set(name, byName.has(name) ? undefined : project);
  }
  const links = new Map<string, string[]>();
  const add = (from: Project, to: Project): void => {
    links.set(keyOfProject(from), [...(links.get(keyOfProject(from)) ?? []), keyOfProject(to)]);
  };
  for (const project of projects) {
    for (const name of project.links) {
      const library = byName.get(name);
      if (library === undefined || library === project || library.isDriver) continue;
      add(project, library);
      add(library, project);
    }
  }
  return links;
}

/** Answers for one table of projects. */
export class ProjectMap {
  readonly #byFolder = new Map<string, Project[]>();
  readonly #bySource = new Map<string, Project[]>();
  #links: Map<string, string[]> | undefined;

  constructor(projects: readonly Project[]) {
    for (const project of projects) {
      push(this.#byFolder, project.folder, project);
      for (const source of project.sources) push(this.#bySource, pathKey(source), project);
    }
  }

  /** The project that lists the file, else the nearest one upwards. Drivers come before libraries and programs. */
  projectOf(file: string): Project | undefined {
    const listed = this.#bySource.get(pathKey(file));
    if (listed !== undefined) {
      return [...listed].sort(
        (a, b) =>
          Number(b.isDriver) - Number(a.isDriver) ||
          commonFolderLength(b.folder + sep, file) - commonFolderLength(a.folder + sep, file),
      )[0];
    }
    for (let folder = dirname(file); ; folder = dirname(folder)) {
      const here = this.#byFolder.get(folder);
      if (here !== undefined) return here.find((project) => project.isDriver) ?? here[0];
      if (dirname(folder) === folder) return undefined;
    }
  }

  /** What tells projects apart: files with equal keys are one project. */
  keyOf(file: string): string {
    const project = this.projectOf(file);
    return project === undefined ? namedFolder(file) : keyOfProject(project);
  }

  /** Keys of the projects that share names with this one: libraries it links, and what links it. */
  linkedTo(key: string): readonly string[] {
    this.#links ??= linksBetween([...this.#byFolder.values()].flat());
    return this.#links.get(key) ?? [];
  }

  /** Name of the driver or project the file belongs to; without one, of the first folder upwards that has a telling name. */
  moduleOf(file: string): string {
    return this.projectOf(file)?.module ?? (basename(namedFolder(file)) || 'sources');
  }
}
