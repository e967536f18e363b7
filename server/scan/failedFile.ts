/**
 * What stands for a file that could not be scanned: the reason, and nothing else.
 */
import type { ScannedFile, ScanTask } from './scanTypes';

export function failedFile(task: ScanTask, message: string, milliseconds = 0): ScannedFile {
  const facts = { file: task.path, kind: task.kind, size: 0, sites: [], issues: [{ message }], milliseconds };
  return { facts, dependsOn: [], failed: true };
}
