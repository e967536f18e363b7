/**
 * The scan engine as installed: its identity for caches, and threads where their bundle is at hand.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InProcessScanner, type Scanner } from './scanner';
import { WorkerPool } from './workerPool';

/** Beside the bundle this code runs in; absent when it runs unbundled. */
const WORKER_FILE = join(__dirname, 'scanWorker.js');

/** Changes whenever the scanning code does; undefined when it runs unbundled, where nothing may be cached. */
export function engineIdentity(): string | undefined {
  if (!existsSync(WORKER_FILE)) return undefined;
  return createHash('sha256').update(readFileSync(WORKER_FILE)).digest('hex').slice(0, 32);
}

/** Threads when their bundle is there, else this thread. */
export function createScanner(threads?: number): Scanner {
  if (!existsSync(WORKER_FILE)) return new InProcessScanner();
  return new WorkerPool({ workerFile: WORKER_FILE, ...(threads === undefined ? {} : { threads }) });
}
