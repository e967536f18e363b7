/**
 * What an MSBuild project compiles its sources with in one configuration: macros, include folders, forced includes.
 * Follows property sheets that lie where the caller allows it; runs no target and no function that does anything.
 */
import { dirname, isAbsolute, join, sep } from 'node:path';
import { isUncOrDevicePath } from '../files/paths';
import { evaluateMsBuildCondition } from './msbuildCondition';
import { MsBuildProperties, toNative } from './msbuildProperties';
import type { XmlElement } from './xmlTree';

/** Configuration and platform as project files spell them: `Debug`, `x64`. */
export interface BuildChoice {
  readonly configuration: string;
  readonly platform: string;
}

/** What is taken where nobody chose: what the WDK's defaults of wdkDefines.ts describe. */
export const DEFAULT_BUILD: BuildChoice = { configuration: 'Release', platform: 'x64' };

/** What the compiler is told, with what a project's list inherits resolved. */
export interface MsBuildFlags {
  /** `NAME` or `NAME=VALUE`. */
  readonly defines: readonly string[];
  readonly undefines: readonly string[];
  /** Absolute. */
  readonly includeFolders: readonly string[];
  /** As #include would name them. */
  readonly forcedIncludes: readonly string[];
}

export interface MsBuildProject extends MsBuildFlags {
  /** The configuration that was read: of those the project has, the one nearest to what was asked for. */
  readonly choice: BuildChoice;
  /** Sources (absolute path) that are compiled with something of their own. */
  readonly ofSources: ReadonlyMap<string, MsBuildFlags>;
  /** Of a property after everything was read; empty where it is not set. */
  readonly property: (name: string) => string;
}

/** How the evaluation reaches files. */
export interface MsBuildFiles {
  /** An XML file's root, where it may be read and is XML. */
  readonly read: (path: string) => XmlElement | undefined;
  readonly exists: (path: string) => boolean | undefined;
  /** Where the project's solution lies, as far as that can be told. */
  readonly solutionFolder?: string;
}

const MOST_IMPORTS = 64;
const MOST_IMPORT_DEPTH = 8;
const MOST_FOLDERS_UP = 64;

/** Evaluates a project for the configuration nearest to `wanted`. */
export function readMsBuildProject(
  path: string,
  root: XmlElement,
  wanted: BuildChoice,
  files: MsBuildFiles,
): MsBuildProject {
  return new Evaluation(path, root, wanted, files).run();
}

/** Something to apply once all properties are known. */
interface Postponed {
  readonly element: XmlElement;
  readonly file: string;
}

const LISTS = {
  preprocessordefinitions: 'defines',
  undefinepreprocessordefinitions: 'undefines',
  additionalincludedirectories: 'includeFolders',
  forcedincludefiles: 'forcedIncludes',
} as const;
type Lists = Record<(typeof LISTS)[keyof typeof LISTS], readonly string[]>;
const NO_LISTS: Lists = { defines: [], undefines: [], includeFolders: [], forcedIncludes: [] };

class Evaluation {
  private readonly properties: MsBuildProperties;
  private readonly definitions: Postponed[] = [];
  private readonly items: Postponed[] = [];
  private readonly choice: BuildChoice;
  private readonly imported = new Set<string>();

  constructor(
    private readonly path: string,
    private readonly root: XmlElement,
    wanted: BuildChoice,
    private readonly files: MsBuildFiles,
  ) {
    this.properties = new MsBuildProperties(path, (from, name) => this.folderAbove(from, name));
    this.choice = chooseConfiguration(configurationsOf(root), wanted);
    if (files.solutionFolder !== undefined) this.properties.set('SolutionDir', join(files.solutionFolder, sep));
    this.properties.set('Configuration', this.choice.configuration);
    this.properties.set('Platform', this.choice.platform);
  }

  run(): MsBuildProject {
    this.readChildren(this.root, this.path, 0);
    let common = NO_LISTS;
    for (const { element, file } of this.definitions) {
      for (const child of element.children) {
        if (child.name === 'ClCompile' && this.holds(child, file)) common = this.withMetadata(common, child, file);
      }
    }
    return {
      ...this.flags(common),
      choice: this.choice,
      ofSources: this.readItems(common),
      property: (name) => this.properties.get(name) ?? '',
    };
  }

  private readChildren(element: XmlElement, file: string, depth: number): void {
    for (const child of element.children) {
      if (child.name !== 'Import' && !this.holds(child, file)) continue;
      switch (child.name) {
        case 'PropertyGroup':
          this.readProperties(child, file);
          break;
        case 'ItemDefinitionGroup':
          this.definitions.push({ element: child, file });
          break;
        case 'ItemGroup':
          this.items.push({ element: child, file });
          break;
        case 'ImportGroup':
          this.readChildren(child, file, depth);
          break;
        case 'Import':
          this.readImport(child, file, depth);
          break;
        case 'Choose':
          this.readChoose(child, file, depth);
          break;
      }
    }
  }

  private readProperties(group: XmlElement, file: string): void {
    for (const property of group.children) {
      if (!this.holds(property, file)) continue;
      this.properties.set(property.name, this.properties.expand(property.text.trim(), file));
    }
  }

  private readChoose(element: XmlElement, file: string, depth: number): void {
    const taken = element.children.find(
      (child) => child.name === 'Otherwise' || (child.name === 'When' && this.holds(child, file)),
    );
    if (taken !== undefined) this.readChildren(taken, file, depth);
  }

