/**
 * Properties of an MSBuild project as far as its files tell them: `$(Name)`, the well-known ones of the file that is
 * read, and the two functions projects import their shared settings with. Everything else is not known.
 */
import { basename, dirname, extname, join, sep } from 'node:path';

/** Properties that the tools set, or machines: where the project's files don't, nothing is known of their value. */
const OF_TOOLS =
  /^(?:VCTargetsPath\w*|MSBuild\w+|WindowsSdk\w*|WDK\w*|DDK_\w+|KM_\w+|UM_\w+|SDK_\w+|KMDF_\w+|UMDF_\w+|VC_\w+|VCInstall\w+|VSInstall\w+|DevEnvDir|WindowsTargetPlatform\w*|UniversalCRT\w*|FrameworkSdkDir|UserRootDir|LOCALAPPDATA|USERPROFILE|ProgramFiles\w*|Path|TEMP|SystemRoot|VisualStudioVersion|Spectre\w*|NETFX\w*)$/i;
const MOST_LENGTH = 1 << 16;
const MOST_ROUNDS = 8;

/** What a text expands to, or undefined where that can't be known. */
export type Expanded = string | undefined;

export class MsBuildProperties {
  readonly #values = new Map<string, Expanded>();

  constructor(
    private readonly project: string,
    /** Where a folder above holds a file of this name; for GetDirectoryNameOfFileAbove. */
    private readonly folderAbove: (from: string, name: string) => string | undefined,
  ) {
    const folder = withSeparator(dirname(project));
    const name = basename(project, extname(project));
    for (const property of ['ProjectDir', 'MSBuildProjectDirectory']) this.set(property, folder);
    for (const property of ['ProjectName', 'MSBuildProjectName', 'TargetName']) this.set(property, name);
    this.set('MSBuildProjectFile', basename(project));
    this.set('ProjectPath', project);
    this.set('MSBuildProjectFullPath', project);
    this.set('MSBuildProjectExtension', extname(project));
    // Visual Studio sets this; builds of a project alone take its own folder.
    this.set('SolutionDir', undefined);
    this.set('OS', 'Windows_NT');
  }

  get(name: string): Expanded {
    return this.#values.get(name.toLowerCase()) ?? (this.#isHidden(name) ? undefined : '');
  }

  set(name: string, value: Expanded): void {
    this.#values.set(name.toLowerCase(), value);
  }

  /** The text with its properties replaced; `file` is the one that holds it. */
  expand(text: string, file: string): Expanded {
    let expanded = text;
    for (let round = 0; round < MOST_ROUNDS && expanded.includes('$('); round += 1) {
      let isKnown = true;
      const next = expanded.replace(/\$\(([A-Za-z_][\w.-]*)\)/g, (_all, name: string) => {
        const value = this.#valueIn(file, name);
        if (value === undefined) isKnown = false;
        return value ?? '';
      });
      if (!isKnown || next.length > MOST_LENGTH) return undefined;
      expanded = next === expanded ? (this.#call(expanded) ?? '$(') : next;
    }
    return expanded.includes('$(') ? undefined : expanded;
  }

  #isHidden(name: string): boolean {
    return this.#values.has(name.toLowerCase()) || OF_TOOLS.test(name);
  }

  #valueIn(file: string, name: string): Expanded {
    switch (name.toLowerCase()) {
      case 'msbuildthisfiledirectory':
        return withSeparator(dirname(file));
      case 'msbuildthisfile':
        return basename(file);
      case 'msbuildthisfilename':
        return basename(file, extname(file));
      case 'msbuildthisfilefullpath':
        return file;
      default:
        return this.get(name);
    }
  }

  /** `$([MSBuild]::GetDirectoryNameOfFileAbove(FOLDER, FILE))`, `$([MSBuild]::GetPathOfFileAbove(FILE, FOLDER))`. */
  #call(text: string): Expanded {
    const call = /\$\(\[MSBuild\]::(GetDirectoryNameOfFileAbove|GetPathOfFileAbove)\(([^(),]*)(?:,([^(),]*))?\)\)/i;
    const [all, method, first = '', second = ''] = call.exec(text) ?? [];
    if (all === undefined) return undefined;
    const isPath = method?.toLowerCase() === 'getpathoffileabove';
    const [name, from] = (isPath ? [first, second] : [second, first]).map(unquoted);
    const folder = this.folderAbove(
      toNative(from === '' || from === undefined ? dirname(this.project) : from),
      name ?? '',
    );
    if (folder === undefined) return undefined;
    return text.replace(all, () => (isPath ? join(folder, name ?? '') : folder));
  }
}

function unquoted(text: string): string {
  return text.trim().replace(/^(['"`])(.*)\1$/, '$2');
}

function withSeparator(folder: string): string {
  return folder.endsWith(sep) ? folder : folder + sep;
}

/** Project files are written with backslashes, whatever the machine that reads them. */
export function toNative(path: string): string {
  return sep === '/' ? path.replaceAll('\\', '/') : path;
}
