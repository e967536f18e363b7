/**
 * Finds what there is to scan below the given files and folders. A folder that can't be read is an issue, the others
 * go on; links are followed, but never in circles. Reads names and sizes, and the first bytes of files of unknown kind.
 */
import { readdirSync, realpathSync, statSync, type Dirent, type Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BuildChoice } from '../builds/msbuild';
import {
  isBuildSettingsFile,
  isProjectFile,
  isSkippedFolder,
  kindOfName,
  startsAsImage,
  startsAsImageSync,
  type FileKind,
} from './fileKinds';
import { globMatcher } from './globPattern';
import { describeFileError } from './paths';

const FOLDERS_PER_TURN = 32;
/** Bytes of a DOS header: what is smaller needs no look. */
const LEAST_IMAGE = 64;

export interface DiscoveredFile {
  /** Absolute. */
  readonly path: string;
  readonly kind: FileKind;
  readonly size: number;
  readonly mtimeMs: number;
}

export interface FileIssue {
  readonly file: string;
  readonly message: string;
  readonly offset?: number;
}

export interface Discovery {
  /** In the order of their paths. */
  readonly files: readonly DiscoveredFile[];
  /** Files that say which driver the sources around them make; see projects.ts. */
  readonly projectFiles: readonly string[];
  /** Files that say what others are compiled with; see buildSettings.ts. In the order of their paths. */
  readonly settingsFiles: readonly string[];
  readonly issues: readonly FileIssue[];
  /** Roots that can't be read at all; each has an issue, too. */
  readonly unreadableRoots: readonly FileIssue[];
}

/** A file or folder to look in. */
export interface ScanRoot {
  /** Absolute. */
  readonly path: string;
  /** Globs relative to the root. */
  readonly exclude?: readonly string[];
  /** Which configuration of its projects counts. */
  readonly build?: BuildChoice;
}

interface Folder {
  readonly path: string;
  /** The path without links: what tells two ways to one folder apart from two folders. */
  readonly real: string;
  /** Of an absolute path. */
  readonly isExcluded: (path: string) => boolean;
}

/** How the file system is asked. */
interface FileSystem {
  entries(folder: string): Dirent[] | Promise<Dirent[]>;
  realpath(path: string): string | Promise<string>;
  stat(path: string): Stats | Promise<Stats>;
  startsAsImage(path: string): boolean | Promise<boolean>;
}

/** Other work goes on while a disk or a share is slow. */
const BESIDE_OTHER_WORK: FileSystem = {
  entries: (folder) => readdir(folder, { withFileTypes: true }),
  realpath,
  stat,
  startsAsImage,
};

/** Several times as fast, for programs that do nothing else meanwhile. */
const BLOCKING: FileSystem = {
  entries: (folder) => readdirSync(folder, { withFileTypes: true }),
  realpath: (path) => realpathSync(path),
  stat: (path) => statSync(path),
  startsAsImage: startsAsImageSync,
};

export interface DiscoverOptions {
  readonly signal?: AbortSignal | undefined;
  /** The thread may be blocked by the file system. */
  readonly blocking?: boolean | undefined;
}

/** Finds sources and images below the roots. A root that is a file is taken whatever its name. */
export async function discoverFiles(roots: readonly ScanRoot[], options: DiscoverOptions = {}): Promise<Discovery> {
  const walk = new Walk(options.signal, options.blocking === true ? BLOCKING : BESIDE_OTHER_WORK);
  for (const root of roots) await walk.addRoot(root);
  await walk.run();
  return walk.result();
}

class Walk {
  readonly #files = new Map<string, DiscoveredFile>();
  readonly #projectFiles: string[] = [];
  readonly #settingsFiles: string[] = [];
  readonly #issues: FileIssue[] = [];
  readonly #unreadableRoots: FileIssue[] = [];
  readonly #folders: Folder[] = [];
  /** Links wait until everything is visited that can be reached without them. */
  readonly #links: Folder[] = [];
  readonly #visited = new Set<string>();

  constructor(
    private readonly signal: AbortSignal | undefined,
    private readonly fileSystem: FileSystem,
  ) {}

