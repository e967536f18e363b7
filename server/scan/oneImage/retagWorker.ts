/**
 * Entry of the thread that proves new tags (dist/retagWorker.js): one request in its workerData, one answer, then it ends.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { retagFile, type RetagRequest } from './retagFile';

parentPort?.postMessage(retagFile(workerData as RetagRequest));
