/**
 * The scan engine as installed: its identity for caches, and its threads.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scanner } from './scanner';
import { WorkerPool } from './workerPool';

/** Beside the bundle this code runs in. */
const WORKER_FILE = join(__dirname, 'scanWorker.js');

/**
 * Changes whenever the code does that makes the facts (the threads' bundle) or writes them down (this one); undefined
 * when it runs unbundled, where nothing may be cached.
 */
export function engineIdentity(): string | undefined {
  if (!existsSync(WORKER_FILE)) return undefined;
  const hash = createHash('sha256');
  for (const file of [WORKER_FILE, __filename]) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 32);
}

const YOUNG_MIB_OF_EDITS = 32;

/** Threads, by default one for each core. They start when there is something to scan. */
export function createScanner(threads?: number): Scanner {
  return new WorkerPool({ workerFile: WORKER_FILE, ...(threads === undefined ? {} : { threads }) });
}

/** One thread for texts as they are edited: answers come soon where nothing is collected in between. */
export function createEditScanner(): Scanner {
  return new WorkerPool({ workerFile: WORKER_FILE, threads: 1, youngMiB: YOUNG_MIB_OF_EDITS });
}
