/**
 * How the source scanner reaches other files: texts from open documents or disk, and where an #include leads.
 * One of these per thread; answers are remembered until `forget`. Opens no UNC path and nothing but plain files.
 */
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import type { SourceFiles } from '../core/source/scanSource';
import { ownCopy } from '../core/source/text/ownCopy';
import type { ProjectMap } from './builds/projects';
import { MOST_BYTES } from './files/fileKinds';
import { commonFolderLength, isUncOrDevicePath } from './files/paths';
import { readSource, type ReadSource } from './files/readSource';

/** Texts kept in memory, in UTF-16 units; headers are read again and again. */
const MOST_CACHED_UNITS = 12 << 20;

export interface SourceFilesOptions {
  /** Every source that was discovered: where an include is found by name when no folder leads to it. */
  readonly known: readonly string[];
  readonly projects: ProjectMap;
  /** Folders of --include, absolute. */
  readonly includeFolders: readonly string[];
}

export class DiskSourceFiles implements SourceFiles {
  readonly #options: SourceFilesOptions;
  #unitFolders: readonly string[] = [];
  readonly #byName = new Map<string, string[]>();
  /** Whole paths in lower case: drivers are written where case doesn't tell files apart. */
  readonly #byLower = new Map<string, string>();
  readonly #open = new Map<string, string>();
  readonly #texts = new Map<string, ReadSource | undefined>();
  readonly #isFile = new Map<string, boolean>();
  readonly #listed: Set<string>;
  readonly #folders = new FolderNames();
  /** By the folders of a unit: files of one project come one after the other, and come back. */
  readonly #views = new Map<string, IncludeView>();
  #view: IncludeView = new IncludeView();
  #cachedUnits = 0;

  constructor(options: SourceFilesOptions) {
    this.#options = options;
    this.#listed = new Set(options.known);
    for (const path of options.known) {
      const name = basename(path).toLowerCase();
      const paths = this.#byName.get(name);
      if (paths === undefined) this.#byName.set(name, [path]);
      else paths.push(path);
      this.#byLower.set(path.toLowerCase(), path);
    }
  }

