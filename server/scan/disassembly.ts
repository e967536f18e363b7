/**
 * Disassembly on a thread of its own for each request: a large PDB holds nobody up, and a hostile image costs its own
 * thread at most.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { disassembleFile, type DisassembledFile, type DisassemblyRequest } from './disassembleFile';

/** Beside the bundle this code runs in; absent when it runs unbundled. */
const WORKER_FILE = join(__dirname, 'disassemblyWorker.js');
const MOST_SECONDS = 30;

/** The listing, or why there is none. Rejects with the signal's reason when it aborts. */
export async function disassembly(request: DisassemblyRequest, signal?: AbortSignal): Promise<DisassembledFile> {
  signal?.throwIfAborted();
  if (!existsSync(WORKER_FILE)) return disassembleFile(request);
  const worker = new Worker(WORKER_FILE, { workerData: request });
  try {
    return await answerOf(worker, signal);
  } finally {
    await worker.terminate();
  }
}

function answerOf(worker: Worker, signal: AbortSignal | undefined): Promise<DisassembledFile> {
  return new Promise((resolve, reject) => {
    const problem = (text: string): void => {
      resolve({ problem: text, changed: false });
    };
    const limit = setTimeout(() => {
      problem(`not done after ${String(MOST_SECONDS)} seconds, given up`);
    }, MOST_SECONDS * 1000);
    const aborted = (): void => {
      reject(signal?.reason instanceof Error ? signal.reason : new Error('cancelled'));
    };
    signal?.addEventListener('abort', aborted, { once: true });
    worker.once('message', resolve);
    worker.once('error', (error) => {
      problem(`disassembly failed: ${error.message}`);
    });
    worker.once('exit', () => {
      clearTimeout(limit);
      signal?.removeEventListener('abort', aborted);
      problem('disassembly ended without an answer');
    });
  });
}
