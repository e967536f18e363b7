/**
 * Scans of single files while one works: an edited document soon, then the files that include it. One thread of its own,
 * so that an edit never waits for the scan of a whole workspace.
 */
import type { FileFacts } from '../../src/shared/facts';
import { kindOfName } from '../scan/fileKinds';
import type { Scanner } from '../scan/scanner';
import type { ScanSetup, ScanTask } from '../scan/scanTypes';

const MS_AFTER_EDIT = 120;
/** Includers wait for a longer pause in typing: a header may have hundreds. */
const MS_BEFORE_INCLUDERS = 600;

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
  readonly #waiting = new Set<string>();
  readonly #changed = new Set<string>();
  #running: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #includersTimer: NodeJS.Timeout | undefined;
  #includersRun = new AbortController();

  constructor(scanner: Scanner, events: DocumentScanEvents) {
    this.#scanner = scanner;
    this.#events = events;
  }

  setUp(setup: ScanSetup): void {
    this.#scanner.setUp(setup);
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
    clearTimeout(this.#includersTimer);
    this.#includersRun.abort();
    await this.#scanner.dispose();
  }

  #wait(file: string): void {
    this.#waiting.add(file);
    this.#includersRun.abort();
    clearTimeout(this.#includersTimer);
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
    this.#running = this.#running.then(() => this.#scan(files));
    clearTimeout(this.#includersTimer);
    this.#includersTimer = setTimeout(() => {
      void this.#scanIncluders();
    }, MS_BEFORE_INCLUDERS);
  }

  async #scanIncluders(): Promise<void> {
    const changed = [...this.#changed];
    this.#changed.clear();
    const includers = new Set(changed.flatMap((file) => this.#events.includersOf(file)));
    for (const file of changed) includers.delete(file);
    if (includers.size === 0) return;
    const run = new AbortController();
    this.#includersRun = run;
    await this.#scan([...includers], run.signal);
    // An edit came in between: its own includers, and those that were left, get their turn after it.
    if (run.signal.aborted) for (const file of changed) this.#changed.add(file);
  }

  async #scan(files: readonly string[], signal?: AbortSignal): Promise<void> {
    const tasks: ScanTask[] = files.map((path) => ({ path, kind: kindOfName(path) ?? 'source' }));
    try {
      await this.#scanner.run(
        tasks,
        ({ facts }) => {
          this.#events.scanned(facts);
        },
        signal,
      );
    } catch (error) {
      if (signal?.aborted !== true) this.#events.failed(error);
    }
    this.#events.settled();
  }
}
