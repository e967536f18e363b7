/**
 * What runs scan tasks: threads (workerPool.ts), or the calling thread (inProcessScanner.ts). Loads no scanning code.
 */
import type { Externals } from '../../core/source/externals';
import type { ScannedFile, ScanSetup, ScanTask } from '../scanTypes';

export type Deliver = (file: ScannedFile | undefined) => void;

export interface Scanner {
  /** These files may be scanned soon: what takes time to start may start. */
  prepare(files: readonly Pick<ScanTask, 'kind'>[]): void;
  /** What holds for the tasks that follow. */
  setUp(setup: ScanSetup): void;
  /** An open document's text, which wins over the disk; undefined: the document was closed. */
  setOpen(path: string, text: string | undefined): void;
  /** What the files of a project know of each other, for tasks of that project; `setUp` forgets it. */
  setExternals(project: string, externals: Externals): void;
  /** These files changed on disk. */
  changed(paths: readonly string[]): void;
  /**
   * Scans each task once and delivers it, in no particular order; undefined when `onlyIfNaming` kept it from being
   * scanned. Rejects with the signal's reason when it aborts.
   */
  run(tasks: readonly ScanTask[], deliver: Deliver, signal?: AbortSignal): Promise<void>;
  dispose(): Promise<void>;
}
