/**
 * One reading written to a file in a format other programs read. The file is replaced only when all of it is there.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import type { ExportParams } from '../../src/shared/monitorProtocol';
import type { Sample } from '../../src/shared/sample';
import { sampleWriter } from '../core/report/sampleText';
import { fileError } from './fileSources';
import { PoolSourceError } from './poolSource';

/** Throws PoolSourceError with one line that names the file. */
export function exportSample({ file, format }: ExportParams, sample: Sample, source: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, `${sampleWriter(format, source)(sample)}\n`);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new PoolSourceError(`${file}: can't be written: ${fileError(error)}`);
  }
}