  async addRoot({ path, exclude = [] }: ScanRoot): Promise<void> {
    const matches = globMatcher(exclude);
    const root = path;
    const isExcluded = (child: string): boolean =>
      exclude.length > 0 && matches(relative(root, child).split(sep).join('/'));
    try {
      const real = await this.fileSystem.realpath(path);
      const stats = await this.fileSystem.stat(path);
      if (stats.isDirectory()) {
        await this.fileSystem.entries(path);
        this.#folders.push({ path, real, isExcluded });
      } else await this.#addFile({ path, real, isExcluded }, stats, true);
    } catch (error) {
      const issue = { file: path, message: describeFileError(error) };
      this.#unreadableRoots.push(issue);
      this.#issues.push(issue);
    }
  }

  async run(): Promise<void> {
    for (let step = 1; ; step += 1) {
      // Where the file system blocks, nothing else would get its turn: Ctrl-C, for one.
      if (step % FOLDERS_PER_TURN === 0) await nextTurn();
      this.signal?.throwIfAborted();
      const folder = this.#folders.pop();
      if (folder !== undefined) await this.#visit(folder);
      else {
        const link = this.#links.pop();
        if (link === undefined) return;
        await this.#follow(link);
      }
    }
  }

  result(): Discovery {
    const files = [...this.#files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    return {
      files,
      projectFiles: this.#projectFiles.sort(),
      settingsFiles: this.#settingsFiles.sort(),
      issues: this.#issues,
      unreadableRoots: this.#unreadableRoots,
    };
  }

  async #visit(folder: Folder): Promise<void> {
    if (this.#visited.has(folder.real)) return;
    this.#visited.add(folder.real);
    let entries: Dirent[];
    try {
      entries = await this.fileSystem.entries(folder.path);
    } catch (error) {
      this.#issue(folder.path, describeFileError(error));
      return;
    }
    const files: Promise<void>[] = [];
    for (const entry of entries) {
      const child: Folder = {
        path: join(folder.path, entry.name),
        real: join(folder.real, entry.name),
        isExcluded: folder.isExcluded,
      };
      if (this.#skips(entry, child)) continue;
      if (entry.isDirectory()) this.#folders.push(child);
      else if (entry.isSymbolicLink()) this.#links.push(child);
      else if (entry.isFile()) files.push(this.#addEntry(child));
    }
    await Promise.all(files);
  }

  #skips(entry: Dirent, child: Folder): boolean {
    if (!entry.isFile() && isSkippedFolder(entry.name)) return true;
    return child.isExcluded(child.path);
  }

  async #follow(link: Folder): Promise<void> {
    try {
      const real = await this.fileSystem.realpath(link.path);
      const stats = await this.fileSystem.stat(real);
      if (stats.isDirectory()) this.#folders.push({ ...link, real });
      else if (stats.isFile()) await this.#addFile({ ...link, real }, stats, false);
    } catch (error) {
      this.#issue(link.path, describeFileError(error));
    }
  }

  async #addEntry(file: Folder): Promise<void> {
    try {
      await this.#addFile(file, await this.fileSystem.stat(file.path), false);
    } catch (error) {
      this.#issue(file.path, describeFileError(error));
    }
  }

  async #addFile(file: Folder, stats: Stats, named: boolean): Promise<void> {
    if (this.#files.has(file.real)) return;
    if (isProjectFile(file.path)) this.#projectFiles.push(file.path);
    else if (isBuildSettingsFile(file.path)) this.#settingsFiles.push(file.path);
    const kind = kindOfName(file.path) ?? ((await this.#isImage(file.path, stats)) ? 'image' : undefined);
    if (kind !== undefined && stats.isFile()) {
      this.#files.set(file.real, { path: file.path, kind, size: stats.size, mtimeMs: stats.mtimeMs });
    } else if (named)
      this.#issue(
        file.path,
        stats.isFile() ? 'neither a C or C++ source nor a PE image' : 'neither a file nor a folder',
      );
  }

  #isImage(path: string, stats: Stats): boolean | Promise<boolean> {
    return stats.isFile() && stats.size >= LEAST_IMAGE && this.fileSystem.startsAsImage(path);
  }

  #issue(file: string, message: string): void {
    this.#issues.push({ file, message });
  }
}