  /** Include folders of the source that is scanned next, for all that it includes. */
  setUnitFolders(folders: readonly string[]): void {
    if (folders.length === this.#unitFolders.length && folders.every((folder, at) => folder === this.#unitFolders[at]))
      return;
    this.#unitFolders = folders;
    const key = folders.join('\n');
    let view = this.#views.get(key);
    if (view === undefined) this.#views.set(key, (view = new IncludeView()));
    this.#view = view;
  }

  /** An open document's text wins over the disk; undefined: the document was closed. */
  setOpen(path: string, text: string | undefined): void {
    // An edit changes no path: where includes lead stays known.
    const edited = text !== undefined && this.#open.has(path);
    if (text === undefined) this.#open.delete(path);
    else this.#open.set(path, text);
    if (!edited) this.forget(path);
  }

  /** A file changed on disk: its text and what was found in its place are read anew. */
  forget(path: string): void {
    this.#cachedUnits -= this.#texts.get(path)?.text.length ?? 0;
    this.#texts.delete(path);
    this.#isFile.delete(path);
    this.#listed.delete(path);
    this.#folders.forget(dirname(path));
    this.#views.clear();
    this.#view = new IncludeView();
    this.#views.set(this.#unitFolders.join('\n'), this.#view);
  }

  openText(path: string): string | undefined {
    return this.#open.get(path);
  }

  readText(path: string): string | undefined {
    const open = this.#open.get(path);
    if (open !== undefined) return open;
    if (!this.#texts.has(path)) this.#keep(path, this.#exists(path) ? readDisk(path) : undefined);
    return this.#texts.get(path)?.text;
  }

  /** A file that is to be scanned, as it was when it was read first. Throws like `readSource`. */
  readOnce(path: string): ReadSource {
    const known = this.#texts.get(path);
    if (known !== undefined) return known;
    const read = readSource(path);
    this.#keep(path, read);
    return read;
  }

  #keep(path: string, read: ReadSource | undefined): void {
    if (this.#cachedUnits > MOST_CACHED_UNITS) {
      this.#texts.clear();
      this.#cachedUnits = 0;
    }
    this.#texts.set(path, read);
    this.#cachedUnits += read?.text.length ?? 0;
  }

  resolveInclude(from: string, name: string, angled: boolean): string | undefined {
    const seen = this.#view.from(from, () => this.#options.projects.projectOf(from)?.folder ?? '');
    const leads = angled ? seen.angled : seen.quoted;
    let path = leads.get(name);
    if (path === undefined) leads.set(ownCopy(name), (path = this.#resolve(from, name, angled) ?? null));
    return path ?? undefined;
  }

  #resolve(from: string, name: string, angled: boolean): string | undefined {
    const wanted = sep === '/' ? name.replaceAll('\\', '/') : name.replaceAll('/', '\\');
    if (wanted === '' || isUncOrDevicePath(wanted) || wanted.includes('\0')) return undefined;
    if (isAbsolute(wanted)) return this.#exists(wanted) ? wanted : undefined;
    const folders = [
      // A document without a path (untitled) has no folder.
      ...(angled || !isAbsolute(from) ? [] : [dirname(from)]),
      ...this.#unitFolders,
      ...(this.#options.projects.projectOf(from)?.includeFolders ?? []),
      ...this.#options.includeFolders,
    ];
    for (const folder of folders) {
      const path = join(folder, wanted);
      const alike = this.#byLower.get(path.toLowerCase());
      // Where both spellings mean one file, it goes by the one it was discovered under.
      if (this.#exists(path)) return sep === '\\' ? (alike ?? path) : path;
      if (alike !== undefined) return alike;
    }
    return this.#findByName(from, wanted);
  }

  /** The one discovered file whose path ends so; of several, the one nearest to `from`; of two equally near, none. */
  #findByName(from: string, wanted: string): string | undefined {
    const tail = wanted
      .split(sep)
      .filter((part) => part !== '..' && part !== '.')
      .join(sep);
    const end = `${sep}${tail}`.toLowerCase();
    const candidates = (this.#byName.get(basename(tail).toLowerCase()) ?? []).filter((path) =>
      path.toLowerCase().endsWith(end),
    );
    let best: string | undefined;
    let bestLength = -1;
    for (const path of candidates) {
      const length = commonFolderLength(path, from);
      if (length > bestLength) [best, bestLength] = [path, length];
      else if (length === bestLength) best = undefined;
    }
    return best;
  }

  #exists(path: string): boolean {
    let known = this.#isFile.get(path);
    if (known === undefined) {
      known = this.#listed.has(path) || (this.#folders.mayHold(path) && isReadableFile(path));
      this.#isFile.set(path, known);
    }
    return known || this.#open.has(path);
  }
}

/** Names in folders in which includes are looked for: mostly in vain, and a list costs less than many questions. */
class FolderNames {
  /** In lower case; undefined: the folder can't be listed. */
  readonly #names = new Map<string, ReadonlySet<string> | undefined>();

  /** False: there is surely no such file. */
  mayHold(path: string): boolean {
    const name = basename(path);
    // File systems spell other letters as they like.
    if (!/^[\x20-\x7e]*$/.test(name)) return true;
    const folder = dirname(path);
    if (!this.#names.has(folder)) this.#names.set(folder, namesIn(folder));
    const names = this.#names.get(folder);
    return names === undefined || names.has(name.toLowerCase());
  }

  forget(folder: string): void {
    this.#names.delete(folder);
  }
}

const NO_NAMES: ReadonlySet<string> = new Set();

function namesIn(folder: string): ReadonlySet<string> | undefined {
  try {
    return new Set(readdirSync(folder).map((name) => name.toLowerCase()));
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? NO_NAMES : undefined;
  }
}

/** Where includes lead from one place: null nowhere. */
interface Leads {
  readonly quoted: Map<string, string | null>;
  readonly angled: Map<string, string | null>;
}

/** Where includes lead with one list of include folders: the same for all files of a folder and a project. */
class IncludeView {
  readonly #byPlace = new Map<string, Leads>();
  readonly #byFile = new Map<string, Leads>();

  from(file: string, projectFolder: () => string): Leads {
    const known = this.#byFile.get(file);
    if (known !== undefined) return known;
    const place = `${dirname(file)}\n${projectFolder()}`;
    let leads = this.#byPlace.get(place);
    if (leads === undefined) this.#byPlace.set(place, (leads = { quoted: new Map(), angled: new Map() }));
    this.#byFile.set(file, leads);
    return leads;
  }
}

function isReadableFile(path: string): boolean {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() === true && stats.size <= MOST_BYTES.source;
  } catch {
    return false;
  }
}

function readDisk(path: string): ReadSource | undefined {
  try {
    return readSource(path);
  } catch {
    return undefined;
  }
}
