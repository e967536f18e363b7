/**
 * `poollens import`: PoolMon screens and logs, !poolused output and recordings as sample lines.
 */
import { resolve } from 'node:path';
import { sampleToJson } from '../core/report/sampleJson';
import { openPoolSource } from '../monitor/openPoolSource';
import { PoolSourceError } from '../monitor/poolSource';
import { ExitStatus, UsageError, type Command, type Io } from './command';
import { fileOutput, type Output } from './output';
import { parseCommandLine } from './scanArguments';

const OPTIONS = { out: { type: 'string' } } as const;

export const importCommand: Command = {
  help: `poollens import <file…>

Prints one JSON line for each sample in the given files, in the format of poollens watch --format ndjson.

  --out FILE             write to FILE instead of standard output

Exit status: 0 done; 2 wrong usage, or a file that can't be read or holds no sample.`,
  run(args, io) {
    return Promise.resolve(run(args, io));
  },
};

function run(args: readonly string[], io: Io): number {
  const { values, positionals: files } = parseCommandLine(args, OPTIONS);
  if (files.length === 0) throw new UsageError('import: name at least one file');
  const output = values.out === undefined ? io.stdout : fileOutput(resolve(io.cwd, values.out));
  let status: number = ExitStatus.done;
  for (const file of files) if (!importFile(file, output, io)) status = ExitStatus.usage;
  if (output !== io.stdout) output.end();
  return status;
}

/** False when the file gave no sample; the reason is on standard error then. */
function importFile(file: string, output: Output, io: Io): boolean {
  try {
    const source = openPoolSource({ kind: 'capture', file: resolve(io.cwd, file) });
    for (const issue of source.info.issues ?? []) io.warn(`poollens: ${issue}`);
    for (let sample = source.read(); sample !== undefined; sample = source.read()) {
      output.line(sampleToJson(sample, source.info.kind));
    }
    source.close();
    return true;
  } catch (error) {
    if (!(error instanceof PoolSourceError)) throw error;
    io.warn(`poollens: ${error.message}`);
    return false;
  }
}
