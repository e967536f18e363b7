/**
 * What runs scan tasks: threads (workerPool.ts), or this very thread where there is no worker bundle (tests, tsx).
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sourceParsers } from './parserModules';
import { FileScanner } from './scanFile';
import { EMPTY_SETUP, type ScannedFile, type ScanSetup, type ScanTask } from './scanTypes';

export interface Scanner {
  /** What holds for the tasks that follow. */
  setUp(setup: ScanSetup): void;
  /** An open document's text, which wins over the disk; undefined: the document was closed. */
  setOpen(path: string, text: string | undefined): void;
  /** These files changed on disk. */
  changed(paths: readonly string[]): void;
  /** Scans each task once and delivers it, in no particular order. Rejects with the signal's reason when it aborts. */
  run(tasks: readonly ScanTask[], deliver: (file: ScannedFile) => void, signal?: AbortSignal): Promise<void>;
  dispose(): Promise<void>;
}

/** Scans on the calling thread, giving way to other work after each file. */
export class InProcessScanner implements Scanner {
  #setup: ScanSetup = EMPTY_SETUP;
  #scanner: FileScanner | undefined;
  readonly #open = new Map<string, string>();

  setUp(setup: ScanSetup): void {
    this.#setup = setup;
    this.#scanner = undefined;
  }

  setOpen(path: string, text: string | undefined): void {
    if (text === undefined) this.#open.delete(path);
    else this.#open.set(path, text);
    this.#scanner?.files.setOpen(path, text);
  }

  changed(paths: readonly string[]): void {
    for (const path of paths) this.#scanner?.files.forget(path);
  }

  async run(tasks: readonly ScanTask[], deliver: (file: ScannedFile) => void, signal?: AbortSignal): Promise<void> {
    const parsers = await sourceParsers();
    if (this.#scanner === undefined) {
      this.#scanner = new FileScanner(this.#setup, parsers);
      for (const [path, text] of this.#open) this.#scanner.files.setOpen(path, text);
    }
    for (const task of tasks) {
      signal?.throwIfAborted();
      deliver(this.#scanner.scan(task));
      await nextTurn();
    }
  }

  dispose(): Promise<void> {
    this.#scanner = undefined;
    return Promise.resolve();
  }
}
