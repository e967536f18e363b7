/**
 * One file to its facts, on whatever thread this runs: reads the file, hands bytes or text to core, adds size, hash and
 * time. Whatever goes wrong with a file becomes an issue of that file.
 */
import { baseName } from '../../src/shared/baseName';
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { FileFacts, TagSite } from '../../src/shared/facts';
import type { PdbReference } from '../core/binary/pdbReference';
import { scanImage, type ScannedImage } from '../core/binary/scanImage';
import { namedIn, type Externals } from '../core/source/externals';
import { scanSource, type SourceParsers } from '../core/source/scanSource';
import { SourceCache } from '../core/source/sourceCache';
import { decodeText } from './decodeText';
import { MOST_BYTES, type FileKind } from './fileKinds';
import { stampOf } from './fileStamp';
import { PdbFinder, type PdbSearch } from './findPdb';
import { describeFileError } from './paths';
import { ProjectMap } from './projects';
import type { FileStamp, ScannedFile, ScanSetup, ScanTask } from './scanTypes';
import { DiskSourceFiles } from './sourceFiles';

/** What stands for a file that could not be scanned: the reason, and nothing else. */
export function failedFile(task: ScanTask, message: string, milliseconds = 0): ScannedFile {
  const facts = { file: task.path, kind: task.kind, size: 0, sites: [], issues: [{ message }], milliseconds };
  return { facts, dependsOn: [], failed: true };
}

/** Images remembered by their bytes: copies of one driver mostly lie near each other. */
const MOST_REMEMBERED = 256;

interface RememberedImage {
  readonly scanned: ScannedImage;
  /** The PDB it asked for. */
  readonly reference: PdbReference | undefined;
}

/** Scans files one after the other within one setup. */
export class FileScanner {
  readonly #files: DiskSourceFiles;
  readonly #cache = new SourceCache();
  readonly #externals = new Map<string, Externals>();
  readonly #projects: ProjectMap;
  readonly #parsers: SourceParsers;
  readonly #defines: ReadonlyMap<string, string>;
  readonly #compileFlags: ScanSetup['compileFlags'];
  readonly #pdbs: PdbFinder;
  /** Tasks of one message share their list of names. */
  readonly #filters = new WeakMap<readonly string[], (text: string) => boolean>();
  readonly #stamps = new Map<string, FileStamp>();
  readonly #byHash = new Map<string, RememberedImage>();