  private readImport(element: XmlElement, file: string, depth: number): void {
    const project = element.attributes.get('Project') ?? '';
    // What the tools' own files import by themselves.
    if (/\$\(VCTargetsPath\)[\\/]Microsoft\.Cpp\.Default\.props$/i.test(project))
      this.readShared('Directory.Build.props', depth);
    else if (/\$\(VCTargetsPath\)[\\/]Microsoft\.Cpp\.targets$/i.test(project))
      this.readShared('Directory.Build.targets', depth);
    else if (this.holds(element, file)) {
      const expanded = this.properties.expand(project, file);
      if (expanded !== undefined && expanded !== '') this.readFile(this.absolute(expanded, file), depth);
    }
  }

  private readShared(name: string, depth: number): void {
    const folder = this.folderAbove(dirname(this.path), name);
    if (folder !== undefined) this.readFile(join(folder, name), depth);
  }

  private readFile(path: string, depth: number): void {
    // MSBuild, too, imports a file once.
    if (this.imported.has(path) || this.imported.size >= MOST_IMPORTS) return;
    if (depth >= MOST_IMPORT_DEPTH || isUncOrDevicePath(path)) return;
    this.imported.add(path);
    const root = this.files.read(path);
    if (root !== undefined) this.readChildren(root, path, depth + 1);
  }

  private folderAbove(from: string, name: string): string | undefined {
    if (name === '' || /[\\/]/.test(name) || isUncOrDevicePath(from) || !isAbsolute(from)) return undefined;
    let folder = join(from, '.');
    for (let up = 0; up < MOST_FOLDERS_UP; up += 1) {
      const found = this.files.exists(join(folder, name));
      if (found === true) return folder;
      const above = dirname(folder);
      if (above === folder || found === undefined) return undefined;
      folder = above;
    }
    return undefined;
  }

  private holds(element: XmlElement, file: string): boolean {
    const condition = element.attributes.get('Condition');
    if (condition === undefined) return true;
    return (
      evaluateMsBuildCondition(condition, {
        expand: (text) => this.properties.expand(text, file),
        exists: (text) => {
          const path = this.absolute(text, file);
          return isUncOrDevicePath(path) ? undefined : this.files.exists(path);
        },
      }) === true
    );
  }

  private absolute(path: string, file: string): string {
    const native = toNative(path);
    return isAbsolute(native) ? native : join(dirname(file), native);
  }

  /** The lists with what `element` says of them; `%(…)` stands for what they were. */
  private withMetadata(before: Lists, element: XmlElement, file: string): Lists {
    const lists: Lists = { ...before };
    for (const child of element.children) {
      const list = LISTS[child.name.toLowerCase() as keyof typeof LISTS];
      if (list === undefined || !this.holds(child, file)) continue;
      const inherited = lists[list];
      lists[list] = child.text.split(';').flatMap((entry): readonly string[] => {
        const item = entry.trim();
        if (/^%\((?:ClCompile\.)?\w+\)$/.test(item)) return inherited;
        // Each entry may fail to be known by itself.
        const value = this.properties.expand(item, file) ?? '';
        return value
          .split(';')
          .map((part) => part.trim())
          .filter((part) => part !== '' && !/[%@]\(/.test(part));
      });
    }
    return lists;
  }

  private readItems(common: Lists): Map<string, MsBuildFlags> {
    const own = new Map<string, MsBuildFlags>();
    for (const { element, file } of this.items) {
      for (const item of element.children) {
        if (item.name !== 'ClCompile' || !this.holds(item, file)) continue;
        if (!item.children.some((child) => child.name.toLowerCase() in LISTS)) continue;
        const source = this.properties.expand(item.attributes.get('Include') ?? '', file);
        if (source === undefined || source === '' || /[*?]/.test(source)) continue;
        const lists = this.withMetadata(common, item, file);
        if (Object.values(LISTS).some((list) => lists[list].join(';') !== common[list].join(';')))
          own.set(this.absolute(source, this.path), this.flags(lists));
      }
    }
    return own;
  }

  private flags({ defines, undefines, includeFolders, forcedIncludes }: Lists): MsBuildFlags {
    const folders = includeFolders
      .map((folder) => this.absolute(folder, this.path).replace(/(?<=.)[\\/]+$/, ''))
      .filter((folder) => !isUncOrDevicePath(folder));
    return { defines, undefines, includeFolders: [...new Set(folders)], forcedIncludes };
  }
}

function configurationsOf(root: XmlElement): BuildChoice[] {
  return root.children
    .filter((group) => group.name === 'ItemGroup')
    .flatMap((group) => group.children)
    .filter((item) => item.name === 'ProjectConfiguration')
    .flatMap((item) => {
      const [configuration = '', platform = ''] = (item.attributes.get('Include') ?? '').split('|');
      return platform === '' ? [] : [{ configuration, platform }];
    });
}

/** Of what the project has: the same, else of that platform one whose name holds the wanted one, else the nearest. */
function chooseConfiguration(known: readonly BuildChoice[], wanted: BuildChoice): BuildChoice {
  const configuration = wanted.configuration.toLowerCase();
  const score = (choice: BuildChoice): number => {
    const own = choice.configuration.toLowerCase();
    const words = own.split(/[^a-z0-9]+/);
    const likeness =
      own === configuration ? 3 : words.includes(configuration) ? 2 : own.includes(configuration) ? 1 : 0;
    return (choice.platform.toLowerCase() === wanted.platform.toLowerCase() ? 1 : 0) + 2 * likeness;
  };
  let best: BuildChoice | undefined;
  // Of several alike the last: projects list their systems from the oldest to the newest.
  for (const choice of known) if (best === undefined || score(choice) >= score(best)) best = choice;
  return best ?? wanted;
}
