/**
 * One worker thread of the pool: what it works on, its time cap, and what it leaves behind when it dies.
 * Decides nothing about which task comes next.
 */
import { Worker } from 'node:worker_threads';
import type { ScannedFile, ScanTask } from '../scanTypes';
import { BatchState } from './batch';
import { FileReceiver } from './packedFile';
import type { FromWorker, ToWorker, WorkerStart } from './workerMessages';

/** What one file may cost a thread before the thread is stopped. */
export interface ThreadCaps {
  /** A thread silent for so long on one file is stopped. */
  readonly secondsPerFile: number;
  /** JavaScript heap; file contents lie outside it. */
  readonly heapMiB: number;
  /** Of that, room for what lives shortly. */
  readonly youngMiB: number;
}

export interface ThreadEvents<Item> {
  scanned(item: Item, file: ScannedFile | undefined): void;
  /** Everything handed over is done. */
  idle(): void;
  /** The thread is gone. `current` was being scanned, `rest` was not begun. `started`: it had been working before. */
  died(reason: string, started: boolean, current: Item | undefined, rest: readonly Item[]): void;
}

export class ScanThread<Item extends { readonly task: ScanTask }> {
  readonly #worker: Worker;
  readonly #events: ThreadEvents<Item>;
  readonly #caps: ThreadCaps;
  readonly #receiver = new FileReceiver();
  readonly #batch = new BatchState();
  #items: Item[] = [];
  /** Of the last tasks handed over, how many are done. */
  #done = 0;
  #ready = false;
  #timer: NodeJS.Timeout | undefined;
  #reason: string | undefined;
  #over = false;

  constructor(workerFile: string, caps: ThreadCaps, events: ThreadEvents<Item>) {
    this.#events = events;
    this.#caps = caps;
    const start: WorkerStart = { batch: this.#batch.memory };
    this.#worker = new Worker(workerFile, {
      workerData: start,
      resourceLimits: { maxOldGenerationSizeMb: caps.heapMiB, maxYoungGenerationSizeMb: caps.youngMiB },
    });
    this.#worker.on('message', (message: FromWorker) => {
      this.#receive(message);
    });
    this.#worker.on('error', (error) => {
      this.#reason ??= describeDeath(error, caps);
    });
    this.#worker.on('exit', (code) => {
      this.#end(this.#reason ?? `the scan thread ended with status ${String(code)}`);
    });
  }

  /** What it is working on, the current one first. */
  get items(): readonly Item[] {
    return this.#items;
  }

  get busy(): boolean {
    return this.#items.length > 0;
  }

  send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  /** Hands tasks over; only when not busy. */
  scan(items: readonly Item[]): void {
    this.#items = [...items];
    this.#done = 0;
    this.#batch.begin();
    this.send({ type: 'scan', tasks: items.map((item) => item.task) });
    if (this.#ready) this.#startClock();
  }

  /** Ends behind the file it is at, unless one of those left is wanted. */
  stopUnless(isWanted: (item: Item) => boolean): void {
    if (!this.#items.some(isWanted)) this.#batch.stop();
  }

  async terminate(): Promise<void> {
    this.#over = true;
    clearTimeout(this.#timer);
    await this.#worker.terminate();
  }

  #receive(message: FromWorker): void {
    if (this.#over) return;
    if (message.type === 'ready') {
      this.#ready = true;
      if (this.busy) this.#startClock();
      return;
    }
    const finished = this.#items.splice(0, message.files.length);
    this.#done += finished.length;
    clearTimeout(this.#timer);
    if (this.busy) this.#startClock();
    for (const [at, packed] of message.files.entries()) {
      const file = packed && this.#receiver.unpack(packed);
      const item = finished[at];
      if (item !== undefined) this.#events.scanned(item, file);
    }
    if (!this.busy) this.#events.idle();
  }

  #startClock(): void {
    const { secondsPerFile } = this.#caps;
    clearTimeout(this.#timer);
    const current = this.#items[0];
    this.#timer = setTimeout(() => {
      // This thread may have been busy itself: what the other one sent meanwhile is heard first.
      setImmediate(() => {
        if (this.#over || this.#items[0] !== current) return;
        this.#reason = `gave up after ${String(secondsPerFile)} seconds`;
        void this.#worker.terminate();
      });
    }, secondsPerFile * 1000);
  }

  #end(reason: string): void {
    clearTimeout(this.#timer);
    if (this.#over) return;
    this.#over = true;
    // What is done but was not sent is done again.
    const at = Math.max(0, this.#batch.at - this.#done);
    const current = this.#items[at];
    const rest = this.#items.filter((item) => item !== current);
    this.#items = [];
    this.#events.died(reason, this.#ready, current, rest);
  }
}

function describeDeath(error: unknown, caps: ThreadCaps): string {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return `needs more than ${String(caps.heapMiB)} MiB to scan`;
  }
  return `the scan thread failed: ${error instanceof Error ? error.message : String(error)}`;
}
