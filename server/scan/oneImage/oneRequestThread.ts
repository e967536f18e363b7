/**
 * One request on a thread of its own: a large file holds nobody up, and a hostile one costs its own thread at most.
 */
import { Worker } from 'node:worker_threads';

export interface OneRequest<Answer> {
  /** Script of the thread: takes its request from workerData and posts one answer. */
  readonly script: string;
  readonly request: unknown;
  readonly mostSeconds: number;
  /** The answer where there is none, with the reason behind what is done ("disassembly"). */
  readonly what: string;
  problem(text: string): Answer;
}

/** Rejects with the signal's reason when it aborts; everything else becomes an answer. */
export async function onItsOwnThread<Answer>(ask: OneRequest<Answer>, signal?: AbortSignal): Promise<Answer> {
  signal?.throwIfAborted();
  const worker = new Worker(ask.script, { workerData: ask.request });
  try {
    return await answerOf(worker, ask, signal);
  } finally {
    await worker.terminate();
  }
}

function answerOf<Answer>(worker: Worker, ask: OneRequest<Answer>, signal: AbortSignal | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const problem = (text: string): void => {
      resolve(ask.problem(text));
    };
    const limit = setTimeout(() => {
      problem(`not done after ${String(ask.mostSeconds)} seconds, given up`);
    }, ask.mostSeconds * 1000);
    const aborted = (): void => {
      reject(signal?.reason instanceof Error ? signal.reason : new Error('cancelled'));
    };
    signal?.addEventListener('abort', aborted, { once: true });
    worker.once('message', resolve);
    worker.once('error', (error) => {
      problem(`${ask.what} failed: ${error.message}`);
    });
    worker.once('exit', () => {
      clearTimeout(limit);
      signal?.removeEventListener('abort', aborted);
      problem(`${ask.what} ended without an answer`);
    });
  });
}
