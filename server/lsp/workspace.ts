/**
 * What the server knows of the workspace: folders and their settings, the index, and the scans that keep it current.
 * Answers no request itself; features ask it and are told when something changed.
 */
import { join } from 'node:path';
import type { FileFacts } from '../../src/shared/facts';
import type { ScanStatus, ServerSettings } from '../../src/shared/serverProtocol';
import { TagIndex } from '../core/index/tagIndex';
import type { ScanRoot } from '../scan/files/discoverFiles';
import { isInside, isUncOrDevicePath } from '../scan/files/paths';
import { PoolTagLists, type PoolTagListAnswer } from '../scan/files/poolTagList';
import { scanFolders, type ScanRequest } from '../scan/scanFolders';
import { parseFolderMap } from '../scan/symbols/folderMap';
import { SourceMapping } from '../scan/symbols/sourceMapping';
import { createEditScanner, createScanner, engineIdentity } from '../scan/threads/engine';
import { DocumentScans } from './documentScans';
import type { OpenDocuments } from './openDocuments';
import { DEFAULT_SETTINGS } from './settings';

const MOST_ISSUES_SHOWN = 100;

export interface WorkspaceFolderSettings {
  /** Absolute. */
  readonly path: string;
  readonly settings: ServerSettings;
}

export interface WorkspaceOptions {
  /** Whether paths written in the workspace's settings and images may be followed. */
  readonly trusted: boolean;
  readonly cacheFolder?: string;
  /** The client shows code of images in documents of this scheme. */
  readonly imageScheme?: string;
  readonly documents: OpenDocuments;
  /** A scan of everything begins; gives what shows its progress. */
  readonly startProgress: (cancel: () => void) => { report(done: number, total: number): void; done(): void };
  readonly log: (message: string) => void;
}

export class Workspace {
  readonly index = new TagIndex();
  readonly #options: WorkspaceOptions;
  readonly #documentScans: DocumentScans;
  readonly #listeners = new Set<() => void>();
  readonly #issues = new Map<string, string>();
  #folders: readonly WorkspaceFolderSettings[] = [];
  #global: ServerSettings = DEFAULT_SETTINGS;
  #settingsRevision = 0;
  #current: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  #milliseconds = 0;
  /** Sources that the last scan came across, those without any tag included. */
  #sources: readonly string[] = [];
  readonly #poolTagLists = new PoolTagLists();
  #mapping: { readonly revision: string; readonly value: SourceMapping } | undefined;

