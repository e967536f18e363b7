/**
 * One file to its facts, on whatever thread this runs: reads the file, hands bytes or text to core, adds size, hash and
 * time. Whatever goes wrong with a file becomes an issue of that file.
 */
import { createHash } from 'node:crypto';
import type { FileFacts } from '../../src/shared/facts';
import type { PdbReference } from '../core/binary/pdbReference';
import { scanImage } from '../core/binary/scanImage';
import { calledNames, namedIn, namesAny } from '../core/source/changedNames';
import type { Externals, FileExports } from '../core/source/externals';
import { scanRust } from '../core/source/rust/scanRust';
import { scanSource, type ScanSourceOptions, type SourceParsers } from '../core/source/scanSource';
import { SourceCache } from '../core/source/sourceCache';
import { changedBetween, surfaceOf, type Surface } from '../core/source/surface';
import { ProjectMap } from './builds/projects';
import { UnitFlagsMap } from './builds/unitFlags';
import { failedFile } from './failedFile';
import { ContentClaims } from './files/contentClaims';
import { isRust, MOST_BYTES } from './files/fileKinds';
import { stampOf } from './files/fileStamp';
import { describeFileError } from './files/paths';
import { readBounded, UnreadableFileError } from './files/readBounded';
import { readSource } from './files/readSource';
import { FolderAllocators } from './folderAllocators';
import { IncludedScans } from './includedScans';
import type { FileStamp, ScannedFile, ScanSetup, ScanTask } from './scanTypes';
import { DiskSourceFiles } from './sourceFiles';
import { PdbFinder, type PdbSearch } from './symbols/findPdb';
import { PdbPlaces } from './symbols/pdbPlaces';

/** Text of edited sources and their dependents, in UTF-16 units. */
const KEPT_UNITS = 4 << 20;

/** Scans files one after the other within one setup. */
export class FileScanner {
  readonly #files: DiskSourceFiles;
  /** Files may change between two scans of them. */
  readonly #repeats: boolean;
  readonly #cache: SourceCache;
  readonly #externals = new Map<string, Externals>();
  readonly #projects: ProjectMap;
  readonly #parsers: () => SourceParsers;
  readonly #flags: UnitFlagsMap;
  readonly #pdbs: PdbFinder;
  /** Tasks of one message share their list of names. */
  readonly #filters = new WeakMap<readonly string[], (text: string) => boolean>();
  /** Of included files, by the list that was asked about. */
  readonly #answers = new WeakMap<readonly string[], Map<string, boolean>>();
  /** What edited files showed to others when they were last scanned. */
  readonly #surfaces = new Map<string, { readonly text: string; readonly surface: Surface | undefined }>();
  readonly #stamps = new Map<string, FileStamp>();
  readonly #allocators: FolderAllocators;
  readonly #included: IncludedScans;

