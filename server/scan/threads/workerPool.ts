/**
 * Threads that scan: hands tasks out in small batches, replaces a thread that crashes or hangs on a file, and makes
 * that an issue of the file. Knows nothing of what a scan finds.
 */
import { availableParallelism } from 'node:os';
import type { Externals } from '../../core/source/externals';
import { failedFile } from '../failedFile';
import { EMPTY_SETUP, type ScannedFile, type ScanSetup, type ScanTask } from '../scanTypes';
import { ScanThread, type ThreadCaps } from './scanThread';
import type { Deliver, Scanner } from './scanner';
import { isLarge, TaskQueue } from './taskQueue';
import type { ToWorker } from './workerMessages';

export interface WorkerPoolOptions extends Partial<ThreadCaps> {
  /** The bundle of scanWorker.ts. */
  readonly workerFile: string;
  /** Default: one for each core. */
  readonly threads?: number;
}

const DEFAULT_CAPS: Omit<ThreadCaps, 'youngMiB'> = { secondsPerFile: 60, heapMiB: 1024 };
/** Sources fill a thread's heap with headers; images leave nothing, and are scanned a sixth faster with more room. */
const YOUNG_MIB = { withSources: 6, imagesOnly: 32 };

interface Run {
  readonly deliver: Deliver;
  readonly finish: (error?: Error) => void;
  left: number;
  over: boolean;
}

interface Item {
  readonly task: ScanTask;
  readonly run: Run;
}

export class WorkerPool implements Scanner {
  readonly #options: WorkerPoolOptions;
  readonly #most: number;
  readonly #threads = new Set<ScanThread<Item>>();
  readonly #open = new Map<string, string>();
  readonly #externals = new Map<string, Externals>();
  readonly #runs = new Set<Run>();
  #setup: ScanSetup = EMPTY_SETUP;
  readonly #queue: TaskQueue<Item, ScanThread<Item>>;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#most = Math.max(1, options.threads ?? availableParallelism());
    this.#queue = new TaskQueue(this.#most);
  }

  prepare(files: readonly Pick<ScanTask, 'kind'>[]): void {
    const sources = files.some(({ kind }) => kind === 'source');
    const wanted = Math.min(this.#most, Math.ceil(files.length / 2));
    while (this.#threads.size < wanted) {
      const thread = this.#start(sources);
      if (sources) thread.send({ type: 'prepare' });
    }
  }

  setUp(setup: ScanSetup): void {
    this.#setup = setup;
    this.#externals.clear();
    this.#tellAll({ type: 'setup', setup });
  }

  setOpen(path: string, text: string | undefined): void {
    if (text === undefined) this.#open.delete(path);
    else this.#open.set(path, text);
    this.#tellAll({ type: 'open', path, text });
  }

  setExternals(project: string, externals: Externals): void {
    this.#externals.set(project, externals);
    this.#tellAll({ type: 'externals', project, externals });
  }

  changed(paths: readonly string[]): void {
    this.#tellAll({ type: 'changed', paths });
  }

  run(tasks: readonly ScanTask[], deliver: Deliver, signal?: AbortSignal): Promise<void> {
    if (tasks.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const aborted = (): void => {
        this.#queue.keep((item) => item.run !== run);
        run.finish(abortReason(signal));
        for (const thread of this.#threads) thread.stopUnless((item) => !item.run.over);
      };
      const run: Run = {
        deliver,
        left: tasks.length,
        over: false,
        finish: (error) => {
          if (run.over) return;
          run.over = true;
          this.#runs.delete(run);
          signal?.removeEventListener('abort', aborted);
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      if (signal?.aborted === true) {
        aborted();
        return;
      }
      signal?.addEventListener('abort', aborted);
      this.#runs.add(run);
      for (const task of tasks) this.#queue.push({ task, run });
      this.#dispatch();
    });
  }

  async dispose(): Promise<void> {
    const threads = [...this.#threads];
    this.#threads.clear();
    this.#failAll(new Error('the scan was stopped'));
    await Promise.all(threads.map((thread) => thread.terminate()));
  }

  #tellAll(message: ToWorker): void {
    for (const thread of this.#threads) thread.send(message);
  }

  #dispatch(): void {
    for (const thread of this.#threads) if (!thread.busy) this.#feed(thread);
    const wanted = Math.min(this.#most, this.#threads.size + Math.ceil(this.#queue.length / 2));
    while (this.#threads.size < wanted && this.#queue.length > 0) if (!this.#feed(this.#start())) return;
  }

  /** False: there is nothing the thread may do now. */
  #feed(thread: ScanThread<Item>): boolean {
    const isLargeBusy = [...this.#threads].some((other) => other.items.some(isLarge));
    const batch = this.#queue.take(thread, isLargeBusy);
    if (batch.length === 0) return false;
    thread.scan(batch);
    return true;
  }

  #start(sources = this.#setup.sources.length > 0): ScanThread<Item> {
    const { workerFile, secondsPerFile, heapMiB } = { ...DEFAULT_CAPS, ...this.#options };
    const youngMiB = this.#options.youngMiB ?? (sources ? YOUNG_MIB.withSources : YOUNG_MIB.imagesOnly);
    const caps: ThreadCaps = { secondsPerFile, heapMiB, youngMiB };
    const thread = new ScanThread<Item>(workerFile, caps, {
      scanned: (item, file) => {
        this.#deliver(item, file);
      },
      idle: () => {
        this.#dispatch();
      },
      died: (reason, started, current, rest) => {
        this.#threads.delete(thread);
        this.#bury(reason, started, current, rest);
      },
    });
    this.#threads.add(thread);
    thread.send({ type: 'setup', setup: this.#setup });
    for (const [path, text] of this.#open) thread.send({ type: 'open', path, text });
    for (const [project, externals] of this.#externals) thread.send({ type: 'externals', project, externals });
    return thread;
  }

  #bury(reason: string, started: boolean, current: Item | undefined, rest: readonly Item[]): void {
    if (!started) {
      this.#failAll(new Error(`scan threads do not start: ${reason}`));
      return;
    }
    this.#queue.putBack(rest.filter((item) => !item.run.over));
    if (current !== undefined) this.#deliver(current, failedFile(current.task, reason));
    this.#dispatch();
  }

  #deliver({ run }: Item, file: ScannedFile | undefined): void {
    if (run.over) return;
    run.deliver(file);
    run.left -= 1;
    if (run.left === 0) run.finish();
  }

  #failAll(error: Error): void {
    this.#queue.clear();
    for (const run of [...this.#runs]) run.finish(error);
  }
}

function abortReason(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error('the scan was cancelled');
}
