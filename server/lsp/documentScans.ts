/**
 * Scans of single files while one works: an edited document soon, then the files that depend on it. One thread of its
 * own, so that an edit never waits for the scan of a whole workspace.
 */
import type { FileFacts } from '../../src/shared/facts';
import { MOST_ROUNDS, type CrossFile } from '../scan/crossFile';
import { kindOfName } from '../scan/fileKinds';
import type { Scanner } from '../scan/scanner';
import type { ScanSetup, ScanTask } from '../scan/scanTypes';

const MS_AFTER_EDIT = 40;
/** Files that depend on the edited one wait for a pause in typing: a header may have hundreds. The next edit stops them. */
const MS_BEFORE_DEPENDENTS = 60;

export interface DocumentScanEvents {
  scanned(facts: FileFacts): void;
  /** All that was asked for is scanned. */
  settled(): void;
  failed(error: unknown): void;
  includersOf(file: string): readonly string[];
}

export class DocumentScans {
  readonly #scanner: Scanner;
  readonly #events: DocumentScanEvents;
  #crossFile: CrossFile | undefined;
  readonly #waiting = new Set<string>();
  readonly #changed = new Set<string>();
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
    for (const file of files) this.#changed.add(file);
    this.#running = this.#running.then(() => this.#scan(files.map(this.#task)));
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
    const changed = [...this.#changed];
    this.#changed.clear();
    const includers = new Set(changed.flatMap((file) => this.#events.includersOf(file)));
    for (const file of changed) includers.delete(file);
    if (includers.size > 0) await this.#scan([...includers].map(this.#task), run.signal);
    for (let round = 0; round < MOST_ROUNDS && !run.signal.aborted; round += 1) {
      const tasks = this.#namingTasks();
      if (tasks.length === 0) return;
      await this.#scan(tasks, run.signal);
    }
    // An edit came in between: what depends on these files, and was left, gets its turn after it.
    if (run.signal.aborted) for (const file of changed) this.#changed.add(file);
  }

  /** Files that name what changed its meaning in another file of their project. */
  #namingTasks(): ScanTask[] {
    return (this.#crossFile?.settle() ?? []).flatMap(({ project, externals, names, files }) => {
      this.#scanner.setExternals(project, externals);
      return files.map((path): ScanTask => ({ path, kind: 'source', project, onlyIfNaming: names }));
    });
  }

  readonly #task = (path: string): ScanTask => {
    if (kindOfName(path) === 'image') return { path, kind: 'image' };
    const project = this.#crossFile?.projectOf(path);
    return { path, kind: 'source', ...(project === undefined ? {} : { project }) };
  };

  async #scan(tasks: readonly ScanTask[], signal?: AbortSignal): Promise<void> {
    try {
      await this.#scanner.run(
        tasks,
        (scanned) => {
          if (scanned === undefined) return;
          if (scanned.facts.kind === 'source') this.#crossFile?.update(scanned.facts.file, scanned.exports);
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
