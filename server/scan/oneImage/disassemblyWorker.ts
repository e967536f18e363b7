/**
 * Entry of the thread that disassembles (dist/disassemblyWorker.js): one request in its workerData, one answer, then it
 * ends and its memory with it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { disassembleFile, type DisassemblyRequest } from './disassembleFile';

async function main(port: NonNullable<typeof parentPort>): Promise<void> {
  port.postMessage(await disassembleFile(workerData as DisassemblyRequest));
}

if (parentPort !== null) void main(parentPort);
