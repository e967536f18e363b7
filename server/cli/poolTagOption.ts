/**
 * `--pooltag-file FILE`, as lint and owners take it: reads the file, and says on standard error what is wrong in it.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ParseIssue } from '../../src/shared/facts';
import { parsePoolTagFile, type PoolTagFile } from '../core/tags/poolTagFile';
import { decodeText } from '../scan/files/decodeText';
import { describeFileError } from '../scan/files/paths';
import { UsageError, type Io } from './command';

export async function loadPoolTagFile(path: string, io: Io): Promise<PoolTagFile> {
  const { value, issues } = parsePoolTagFile(decodeText(await readNamed(path, io)));
  warnOf(path, issues, io);
  return value;
}

/** A file the user named; that it can't be read is wrong usage. */
export async function readNamed(path: string, io: Io): Promise<Buffer> {
  try {
    return await readFile(resolve(io.cwd, path));
  } catch (error) {
    throw new UsageError(`${path}: ${describeFileError(error)}`);
  }
}

/** A line on standard error for each issue of a file. */
export function warnOf(shownFile: string, issues: readonly ParseIssue[], io: Io): void {
  for (const { message, offset } of issues) {
    io.warn(`${shownFile}: ${message}${offset === undefined ? '' : ` (at offset ${String(offset)})`}`);
  }
}
