/**
 * Entry of a scan thread (dist/scanWorker.js): scans what the pool sends, one file after the other.
 * Holds no state but the setup and open texts; a fault here costs one file, the pool starts another thread.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { SourceParsers } from '../../core/source/scanSource';
import { FileScanner } from '../scanFile';
import { EMPTY_SETUP, type ScanTask } from '../scanTypes';
import { BatchState, workThrough } from './batch';
import { FileSender, type PackedFile } from './packedFile';
import { parsersFor, sourceParsers } from './parserModules';
import type { FromWorker, ToWorker, WorkerStart } from './workerMessages';

type Port = NonNullable<typeof parentPort>;

class ScanWorker {
  readonly #port: Port;
  readonly #batch: BatchState;
  readonly #sender = new FileSender();
  readonly #open = new Map<string, string>();
  #scanner = new FileScanner(EMPTY_SETUP, () => this.#loaded());
  #parsers: SourceParsers | undefined;
  #isReady = false;
  /** Messages are worked on in their order, also while the parsers load. */
  #work: Promise<void> = Promise.resolve();

  constructor(port: Port, { batch }: WorkerStart) {
    this.#port = port;
    this.#batch = new BatchState(batch);
    port.on('message', (message: ToWorker) => {
      this.#work = this.#work.then(() => this.#handle(message));
    });
  }

  async #handle(message: ToWorker): Promise<void> {
    switch (message.type) {
      case 'prepare':
        await sourceParsers();
        break;
      case 'setup':
        this.#scanner = new FileScanner(message.setup, () => this.#loaded());
        for (const [path, text] of this.#open) this.#scanner.setOpen(path, text);
        break;
      case 'open':
        if (message.text === undefined) this.#open.delete(message.path);
        else this.#open.set(message.path, message.text);
        this.#scanner.setOpen(message.path, message.text);
        break;
      case 'externals':
        this.#scanner.setExternals(message.project, message.externals);
        break;
      case 'changed':
        for (const path of message.paths) this.#scanner.changed(path);
        break;
      case 'scan':
        await this.#scan(message.tasks);
        break;
    }
  }

  async #scan(tasks: readonly ScanTask[]): Promise<void> {
    // Many scans are of images alone, and the parsers take as long to load as a hundred of those.
    this.#parsers = (await parsersFor(tasks)) ?? this.#parsers;
    if (!this.#isReady) this.#post({ type: 'ready' });
    this.#isReady = true;
    const scanned = (task: ScanTask): PackedFile | undefined => {
      const file = this.#scanner.scan(task);
      return file && this.#sender.pack(file);
    };
    workThrough(tasks, this.#batch, scanned, (files) => {
      this.#post({ type: 'scanned', files });
    });
  }

  #loaded(): SourceParsers {
    if (this.#parsers === undefined) throw new Error('the parsers are not loaded');
    return this.#parsers;
  }

  #post(message: FromWorker): void {
    this.#port.postMessage(message);
  }
}

if (parentPort !== null) new ScanWorker(parentPort, workerData as WorkerStart);
