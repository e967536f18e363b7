/**
 * Scans of single files while one works: an edited document soon, then the files that depend on it. One thread of its
 * own, so that an edit never waits for the scan of a whole workspace.
 */
import type { FileFacts } from '../../src/shared/facts';
import { followedNames, MOST_ROUNDS, type CrossFile } from '../scan/crossFile';
import { kindOfName } from '../scan/files/fileKinds';
import { isUnit, unitsAmong } from '../scan/includedSources';
import type { ScannedFile, ScanSetup, ScanTask } from '../scan/scanTypes';
import type { Scanner } from '../scan/threads/scanner';

const MS_AFTER_EDIT = 40;
/** Files that depend on the edited one wait for a pause in typing: a header may have hundreds. The next edit stops them. */
const MS_BEFORE_DEPENDENTS = 60;

export interface DocumentScanEvents {
  scanned(facts: FileFacts): void;
  /** All that was asked for is scanned. */
  settled(): void;
  failed(error: unknown): void;
  isIncluded(file: string): boolean;
  includersOf(file: string): readonly string[];
  /** What a source includes, as it was scanned last. */
  includesOf(file: string): readonly string[];
}

export class DocumentScans {
  readonly #scanner: Scanner;
  readonly #events: DocumentScanEvents;
  #crossFile: CrossFile | undefined;
  readonly #waiting = new Set<string>();
  /** Scanned anew, while files that include them were not: names that changed their meaning; undefined: anything may have. */
  readonly #changed = new Map<string, ReadonlySet<string> | undefined>();
  /** Files that name what changed its meaning elsewhere in their project, and were not scanned again yet. */
  #naming: ScanTask[] = [];
  /** Files that units include now and did not before, or the other way round. */
  readonly #newlyIncluded = new Set<string>();
  #running: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #dependentsTimer: NodeJS.Timeout | undefined;
  #dependentsRun = new AbortController();

  constructor(scanner: Scanner, events: DocumentScanEvents) {
    this.#scanner = scanner;
    this.#events = events;
  }

  setUp(setup: ScanSetup): void {
    this.#scanner.setUp({ ...setup, repeats: true });
  }

  /** What a scan of everything learnt about each project; it is kept current from here on. */
  setCrossFile(crossFile: CrossFile): void {
    this.#crossFile = crossFile;
    for (const { project, externals } of crossFile.externals()) this.#scanner.setExternals(project, externals);
  }

  /** An open document has this text now; undefined: it was closed, the disk counts again. */
  setOpen(file: string, text: string | undefined): void {
    this.#scanner.setOpen(file, text);
    this.#wait(file);
  }

  /** These files changed on disk. */
  changedOnDisk(files: readonly string[]): void {
    this.#scanner.changed(files);
    for (const file of files) this.#wait(file);
  }

  /** Scans a file again whose surroundings changed. */
  again(file: string): void {
    this.#wait(file);
  }

  /** Resolves when the file's facts are those of its newest text. */
  async flush(file: string): Promise<void> {
    if (this.#waiting.has(file)) this.#scanWaiting();
    await this.#running;
  }

  async dispose(): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#dependentsTimer);
    this.#dependentsRun.abort();
    await this.#scanner.dispose();
  }

