/**
 * Scans on the calling thread, for tests and programs that run unbundled: without threads there is no cap on what a
 * file costs.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Externals } from '../../core/source/externals';
import type { SourceParsers } from '../../core/source/syntax/parsers';
import { FileScanner } from '../scanFile';
import { EMPTY_SETUP, type ScanSetup, type ScanTask } from '../scanTypes';
import { parsersFor } from './parserModules';
import type { Deliver, Scanner } from './scanner';

/** Gives way to other work after each file. */
export class InProcessScanner implements Scanner {
  #setup: ScanSetup = EMPTY_SETUP;
  #scanner: FileScanner | undefined;
  #parsers: SourceParsers | undefined;
  readonly #open = new Map<string, string>();
  readonly #externals = new Map<string, Externals>();

  prepare(): void {
    // Nothing runs beside the caller.
  }

  setUp(setup: ScanSetup): void {
    this.#setup = setup;
    this.#externals.clear();
    this.#scanner = undefined;
  }

  setOpen(path: string, text: string | undefined): void {
    if (text === undefined) this.#open.delete(path);
    else this.#open.set(path, text);
    this.#scanner?.setOpen(path, text);
  }

  setExternals(project: string, externals: Externals): void {
    this.#externals.set(project, externals);
    this.#scanner?.setExternals(project, externals);
  }

  changed(paths: readonly string[]): void {
    for (const path of paths) this.#scanner?.changed(path);
  }

  async run(tasks: readonly ScanTask[], deliver: Deliver, signal?: AbortSignal): Promise<void> {
    this.#parsers = (await parsersFor(tasks)) ?? this.#parsers;
    if (this.#scanner === undefined) {
      this.#scanner = new FileScanner(this.#setup, () => this.#loaded());
      for (const [path, text] of this.#open) this.#scanner.setOpen(path, text);
      for (const [project, externals] of this.#externals) this.#scanner.setExternals(project, externals);
    }
    for (const task of tasks) {
      signal?.throwIfAborted();
      deliver(this.#scanner.scan(task));
      await nextTurn();
    }
  }

  #loaded(): SourceParsers {
    if (this.#parsers === undefined) throw new Error('the parsers are not loaded');
    return this.#parsers;
  }

  dispose(): Promise<void> {
    this.#scanner = undefined;
    return Promise.resolve();
  }
}