  constructor(options: WorkspaceOptions) {
    this.#options = options;
    this.#documentScans = new DocumentScans(createEditScanner(), {
      scanned: (facts) => {
        this.#take(facts);
      },
      settled: () => {
        this.#changed();
      },
      failed: (error) => {
        options.log(`scan of a document failed: ${String(error)}`);
      },
      includersOf: (file) => this.index.includersOf(file),
      includesOf: (file) => this.index.includesOf(file),
      isIncluded: (file) => this.index.isIncluded(file),
    });
  }

  /** Equal numbers: nothing changed that an answer could depend on. */
  get revision(): string {
    return `${String(this.index.revision)}.${String(this.#settingsRevision)}`;
  }

  get folders(): readonly WorkspaceFolderSettings[] {
    return this.#folders;
  }

  /** Settings that hold for a file: those of the innermost folder it lies in, else the window's. */
  settingsFor(file: string): ServerSettings {
    const inside = this.#folders.filter((folder) => isInside(folder.path, file));
    return inside.sort((a, b) => b.path.length - a.path.length)[0]?.settings ?? this.#global;
  }

  /** Whether the scan leaves out no folder, so that the index knows every file once it has ended. */
  get scansEverything(): boolean {
    return this.roots('scanned').length === this.roots('all').length;
  }

  /** Folders of the workspace and those the settings add: the scanned ones, or all, also where scanning is switched off. */
  roots(which: 'scanned' | 'all'): ScanRoot[] {
    const counts = ({ scan }: ServerSettings): boolean => which === 'all' || scan.enable;
    const added = this.#options.trusted && counts(this.#global) ? this.#global.scan.folders : [];
    return [
      ...this.#folders
        .filter(({ settings }) => counts(settings))
        .map(({ path, settings }) => ({ path, exclude: settings.scan.exclude, build: settings.source })),
      ...added.filter((path) => !isUncOrDevicePath(path)).map((path) => ({ path, build: this.#global.source })),
    ];
  }

  /** Called whenever facts, settings or the state of the scan changed. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Takes folders and settings over; scans again when what is scanned changed. */
  configure(folders: readonly WorkspaceFolderSettings[], global: ServerSettings): void {
    const scanned = (list: readonly WorkspaceFolderSettings[], window: ServerSettings): string =>
      JSON.stringify([
        list.map(({ path, settings }) => [
          path,
          settings.scan,
          settings.source,
          settings.allocators,
          settings.symbols.path,
        ]),
        window.scan,
      ]);
    const again = this.#settingsRevision === 0 || scanned(folders, global) !== scanned(this.#folders, this.#global);
    this.#folders = folders;
    this.#global = global;
    this.#settingsRevision += 1;
    if (again) void this.rescan();
    else this.#changed();
  }

  documentChanged(key: string, text: string): void {
    this.#documentScans.setOpen(key, text);
  }

  /** The disk counts again, for files that are part of the workspace; other documents are forgotten. */
  documentClosed(key: string): void {
    this.#documentScans.setOpen(key, undefined);
    if (!this.#folders.some((folder) => isInside(folder.path, key))) {
      this.index.remove(key);
      this.#changed();
    }
  }

  /** These files, of which the index has facts, changed on disk. */
  changedOnDisk(files: readonly string[]): void {
    const known = files.filter((file) => this.index.facts(file) !== undefined || this.index.isIncluded(file));
    if (known.length > 0) this.#documentScans.changedOnDisk(known);
  }

  /** Resolves when the document's facts are those of its newest text. */
  flush(key: string): Promise<void> {
    return this.#documentScans.flush(key);
  }

  /** Scans everything; a scan that is under way is given up. Never rejects. */
  async rescan(): Promise<void> {
    const before = this.#current;
    before?.stop.abort();
    const stop = new AbortController();
    const ended = (before?.ended ?? Promise.resolve()).then(() => this.#scanAll(stop));
    this.#current = { stop, ended };
    await ended;
    if (this.#current.ended === ended) this.#current = undefined;
    this.#changed();
  }

  status(): ScanStatus {
    return {
      state: this.#current === undefined ? 'idle' : 'scanning',
      ...this.index.counts,
      milliseconds: Math.round(this.#milliseconds),
      issues: [...this.#issues.values()].slice(0, MOST_ISSUES_SHOWN),
    };
  }

  get imageScheme(): string | undefined {
    return this.#options.imageScheme;
  }

  /** Where PDBs of images are looked for. */
  get symbolSearch(): { readonly trusted: boolean; readonly symbolPath: string } {
    const { trusted } = this.#options;
    return { trusted, symbolPath: trusted ? this.#global.symbols.path : '' };
  }

  /** The pooltag.txt that the setting names, else the installed one. */
  poolTagList(): PoolTagListAnswer {
    return this.#poolTagLists.find(this.#options.trusted ? this.#global.pooltag.file : '');
  }

  /** The pooltag.txt that the setting names, for the rules: what a machine has installed does not change its problems. */
  namedPoolTagList(): PoolTagListAnswer {
    const { trusted } = this.#options;
    return trusted && this.#global.pooltag.file !== '' ? this.poolTagList() : { revision: '' };
  }

  /** Where sources named by PDBs lie: as the setting maps them, else in the workspace. */
  sourceMapping(): SourceMapping {
    if (this.#mapping?.revision !== this.revision) {
      const known = this.index.files().filter((facts) => facts.kind === 'source');
      const { sourceMap } = this.#global.symbols;
      const folders = this.#folders.map((folder) => folder.path);
      const map = this.#options.trusted ? parseFolderMap(sourceMap, folders) : [];
      const sources = [...known.map((facts) => facts.file), ...this.#sources];
      this.#mapping = { revision: this.revision, value: new SourceMapping(sources, map) };
    }
    return this.#mapping.value;
  }

  async dispose(): Promise<void> {
    this.#current?.stop.abort();
    await this.#documentScans.dispose();
    await this.#current?.ended;
  }

  /** Entries of the settings that nothing can be done with are told like files that can't be read. */
  #settingIssues(): void {
    for (const { path, settings } of this.#folders) {
      for (const [at, issue] of settings.allocators.issues.entries()) {
        this.#issues.set(`${path} ${String(at)}`, `${path}: poollens.allocators: ${issue}`);
        this.#options.log(`poollens.allocators of ${path}: ${issue}`);
      }
    }
  }

  async #scanAll(stop: AbortController): Promise<void> {
    if (stop.signal.aborted) return;
    const scanner = createScanner();
    const { documents } = this.#options;
    for (const key of documents.keys()) scanner.setOpen(key, documents.text(key));
    const progress = this.#options.startProgress(() => {
      stop.abort();
    });
    const seen = new Set<string>();
    this.#issues.clear();
    this.#settingIssues();
    this.#changed();
    try {
      const outcome = await scanFolders(
        scanner,
        this.#request(),
        {
          setUp: (setup) => {
            this.#documentScans.setUp(setup);
            this.#sources = setup.sources;
            this.#mapping = undefined;
            for (const key of documents.keys()) this.#documentScans.again(key);
          },
          facts: (facts) => {
            seen.add(facts.file);
            if (!documents.isOpen(facts.file)) this.#take(facts);
          },
          issue: ({ file, message }) => {
            this.#issues.set(file, `${file}: ${message}`);
          },
          progress: (done, total) => {
            progress.report(done, total);
          },
        },
        stop.signal,
      );
      this.#milliseconds = outcome.milliseconds;
      this.#documentScans.setCrossFile(outcome.crossFile);
      for (const key of documents.keys()) this.#documentScans.again(key);
      for (const { file } of this.index.files()) if (!seen.has(file) && !documents.isOpen(file)) this.#forget(file);
    } catch (error) {
      if (!stop.signal.aborted) {
        this.#issues.set('', `scan failed: ${error instanceof Error ? error.message : String(error)}`);
        this.#options.log(`scan failed: ${String(error)}`);
      }
    } finally {
      progress.done();
      await scanner.dispose();
    }
  }

  #request(): ScanRequest {
    const { cacheFolder } = this.#options;
    const engine = cacheFolder === undefined ? undefined : engineIdentity();
    return {
      roots: this.roots('scanned'),
      allocators: this.#folders.map(({ path, settings }) => ({ folder: path, allocators: settings.allocators.named })),
      ...this.symbolSearch,
      withIncludes: true,
      ...(cacheFolder === undefined || engine === undefined
        ? {}
        : { cache: { folder: join(cacheFolder, 'scan'), engine } }),
    };
  }

  #take(facts: FileFacts): void {
    this.index.replace(facts);
    const [issue] = facts.issues;
    if (issue === undefined) this.#issues.delete(facts.file);
    else {
      const where = issue.offset === undefined ? '' : ` (offset ${String(issue.offset)})`;
      this.#issues.set(facts.file, `${facts.file}: ${issue.message}${where}`);
    }
  }

  #forget(file: string): void {
    this.index.remove(file);
    this.#issues.delete(file);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