  constructor(setup: ScanSetup, parsers: SourceParsers) {
    this.#parsers = parsers;
    this.#projects = new ProjectMap(setup.projects);
    this.#compileFlags = setup.compileFlags;
    this.#defines = new Map(Object.entries(setup.defines));
    this.#pdbs = new PdbFinder(setup.symbolPath, setup.trusted);
    this.#files = new DiskSourceFiles({
      known: setup.sources,
      projects: this.#projects,
      includeFolders: setup.includeFolders,
    });
  }

  /** An open document's text wins over the disk; undefined: the document was closed. */
  setOpen(path: string, text: string | undefined): void {
    const edited = text !== undefined && this.#files.openText(path) !== undefined;
    this.#files.setOpen(path, text);
    this.#stamps.delete(path);
    if (edited) this.#cache.edited(path);
    else this.#cache.invalidate(path);
  }

  setExternals(project: string, externals: Externals): void {
    this.#externals.set(project, externals);
  }

  /** The file changed on disk. */
  changed(path: string): void {
    this.#files.forget(path);
    this.#stamps.delete(path);
    this.#cache.invalidate(path);
  }

  /** The file's facts; undefined when the task's condition keeps it from being scanned. */
  scan(task: ScanTask): ScannedFile | undefined {
    const started = performance.now();
    const elapsed = (): number => performance.now() - started;
    try {
      const scanned = task.kind === 'image' ? this.#scanImage(task) : this.#scanSource(task);
      return scanned && { ...scanned, facts: { ...scanned.facts, milliseconds: elapsed() } };
    } catch (error) {
      // Core's scanners don't throw on input; should one do so all the same, the fault stays with this file.
      const message = error instanceof FileError ? error.message : `scan failed: ${String(error)}`;
      return failedFile(task, message, elapsed());
    }
  }

  #scanImage(task: ScanTask): ScannedFile {
    const bytes = readBytes(task.path, task.kind);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const search = this.#pdbs.search(task.path);
    const scanned = this.#copyOf(sha256, task, search) ?? this.#scanBytes(bytes, sha256, task, search);
    return { facts: { ...base(task, bytes.length), ...scanned, sha256 }, dependsOn: search.touched() };
  }

  /** The facts of a file with the same bytes, unless a PDB is at hand here that was not there. */
  #copyOf(sha256: string, task: ScanTask, search: PdbSearch): ScannedImage | undefined {
    const known = this.#byHash.get(sha256);
    if (known === undefined) return undefined;
    const { scanned, reference } = known;
    if (scanned.image?.pdb === undefined && reference !== undefined && search.load(reference) !== undefined) {
      return undefined;
    }
    return renamed(scanned, task.path);
  }

  #scanBytes(bytes: Uint8Array, sha256: string, task: ScanTask, search: PdbSearch): ScannedImage {
    let reference: PdbReference | undefined;
    const loadPdb: PdbSearch['load'] = (wanted) => {
      reference = wanted;
      return search.load(wanted);
    };
    const scanned = scanImage(bytes, { file: task.path, loadPdb });
    if (this.#byHash.size >= MOST_REMEMBERED) this.#byHash.clear();
    this.#byHash.set(sha256, { scanned, reference });
    return scanned;
  }

  /** As the file was when its text was first read here. */
  readonly #stampOf = (path: string): FileStamp => {
    let stamp = this.#stamps.get(path);
    if (stamp === undefined) {
      stamp = stampOf(path);
      this.#stamps.set(path, stamp);
    }
    return stamp;
  };

  #named(names: readonly string[]): (text: string) => boolean {
    let named = this.#filters.get(names);
    if (named === undefined) {
      named = namedIn(names);
      this.#filters.set(names, named);
    }
    return named;
  }

  #scanSource(task: ScanTask): ScannedFile | undefined {
    const open = this.#files.openText(task.path);
    const bytes = open === undefined ? readBytes(task.path, task.kind) : Buffer.from(open);
    const text = open ?? decodeText(bytes);
    if (task.onlyIfNaming !== undefined && !this.#named(task.onlyIfNaming)(text)) return undefined;
    const externals = task.project === undefined ? undefined : this.#externals.get(task.project);
    const flags = this.#compileFlags[task.path];
    this.#files.setUnitFolders(flags?.includeFolders ?? []);
    const { exports, ...scanned } = scanSource(text, {
      file: task.path,
      module: this.#projects.moduleOf(task.path),
      files: this.#files,
      parsers: this.#parsers,
      defines: flags === undefined ? this.#defines : new Map([...Object.entries(flags.defines), ...this.#defines]),
      cache: this.#cache,
      ...(externals === undefined ? {} : { externals }),
    });
    return {
      facts: { ...base(task, bytes.length), ...scanned },
      exports,
      dependsOn: scanned.includes.map(this.#stampOf),
    };
  }
}

function base(task: ScanTask, size: number): Pick<FileFacts, 'file' | 'kind' | 'size' | 'milliseconds'> {
  return { file: task.path, kind: task.kind, size, milliseconds: 0 };
}

class FileError extends Error {}

function readBytes(path: string, kind: FileKind): Buffer {
  let stats;
  try {
    stats = statSync(path);
  } catch (error) {
    throw new FileError(describeFileError(error));
  }
  if (stats.size > MOST_BYTES[kind]) {
    throw new FileError(`larger than ${String(MOST_BYTES[kind] >> 20)} MiB, not read`);
  }
  try {
    return readFileSync(path);
  } catch (error) {
    throw new FileError(describeFileError(error));
  }
}

/** The facts of an image for a copy of it elsewhere. */
function renamed(scanned: ScannedImage, file: string): ScannedImage {
  const from = scanned.sites[0]?.place.file;
  if (from === undefined || from === file) return scanned;
  const module = baseName(file);
  const sites = scanned.sites.map((site): TagSite => {
    // Functions without a name are called by the module and their address.
    const [before, after] = [`${site.module}+0x`, `${module}+0x`];
    const via = site.via?.startsWith(before) === true ? after + site.via.slice(before.length) : site.via;
    const unresolved = site.unresolved?.replace(before, () => after);
    return {
      ...site,
      module,
      place: { ...site.place, file },
      ...(via === undefined ? {} : { via }),
      ...(unresolved === undefined ? {} : { unresolved }),
    };
  });
  return { ...scanned, sites };
}