  /** `parsers` is asked when the first source is scanned. */
  constructor(setup: ScanSetup, parsers: () => SourceParsers) {
    this.#parsers = parsers;
    this.#repeats = setup.repeats === true;
    this.#cache = new SourceCache(this.#repeats ? KEPT_UNITS : 0);
    this.#projects = new ProjectMap(setup.projects);
    this.#flags = new UnitFlagsMap(setup, this.#projects);
    this.#allocators = new FolderAllocators(setup.allocators);
    this.#pdbs = new PdbFinder(new PdbPlaces(setup.symbolPath, setup.trusted));
    this.#files = new DiskSourceFiles({
      known: setup.sources,
      projects: this.#projects,
      includeFolders: setup.includeFolders,
    });
    this.#included = new IncludedScans(this.#files, this.#flags, (file) =>
      this.#externals.get(this.#projects.keyOf(file)),
    );
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
    // To a tenth, as it is shown and kept.
    const elapsed = (): number => Math.round((performance.now() - started) * 10) / 10;
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
    const bytes = orFileError(() => readBounded(task.path, MOST_BYTES.image));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const known = { ...base(task, bytes.length), sha256 };
    if (task.claims !== undefined && !new ContentClaims(task.claims).take(sha256)) {
      return { facts: { ...known, sites: [], issues: [] }, dependsOn: [], isCopy: true };
    }
    const search = this.#pdbs.search(task.path);
    let pdb: PdbReference | undefined;
    const loadPdb: PdbSearch['load'] = (reference) => {
      pdb = reference;
      return search.load(reference);
    };
    const scanned = scanImage(bytes, { file: task.path, loadPdb });
    return { facts: { ...known, ...scanned }, dependsOn: search.touched(), ...(pdb === undefined ? {} : { pdb }) };
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
    const { text, size } =
      open === undefined
        ? orFileError(() => (this.#repeats ? readSource(task.path) : this.#files.readOnce(task.path)))
        : { text: open, size: Buffer.byteLength(open, 'utf8') };
    const externals = task.project === undefined ? undefined : this.#externals.get(task.project);
    if (isRust(task.path)) return this.#scanRust(task, text, size, externals);
    const { includeFolders, ...build } = this.#flags.of(task.path);
    this.#cache.trim();
    this.#files.setUnitFolders(includeFolders);
    if (task.onlyIfNaming !== undefined && !this.#isNamed(task.path, text, task.onlyIfNaming, build)) return undefined;
    if (task.onlyIfAffected !== undefined && !this.#isAffected(task, text, task.onlyIfAffected, build))
      return undefined;
    this.#files.setUnitFolders(includeFolders);
    const options: ScanSourceOptions = {
      file: task.path,
      module: this.#projects.moduleOf(task.path),
      services: () => this.#projects.servicesOf(task.path),
      allocators: this.#allocators.of(task.path),
      files: this.#files,
      parsers: this.#parsers(),
      ...build,
      cache: this.#cache,
      ...(externals === undefined ? {} : { externals }),
    };
    const alone = scanSource(text, options);
    const there = this.#included.scan(text, options, alone, task.includedBy);
    const { exports, ...scanned } = there ?? alone;
    return {
      facts: { ...base(task, size), ...scanned },
      exports,
      ...(there && task.includedBy && { includedBy: task.includedBy }),
      dependsOn: scanned.includes.map(this.#stampOf),
      ...this.#affects(task, text, exports),
    };
  }

  /** Whether a source names one of the names, or a macro of what it includes that builds on one. */
  #isNamed(
    path: string,
    text: string,
    names: readonly string[],
    build: Pick<ScanSourceOptions, 'defines' | 'forcedIncludes'>,
  ): boolean {
    if (this.#named(names)(text)) return true;
    const called = calledNames(names);
    if (called.size === 0) return false;
    const closure = this.#cache.closure(this.#cache.root(path, text), this.#files, build);
    return namesAny(text, new Set(this.#cache.macrosOver(called, closure, this.#files)));
  }

  /** Whether a source, or anything it includes but the changed files themselves, names one of the names. */
  #isAffected(
    { path, includedBy = [] }: ScanTask,
    text: string,
    { names, changed }: NonNullable<ScanTask['onlyIfAffected']>,
    build: Pick<ScanSourceOptions, 'defines' | 'forcedIncludes'>,
  ): boolean {
    const named = this.#named(names);
    if (named(text)) return true;
    let answers = this.#answers.get(names);
    if (answers === undefined) this.#answers.set(names, (answers = new Map<string, boolean>()));
    const own = this.#cache.closure(this.#cache.root(path, text), this.#files, build);
    for (const included of new Set([...own, ...this.#included.closures(includedBy, this.#cache)])) {
      if (changed.includes(included)) continue;
      let answer = answers.get(included);
      if (answer === undefined) answers.set(included, (answer = named(this.#files.readText(included) ?? '')));
      if (answer) return true;
    }
    return false;
  }

  #affects({ path, tellsChanges }: ScanTask, text: string, exports: FileExports): Pick<ScannedFile, 'affects'> {
    const known = this.#surfaces.get(path);
    if (tellsChanges === undefined) {
      // A change that nobody was told of: the next one can't be told apart from it.
      if (known !== undefined && known.text !== text) this.#surfaces.set(path, { text, surface: undefined });
      return {};
    }
    const before = known?.surface;
    const after = surfaceOf(this.#cache.root(path, text), exports.wrappers);
    this.#surfaces.set(path, { text, surface: after });
    // Opened and not edited: the others know it as it is.
    if (known === undefined)
      return this.#files.openText(path) !== undefined && sameAsDisk(path, text) ? { affects: [] } : {};
    const names = before && changedBetween(before, after);
    return names === undefined ? {} : { affects: [...names] };
  }

  #scanRust(task: ScanTask, text: string, size: number, externals: Externals | undefined): ScannedFile | undefined {
    if (task.onlyIfNaming !== undefined && !this.#named(task.onlyIfNaming)(text)) return undefined;
    const parser = this.#parsers().rust;
    if (parser === undefined) throw new FileError('the parser for Rust is not loaded');
    const crate = this.#projects.projectOf(task.path)?.module.replace(/\.sys$/i, '');
    const { exports, ...scanned } = scanRust(text, {
      file: task.path,
      module: this.#projects.moduleOf(task.path),
      ...(crate !== undefined && { crate }),
      parser,
      ...(externals === undefined ? {} : { externals }),
    });
    return { facts: { ...base(task, size), ...scanned }, exports, dependsOn: [] };
  }
}

function base(task: ScanTask, size: number): Pick<FileFacts, 'file' | 'kind' | 'size' | 'milliseconds'> {
  return { file: task.path, kind: task.kind, size, milliseconds: 0 };
}

function sameAsDisk(path: string, text: string): boolean {
  try {
    return readSource(path).text === text;
  } catch {
    return false;
  }
}

class FileError extends Error {}

function orFileError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new FileError(error instanceof UnreadableFileError ? error.message : describeFileError(error));
  }
}
