/**
 * Disassembly on a thread of its own for each request: a large PDB holds nobody up.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { disassembleFile, type DisassembledFile, type DisassemblyRequest } from './disassembleFile';
import { onItsOwnThread } from './oneRequestThread';

/** Beside the bundle this code runs in; absent when it runs unbundled. */
const WORKER_FILE = join(__dirname, 'disassemblyWorker.js');
const MOST_SECONDS = 30;

/** The listing, or why there is none. Rejects with the signal's reason when it aborts. */
export async function disassembly(request: DisassemblyRequest, signal?: AbortSignal): Promise<DisassembledFile> {
  signal?.throwIfAborted();
  if (!existsSync(WORKER_FILE)) return disassembleFile(request);
  const problem = (text: string): DisassembledFile => ({ problem: text, changed: false });
  const ask = { script: WORKER_FILE, request, mostSeconds: MOST_SECONDS, what: 'disassembly', problem };
  return onItsOwnThread(ask, signal);
}
