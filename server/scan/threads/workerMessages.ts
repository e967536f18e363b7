/**
 * Messages between the pool and a worker thread. Discriminated unions, one per direction.
 */
import type { Externals } from '../../core/source/externals';
import type { ScanSetup, ScanTask } from '../scanTypes';
import type { PackedFile } from './packedFile';

export type ToWorker =
  /** Sources come soon. */
  | { readonly type: 'prepare' }
  | { readonly type: 'setup'; readonly setup: ScanSetup }
  /** An open document's text; undefined: closed. */
  | { readonly type: 'open'; readonly path: string; readonly text: string | undefined }
  /** What the files of a project know of each other. */
  | { readonly type: 'externals'; readonly project: string; readonly externals: Externals }
  /** Files that changed on disk. */
  | { readonly type: 'changed'; readonly paths: readonly string[] }
  /** Answered by what became of each task, in their order, in one or more messages. */
  | { readonly type: 'scan'; readonly tasks: readonly ScanTask[] };

/** What a thread is started with. */
export interface WorkerStart {
  /** Memory of a BatchState: how far the last `scan` is, which tells the culprit when the thread dies. */
  readonly batch: SharedArrayBuffer;
}

export type FromWorker =
  /** What the first tasks need is loaded; a thread that ends before this can't work on this machine at all. */
  | { readonly type: 'ready' }
  /** Undefined: `onlyIfNaming` kept it from being scanned, or the batch was stopped. */
  | { readonly type: 'scanned'; readonly files: readonly (PackedFile | undefined)[] };
