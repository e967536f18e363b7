/**
 * Which driver a source belongs to: the project that lists it, else the nearest project file upwards, else its folder.
 * A table of plain values that goes to the worker threads, and the questions one asks of it.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DriverServices } from '../../core/source/scanSource';
import { decodeText } from '../files/decodeText';
import { isProjectFile } from '../files/fileKinds';
import { commonFolderLength } from '../files/paths';
import { readBounded } from '../files/readBounded';
import { CMakeFolders, includedNames, withIncluded } from './cmakeFolders';
import { withFoldersAbove } from './cmakeInheritance';
import type { CompileFlags } from './compileFlags';
import type { BuildChoice } from './msbuild';
import { parseProjectFile, type Project } from './projectFile';
import { ProjectFlagsReader } from './projectFlags';
import { keyOfProject, ProjectLinks, pushTo } from './projectLinks';

const MOST_PROJECT_BYTES = 4 << 20;
/** Project files that are understood before other work gets its turn. */
const FILES_PER_TURN = 8;
/** Folders above a scanned root in which a project file is still looked for; fewer where a repository begins. */
const FOLDERS_ABOVE = 4;
/** Folders whose name says nothing about the driver in them. */
const GENERIC_FOLDERS: ReadonlySet<string> = new Set(
  'src source sources inc include includes lib libs driver drivers sys kernel km kmdf wdm common shared code'.split(
    ' ',
  ),
);

export interface ProjectOptions {
  /** Folders in which property sheets may be read; those of a project's own repository may anyway. */
  readonly folders: readonly string[];
  /** The configuration wanted of a project file. */
  readonly choiceOf: (file: string) => BuildChoice;
  /** The thread may be blocked by the file system. */
  readonly blocking?: boolean | undefined;
}

/** Reads project files; those that can't be read or declare nothing are left out. */
export async function loadProjects(files: readonly string[], options?: ProjectOptions): Promise<Project[]> {
  const projects: Project[] = [];
  const flags = new ProjectFlagsReader(options?.folders ?? []);
  const read = (file: string): Promise<string | undefined> | string | undefined =>
    options?.blocking === true ? readSmallSync(file) : readSmall(file);
  const texts = new Map<string, string>();
  const cmake = new CMakeFolders();
  for (const file of files) {
    const text = await read(file);
    if (text === undefined) continue;
    texts.set(file, isCMake(file) ? await included(file, text, read) : text);
    if (isCMake(file)) cmake.add(file, text);
  }
  let understood = 0;
  for (const [file, text] of texts) {
    // A project's property sheets are read on the way.
    if ((understood += 1) % FILES_PER_TURN === 0) await nextTurn();
    const choice = options?.choiceOf(file);
    const variables = isCMake(file) ? cmake.variablesAt(dirname(file)) : undefined;
    const project = parseProjectFile(file, text, choice, variables);
    if (project === undefined) continue;
    const isMsBuild = extname(file).toLowerCase() === '.vcxproj';
    const own = isMsBuild && choice !== undefined ? flags.read(file, text, choice) : undefined;
    projects.push(own === undefined ? project : { ...project, ...own, includeFolders: joined(own.flags, project) });
  }
  return withFoldersAbove(projects);
}

function isCMake(file: string): boolean {
  return extname(file).toLowerCase() === '.txt';
}

/** The text with those of the `.cmake` files beside it that it includes. */
async function included(
  file: string,
  text: string,
  read: (file: string) => Promise<string | undefined> | string | undefined,
): Promise<string> {
  const texts = new Map<string, string>();
  for (const name of includedNames(text)) {
    const found = await read(join(dirname(file), name));
    if (found !== undefined) texts.set(name, found);
  }
  return texts.size === 0 ? text : withIncluded(text, texts);
}

/** Folders of the chosen configuration, then those of any. */
function joined(flags: CompileFlags, project: Project): string[] {
  return [...new Set([...flags.includeFolders, ...project.includeFolders])];
}

function readSmallSync(file: string): string | undefined {
  try {
    return decodeText(readBounded(file, MOST_PROJECT_BYTES));
  } catch {
    return undefined;
  }
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

/** Answers for one table of projects. */
export class ProjectMap {
  readonly #byFolder = new Map<string, Project[]>();
  readonly #bySource = new Map<string, Project[]>();
  #links: ProjectLinks | undefined;
  readonly #infs: readonly Project[];
  readonly #services = new Map<string, readonly string[]>();
  readonly #projectOf = new Map<string, Project | undefined>();

  constructor(projects: readonly Project[]) {
    this.#infs = projects.filter((project) => project.services !== undefined);
    for (const project of projects) {
      if (project.module === '') continue;
      pushTo(this.#byFolder, project.folder, project);
      for (const source of project.sources) pushTo(this.#bySource, pathKey(source), project);
    }
  }

  /** The project that lists the file, else the nearest one upwards. Drivers come before libraries and programs. */
  projectOf(file: string): Project | undefined {
    const known = this.#projectOf.get(file);
    if (known !== undefined || this.#projectOf.has(file)) return known;
    const found = this.#findProject(file);
    this.#projectOf.set(file, found);
    return found;
  }

  #findProject(file: string): Project | undefined {
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
      // The project that builds the driver says more than the INF beside it.
      const drivers = here?.filter((project) => project.isDriver) ?? [];
      if (here !== undefined) return drivers.find((project) => project.services === undefined) ?? drivers[0] ?? here[0];
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
    return this.#allLinks().linkedTo(key);
  }

  /**
   * Name of the driver or project the file belongs to; without one, of the first folder upwards that has a telling name.
   * A library that one driver alone links is a part of that driver.
   */
  moduleOf(file: string): string {
    const project = this.projectOf(file);
    const driver = project === undefined || project.isDriver ? undefined : this.#allLinks().driverOf(project);
    return driver?.module ?? project?.module ?? (basename(namedFolder(file)) || 'sources');
  }

  /**
   * Names of the services that load the driver a file belongs to: those of the nearest INFs that install its binary, else
   * those of INFs in the project's own folder that don't name theirs.
   */
  servicesOf(file: string): DriverServices | undefined {
    if (this.#infs.length === 0) return undefined;
    const project = this.projectOf(file);
    const names = this.#servicesOf(file);
    return names.length === 0 ? undefined : { names, isLibrary: project?.isDriver === false };
  }

  #servicesOf(file: string): readonly string[] {
    const module = this.moduleOf(file).toLowerCase();
    const folder = this.projectOf(file)?.folder ?? dirname(file);
    const key = `${module}\n${folder}`;
    let known = this.#services.get(key);
    if (known === undefined) this.#services.set(key, (known = this.#findServices(module, folder)));
    return known;
  }

  #findServices(module: string, folder: string): string[] {
    let nearest = -Infinity;
    let found: string[] = [];
    for (const inf of this.#infs) {
      const names = (inf.services ?? []).filter(({ binary }) =>
        binary === undefined ? inf.folder === folder : binary.toLowerCase() === module,
      );
      // Folders down into a common one count less than those out of it.
      const nearness = 2 * commonFolderLength(inf.folder + sep, folder + sep) - inf.folder.length;
      if (names.length === 0 || nearness < nearest) continue;
      if (nearness > nearest) found = [];
      nearest = nearness;
      found.push(...names.map(({ name }) => name));
    }
    return [...new Map(found.map((name) => [name.toLowerCase(), name])).values()];
  }

  #allLinks(): ProjectLinks {
    this.#links ??= new ProjectLinks([...this.#byFolder.values()].flat());
    return this.#links;
  }
}
