/**
 * What MSBuild projects compile their sources with, read from disk: project files and the property sheets they import,
 * each parsed once. Opens what lies in the folders that are scanned or in the project's own repository, nothing else.
 */
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute } from 'node:path';
import { decodeText } from '../files/decodeText';
import { isInside, isUncOrDevicePath } from '../files/paths';
import { readBounded } from '../files/readBounded';
import { addDefine, type CompileFlags } from './compileFlags';
import { readMsBuildProject, type BuildChoice, type MsBuildFiles, type MsBuildFlags } from './msbuild';
import { toNative } from './msbuildProperties';
import { targetMacros } from './wdkTarget';
import { readXml, type XmlElement } from './xmlTree';

const MOST_SHEET_BYTES = 1 << 20;
const MOST_FOLDERS_UP = 16;

/** What a project tells the compiler: for all its sources, and for those with something of their own (by absolute path). */
export interface ProjectFlags {
  readonly flags: CompileFlags;
  readonly flagsOf: Readonly<Record<string, CompileFlags>>;
}

export class ProjectFlagsReader {
  readonly #sheets = new Map<string, XmlElement | undefined>();
  readonly #surroundings = new Map<string, Surroundings>();
  readonly #names = new Map<string, readonly string[]>();
  readonly #exists = new Map<string, boolean>();
  readonly #folders: readonly string[];

  /** `folders`: everything in them may be read. */
  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  /** Flags of the project with this text, in the configuration nearest to `wanted`; undefined when the text is no XML. */
  read(path: string, text: string, wanted: BuildChoice): ProjectFlags | undefined {
    const root = readXml(text);
    if (root === undefined) return undefined;
    const folder = dirname(path);
    const { repository = folder, solution } = this.#around(folder);
    const mayOpen = (file: string): boolean =>
      [repository, ...this.#folders].some((allowed) => isInside(allowed, file));
    const files: MsBuildFiles = {
      read: (file) => (mayOpen(file) ? this.#sheet(file) : undefined),
      exists: (file) => (mayOpen(file) ? this.#isThere(file) : undefined),
      ...(solution === undefined ? {} : { solutionFolder: solution }),
    };
    const project = readMsBuildProject(path, root, wanted, files);
    const { choice } = project;
    const origin = `${basename(path)} ${choice.configuration}|${choice.platform}`;
    const target = targetMacros(choice, project.property);
    const flagsFrom = (from: MsBuildFlags): CompileFlags => {
      const defines: Record<string, string> = { ...target.defines };
      for (const define of from.defines) addDefine(defines, define);
      return {
        defines,
        undefines: [...target.undefines, ...from.undefines],
        includeFolders: from.includeFolders,
        forcedIncludes: from.forcedIncludes.map(toNative),
        origin,
      };
    };
    const own = [...project.ofSources].map(([source, flags]) => [source, flagsFrom(flags)] as const);
    return { flags: flagsFrom(project), flagsOf: Object.fromEntries(own) };
  }

  #isThere(path: string): boolean {
    let known = this.#exists.get(path);
    if (known === undefined) {
      known = isThere(path);
      this.#exists.set(path, known);
    }
    return known;
  }

  #namesIn(folder: string): readonly string[] {
    let known = this.#names.get(folder);
    if (known === undefined) {
      known = namesIn(folder);
      this.#names.set(folder, known);
    }
    return known;
  }

  #sheet(path: string): XmlElement | undefined {
    if (!this.#sheets.has(path)) this.#sheets.set(path, readSheet(path));
    return this.#sheets.get(path);
  }

  /** The nearest folder upwards with a solution, and the one where the repository begins. */
  #around(folder: string): Surroundings {
    let known = this.#surroundings.get(folder);
    if (known === undefined) {
      known = this.#lookAround(folder);
      this.#surroundings.set(folder, known);
    }
    return known;
  }

  #lookAround(folder: string): Surroundings {
    let solution: string | undefined;
    for (let at = folder, up = 0; up < MOST_FOLDERS_UP; at = dirname(at), up += 1) {
      const names = this.#namesIn(at);
      if (solution === undefined && names.some((name) => /\.slnx?$/i.test(name))) solution = at;
      if (names.includes('.git')) return { solution, repository: at };
      if (dirname(at) === at) break;
    }
    // Without a repository nobody knows where the project's own folders end.
    return this.#folders.some((allowed) => solution !== undefined && isInside(allowed, solution)) ? { solution } : {};
  }
}

interface Surroundings {
  readonly solution?: string | undefined;
  readonly repository?: string;
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readSheet(path: string): XmlElement | undefined {
  if (!isAbsolute(path) || isUncOrDevicePath(path)) return undefined;
  try {
    return readXml(decodeText(readBounded(path, MOST_SHEET_BYTES)));
  } catch {
    return undefined;
  }
}