  #wait(file: string): void {
    this.#waiting.add(file);
    this.#dependentsRun.abort();
    clearTimeout(this.#dependentsTimer);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#scanWaiting();
    }, MS_AFTER_EDIT);
  }

  #scanWaiting(): void {
    clearTimeout(this.#timer);
    const files = [...this.#waiting];
    this.#waiting.clear();
    this.#running = this.#running.then(() => this.#scanEdited(files));
    clearTimeout(this.#dependentsTimer);
    this.#dependentsTimer = setTimeout(() => {
      void this.#scanDependents();
    }, MS_BEFORE_DEPENDENTS);
  }

  async #scanDependents(): Promise<void> {
    const run = new AbortController();
    this.#dependentsRun = run;
    // What the edited files tell the others is known when they are scanned.
    await this.#running;
    if (run.signal.aborted) return;
    const changed = new Map(this.#changed);
    this.#changed.clear();
    const tasks = [...this.#includers(changed), ...this.#takeNewlyIncluded(changed)];
    if (tasks.length > 0) await this.#scan(tasks, run.signal);
    for (let round = 0; round < MOST_ROUNDS && !run.signal.aborted; round += 1) {
      this.#naming.push(...this.#namingTasks(round), ...this.#takeNewlyIncluded(new Map()));
      if (this.#naming.length === 0) return;
      await this.#scan(this.#naming, run.signal);
      if (!run.signal.aborted) this.#naming = [];
    }
    // An edit came in between: what depends on these files, and was left, gets its turn after it.
    if (run.signal.aborted) for (const [file, names] of changed) this.#addChange(file, names);
  }

  async #scanEdited(files: readonly string[]): Promise<void> {
    const affected = new Map<string, ReadonlySet<string>>();
    await this.#scan(
      files.map((file) => ({
        ...this.#task(file),
        // Nobody asks what changed in a file that nobody includes.
        ...(this.#events.isIncluded(file) && { tellsChanges: true as const }),
      })),
      undefined,
      ({ facts, affects }) => {
        if (affects !== undefined) affected.set(facts.file, new Set(affects));
      },
    );
    for (const file of files) this.#addChange(file, affected.get(file));
  }

  #addChange(file: string, names: ReadonlySet<string> | undefined): void {
    const before = this.#changed.has(file) ? this.#changed.get(file) : new Set<string>();
    this.#changed.set(file, before && names && new Set([...before, ...names]));
  }

  /** Sources that include the changed files and may see a difference. */
  #includers(changed: ReadonlyMap<string, ReadonlySet<string> | undefined>): ScanTask[] {
    const whole = new Set<string>();
    const byName = new Set<string>();
    const names = new Set<string>();
    for (const [file, affected] of changed) {
      for (const name of affected ?? []) names.add(name);
      if (affected === undefined || affected.size > 0)
        for (const includer of this.#events.includersOf(file)) (affected ? byName : whole).add(includer);
    }
    const named = [...changed].filter(([, affected]) => affected === undefined || affected.size > 0);
    // Of several, each may name what changed in another one.
    const onlyIfAffected = { names: [...names], changed: named.length === 1 ? named.map(([file]) => file) : [] };
    return [...new Set([...whole, ...byName])]
      .filter((file) => !changed.has(file))
      .map((file) => ({ ...this.#task(file), ...(whole.has(file) ? {} : { onlyIfAffected }) }));
  }

  /** Files that name what changed its meaning in another file of their project. */
  #namingTasks(round: number): ScanTask[] {
    return (this.#crossFile?.settle() ?? []).flatMap((change) => {
      const { project, externals, files } = change;
      this.#scanner.setExternals(project, externals);
      const names = followedNames(change, round);
      if (names.length === 0) return [];
      return files.map((path): ScanTask => ({ ...this.#task(path), onlyIfNaming: names }));
    });
  }

  /** Sources that are not read alone, or not only alone, any more. */
  #takeNewlyIncluded(changed: ReadonlyMap<string, unknown>): ScanTask[] {
    const tasks = [...this.#newlyIncluded].filter((file) => !changed.has(file)).map(this.#task);
    this.#newlyIncluded.clear();
    return tasks;
  }

  /** A unit is about to be known as scanned: what it includes may be read in its place. */
  #compareIncludes({ file, includes = [] }: FileFacts): void {
    const crossFile = this.#crossFile;
    if (crossFile === undefined || !isUnit(file)) return;
    const own = crossFile.projectOf(file);
    const before = this.#events.includesOf(file);
    const mayMatter = (path: string): boolean =>
      crossFile.included.open.has(path) || crossFile.included.wasReadInUnits(path) || crossFile.projectOf(path) !== own;
    for (const [list, others] of [
      [before, new Set(includes)],
      [includes, new Set(before)],
    ] as const)
      for (const path of list) if (!others.has(path) && mayMatter(path)) this.#newlyIncluded.add(path);
  }

  readonly #task = (path: string): ScanTask => {
    if (kindOfName(path) === 'image') return { path, kind: 'image' };
    const project = this.#crossFile?.projectOf(path);
    const includedBy = unitsAmong(this.#events.includersOf(path));
    return {
      path,
      kind: 'source',
      ...(project === undefined ? {} : { project }),
      ...(includedBy.length > 0 && { includedBy }),
    };
  };

  async #scan(tasks: readonly ScanTask[], signal?: AbortSignal, tell?: (scanned: ScannedFile) => void): Promise<void> {
    try {
      await this.#scanner.run(
        tasks,
        (scanned) => {
          if (scanned === undefined) return;
          tell?.(scanned);
          if (scanned.facts.kind === 'source') {
            this.#compareIncludes(scanned.facts);
            this.#crossFile?.update(scanned.facts.file, scanned.exports, scanned.facts.includes, scanned.includedBy);
          }
          this.#events.scanned(scanned.facts);
        },
        signal,
      );
    } catch (error) {
      if (signal?.aborted !== true) this.#events.failed(error);
    }
    this.#events.settled();
  }
}
