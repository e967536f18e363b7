/**
 * The search of many images for the values of tags, on all cores: what findstr does, told apart into constants of
 * instructions and mere bytes. Made on demand; nothing of it is kept.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TagOccurrence } from '../../../src/shared/tagOccurrence';
import type { FileIssue } from '../files/discoverFiles';
import { OccurrenceFiles, type OccurrenceSetup, type SearchedFile } from './occurrenceFile';
import { OccurrenceThread } from './occurrenceThread';

/** Beside the bundle this code runs in; absent when it runs unbundled. */
const WORKER_FILE = join(__dirname, 'occurrenceWorker.js');
/** A batch: enough that messages cost nothing, few enough that threads end together and progress is seen. */
const MOST_FILES = 64;
const MOST_BATCH_BYTES = 8 << 20;
const SECONDS_PER_BATCH = 60;

export interface ImageFile {
  /** Absolute. */
  readonly path: string;
  readonly size: number;
}

export interface OccurrenceEvents {
  /** Files come in no particular order. */
  found(occurrences: readonly TagOccurrence[]): void;
  issue?(issue: FileIssue): void;
  progress?(done: number, total: number): void;
}

export interface OccurrenceSearchOptions extends OccurrenceSetup {
  /** Default: one for each core. */
  readonly threads?: number;
  /** Another worker and time cap, for tests. */
  readonly workerFile?: string;
  readonly secondsPerBatch?: number;
}

export interface OccurrenceOutcome {
  readonly files: number;
  readonly bytes: number;
}

/** Searches every file once. Rejects with the signal's reason when it aborts, or when threads can't be had here at all. */
export async function searchOccurrences(
  files: readonly ImageFile[],
  options: OccurrenceSearchOptions,
  events: OccurrenceEvents,
  signal?: AbortSignal,
): Promise<OccurrenceOutcome> {
  signal?.throwIfAborted();
  const workerFile = options.workerFile ?? WORKER_FILE;
  const run = new SearchRun(files, events);
  if (files.length === 0) return run.outcome;
  await (existsSync(workerFile) ? onThreads(run, workerFile, options, signal) : onThisThread(run, options, signal));
  return run.outcome;
}

/** What is still to be searched, and what has been found out. */
class SearchRun {
  readonly #batches: (readonly string[])[];
  readonly #total: number;
  #done = 0;
  #bytes = 0;

  constructor(
    files: readonly ImageFile[],
    private readonly events: OccurrenceEvents,
  ) {
    this.#total = files.length;
    this.#batches = batches(files).reverse();
  }

  get outcome(): OccurrenceOutcome {
    return { files: this.#done, bytes: this.#bytes };
  }

  get isDone(): boolean {
    return this.#done === this.#total;
  }

  get waiting(): number {
    return this.#batches.length;
  }

  next(): readonly string[] | undefined {
    return this.#batches.pop();
  }

  take(files: number, told: readonly SearchedFile[], bytes: number): void {
    this.#done += files;
    this.#bytes += bytes;
    for (const { file, occurrences, issue } of told) {
      if (occurrences.length > 0) this.events.found(occurrences);
      if (issue !== undefined) this.events.issue?.({ file, message: issue });
    }
    this.events.progress?.(this.#done, this.#total);
  }

  /** A thread died over these files: each gets a thread's attention alone, to find the one that did it. */
  again(files: readonly string[], reason: string): void {
    const [only, ...others] = files;
    if (only !== undefined && others.length === 0) {
      this.take(1, [{ file: only, bytes: 0, occurrences: [], issue: reason }], 0);
    } else for (const file of files) this.#batches.push([file]);
  }
}

function batches(files: readonly ImageFile[]): string[][] {
  const all: string[][] = [];
  let batch: string[] = [];
  let bytes = 0;
  for (const { path, size } of files) {
    if (batch.length >= MOST_FILES || (batch.length > 0 && bytes + size > MOST_BATCH_BYTES)) {
      all.push(batch);
      [batch, bytes] = [[], 0];
    }
    batch.push(path);
    bytes += size;
  }
  return batch.length === 0 ? all : [...all, batch];
}

async function onThisThread(run: SearchRun, setup: OccurrenceSetup, signal: AbortSignal | undefined): Promise<void> {
  const searcher = new OccurrenceFiles(setup);
  for (let batch = run.next(); batch !== undefined; batch = run.next()) {
    for (const file of batch) {
      signal?.throwIfAborted();
      const searched = searcher.search(file);
      run.take(1, [searched], searched.bytes);
      await nextTurn();
    }
  }
}

async function onThreads(
  run: SearchRun,
  workerFile: string,
  { tags, symbolPath, trusted, threads, secondsPerBatch = SECONDS_PER_BATCH }: OccurrenceSearchOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  const most = Math.max(1, Math.min(threads ?? availableParallelism(), run.waiting));
  const running = new Set<OccurrenceThread>();
  const { promise, resolve, reject } = settlable();
  const aborted = (): void => {
    reject(signal?.reason instanceof Error ? signal.reason : new Error('the search was cancelled'));
  };
  const feed = (thread: OccurrenceThread): void => {
    const batch = run.next();
    if (batch !== undefined) thread.search(batch);
    else {
      running.delete(thread);
      void thread.terminate();
      if (run.isDone) resolve();
    }
  };
  const start = (): void => {
    const thread = new OccurrenceThread(workerFile, { tags, symbolPath, trusted }, secondsPerBatch, {
      searched: (files, told, bytes) => {
        run.take(files.length, told, bytes);
        feed(thread);
      },
      died: (reason, started, files) => {
        running.delete(thread);
        if (!started) {
          reject(new Error(`threads do not start: ${reason}`));
          return;
        }
        run.again(files, reason);
        if (run.waiting > 0) start();
        else if (run.isDone) resolve();
      },
    });
    running.add(thread);
    feed(thread);
  };
  signal?.addEventListener('abort', aborted, { once: true });
  try {
    for (let count = 0; count < most; count += 1) start();
    await promise;
  } finally {
    signal?.removeEventListener('abort', aborted);
    await Promise.all([...running].map((thread) => thread.terminate()));
  }
}

/** Promise.withResolvers, which Node has from version 22 on. */
function settlable(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let settle: { resolve: () => void; reject: (error: Error) => void } | undefined;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return {
    promise,
    resolve: () => settle?.resolve(),
    reject: (error) => settle?.reject(error),
  };
}
