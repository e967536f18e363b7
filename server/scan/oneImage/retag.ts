/**
 * The proof that places of an image can have tags of their own, on a thread of its own: it scans the image three times.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { onItsOwnThread } from './oneRequestThread';
import { retagFile, type RetagAnswer, type RetagRequest } from './retagFile';

/** Beside the bundle this code runs in; absent when it runs unbundled. */
const WORKER_FILE = join(__dirname, 'retagWorker.js');
const MOST_SECONDS = 120;

/** The script, or why there is none. Rejects with the signal's reason when it aborts. */
export async function retag(request: RetagRequest, signal?: AbortSignal): Promise<RetagAnswer> {
  signal?.throwIfAborted();
  if (!existsSync(WORKER_FILE)) return retagFile(request);
  const problem = (text: string): RetagAnswer => ({ problem: text });
  return onItsOwnThread(
    { script: WORKER_FILE, request, mostSeconds: MOST_SECONDS, what: 'the trial', problem },
    signal,
  );
}
