/**
 * One thread of a search for occurrences: hands it batches of files, with a time cap for each, and says what was in its
 * hands when it dies.
 */
import { Worker } from 'node:worker_threads';
import type { OccurrenceSetup, SearchedFile } from './occurrenceFile';

/** Answered by one `searched`. */
export interface ToOccurrenceWorker {
  readonly files: readonly string[];
}

export type FromOccurrenceWorker =
  | { readonly type: 'ready' }
  /** `told`: the files that have something to tell; `bytes` of all. */
  | { readonly type: 'searched'; readonly told: readonly SearchedFile[]; readonly bytes: number };

/** JavaScript heap of a thread; file contents lie outside it. */
const HEAP_MIB = 512;

export interface OccurrenceThreadEvents {
  searched(files: readonly string[], told: readonly SearchedFile[], bytes: number): void;
  /** The thread is gone, with these files in hand. `started`: it had been able to work. */
  died(reason: string, started: boolean, files: readonly string[]): void;
}

export class OccurrenceThread {
  readonly #worker: Worker;
  readonly #seconds: number;
  #files: readonly string[] = [];
  #started = false;
  #over = false;
  #reason: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(workerFile: string, setup: OccurrenceSetup, secondsPerBatch: number, events: OccurrenceThreadEvents) {
    this.#seconds = secondsPerBatch;
    this.#worker = new Worker(workerFile, {
      workerData: setup,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    });
    this.#worker.on('message', (message: FromOccurrenceWorker) => {
      if (this.#over) return;
      this.#started = true;
      if (message.type === 'ready') return;
      clearTimeout(this.#timer);
      const files = this.#files;
      this.#files = [];
      events.searched(files, message.told, message.bytes);
    });
    this.#worker.on('error', (error) => {
      this.#reason ??= `the search failed: ${error instanceof Error ? error.message : String(error)}`;
    });
    this.#worker.on('exit', (code) => {
      clearTimeout(this.#timer);
      if (this.#over) return;
      this.#over = true;
      events.died(this.#reason ?? `the search ended with status ${String(code)}`, this.#started, this.#files);
    });
  }

  /** Hands files over; only when it has none. */
  search(files: readonly string[]): void {
    this.#files = files;
    this.#worker.postMessage({ files } satisfies ToOccurrenceWorker);
    this.#timer = setTimeout(() => {
      this.#reason = `gave up after ${String(this.#seconds)} seconds`;
      void this.#worker.terminate();
    }, this.#seconds * 1000);
  }

  async terminate(): Promise<void> {
    this.#over = true;
    clearTimeout(this.#timer);
    await this.#worker.terminate();
  }
}
