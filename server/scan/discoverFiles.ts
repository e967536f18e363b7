/**
 * Finds what there is to scan below the given files and folders. A folder that can't be read is an issue, the others
 * go on; links are followed, but never in circles. Reads names and sizes, and the first bytes of files of unknown kind.
 */
import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { globMatcher } from './globPattern';
import { isProjectFile, isSkippedFolder, kindOfName, startsAsImage, type FileKind } from './fileKinds';
import { describeFileError } from './paths';

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
}

interface Folder {
  readonly path: string;
  /** The path without links: what tells two ways to one folder apart from two folders. */
  readonly real: string;
  readonly root: string;
  readonly isExcluded: (path: string) => boolean;
}

/** Finds sources and images below the roots. A root that is a file is taken whatever its name. */
export async function discoverFiles(roots: readonly ScanRoot[], signal?: AbortSignal): Promise<Discovery> {
  const walk = new Walk(signal);
  for (const root of roots) await walk.addRoot(root);
  await walk.run();
  return walk.result();
}

class Walk {
  readonly #files = new Map<string, DiscoveredFile>();
  readonly #projectFiles: string[] = [];
  readonly #issues: FileIssue[] = [];
  readonly #unreadableRoots: FileIssue[] = [];
  readonly #folders: Folder[] = [];
  /** Links wait until everything is visited that can be reached without them. */
  readonly #links: Folder[] = [];
  readonly #visited = new Set<string>();

  constructor(private readonly signal: AbortSignal | undefined) {}

  async addRoot({ path, exclude = [] }: ScanRoot): Promise<void> {
    const isExcluded = globMatcher(exclude);
    try {
      const real = await realpath(path);
      const stats = await stat(path);
      if (stats.isDirectory()) {
        await readdir(path);
        this.#folders.push({ path, real, root: path, isExcluded });
      } else await this.#addFile({ path, real, root: dirname(path), isExcluded }, stats, true);
    } catch (error) {
      const issue = { file: path, message: describeFileError(error) };
      this.#unreadableRoots.push(issue);
      this.#issues.push(issue);
    }
  }

  async run(): Promise<void> {
    for (;;) {
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
      issues: this.#issues,
      unreadableRoots: this.#unreadableRoots,
    };
  }

  async #visit(folder: Folder): Promise<void> {
    if (this.#visited.has(folder.real)) return;
    this.#visited.add(folder.real);
    let entries: Dirent[];
    try {
      entries = await readdir(folder.path, { withFileTypes: true });
    } catch (error) {
      this.#issue(folder.path, describeFileError(error));
      return;
    }
    const files: Promise<void>[] = [];
    for (const entry of entries) {
      const child: Folder = {
        path: join(folder.path, entry.name),
        real: join(folder.real, entry.name),
        root: folder.root,
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
    return child.isExcluded(relative(child.root, child.path).split(sep).join('/'));
  }

  async #follow(link: Folder): Promise<void> {
    try {
      const real = await realpath(link.path);
      const stats = await stat(real);
      if (stats.isDirectory()) this.#folders.push({ ...link, real });
      else if (stats.isFile()) await this.#addFile({ ...link, real }, stats, false);
    } catch (error) {
      this.#issue(link.path, describeFileError(error));
    }
  }

  async #addEntry(file: Folder): Promise<void> {
    try {
      await this.#addFile(file, await stat(file.path), false);
    } catch (error) {
      this.#issue(file.path, describeFileError(error));
    }
  }

  async #addFile(file: Folder, stats: Stats, named: boolean): Promise<void> {
    if (this.#files.has(file.real)) return;
    if (isProjectFile(file.path)) this.#projectFiles.push(file.path);
    const kind = kindOfName(file.path) ?? ((await startsAsImage(file.path)) ? 'image' : undefined);
    if (kind !== undefined && stats.isFile()) {
      this.#files.set(file.real, { path: file.path, kind, size: stats.size, mtimeMs: stats.mtimeMs });
    } else if (named) this.#issue(file.path, 'neither a C or C++ source nor a PE image');
  }

  #issue(file: string, message: string): void {
    this.#issues.push({ file, message });
  }
}
