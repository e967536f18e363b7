/**
 * `poollens import`: PoolMon screens and logs, !poolused output and recordings as sample lines, CSV, PoolMon text, or
 * one recording.
 */
import { resolve } from 'node:path';
import type { Sample } from '../../src/shared/sample';
import { SAMPLE_FORMATS, sampleWriter } from '../core/report/sampleText';
import { openPoolSource } from '../monitor/openPoolSource';
import { PoolSourceError, type PoolSource } from '../monitor/poolSource';
import { Recorder } from '../monitor/recorder';
import { ExitStatus, UsageError, type Command, type Io } from './command';
import { fileOutput } from './output';
import { choice, parseCommandLine } from './scanArguments';

const OPTIONS = { out: { type: 'string' }, format: { type: 'string' }, record: { type: 'string' } } as const;

export const importCommand: Command = {
  help: `poollens import <file…>

Prints each sample in the given files, in their order.

  --format ndjson|csv|poolmon
                         a JSON line for each sample as poollens watch prints it (default), a row of CSV for each tag and
                         pool, or PoolMon's screens
  --out FILE             write to FILE instead of standard output
  --record FILE          write one recording of all of them instead, which the panel opens

Exit status: 0 done; 2 wrong usage, or a file that can't be read or holds no sample.`,
  run(args, io) {
    return Promise.resolve(run(args, io));
  },
};

function run(args: readonly string[], io: Io): number {
  const { values, positionals: files } = parseCommandLine(args, OPTIONS);
  if (files.length === 0) throw new UsageError('import: name at least one file');
  if (values.record !== undefined && (values.out !== undefined || values.format !== undefined)) {
    throw new UsageError('import: --record writes a recording, which takes neither --format nor --out');
  }
  const format = choice('format', values.format ?? 'ndjson', SAMPLE_FORMATS);
  const take = values.record === undefined ? printing(format, values.out, io) : recording(values.record, io);
  let status: number = ExitStatus.done;
  for (const file of files) if (!importFile(file, take, io)) status = ExitStatus.usage;
  take.end();
  return status;
}

/** Where samples go. */
interface Taker {
  sample(sample: Sample, source: PoolSource): void;
  end(): void;
}

function printing(format: (typeof SAMPLE_FORMATS)[number], out: string | undefined, io: Io): Taker {
  const output = out === undefined ? io.stdout : fileOutput(resolve(io.cwd, out));
  // JSON lines name their source; a table has one heading, however many files.
  const writers = new Map<string, (sample: Sample) => string>();
  return {
    sample: (sample, { info }) => {
      const kind = format === 'ndjson' ? info.kind : '';
      const write = writers.get(kind) ?? sampleWriter(format, info.kind);
      writers.set(kind, write);
      output.line(write(sample));
    },
    end: () => {
      if (output !== io.stdout) output.end();
    },
  };
}

function recording(file: string, io: Io): Taker {
  let recorder: Recorder | undefined;
  return {
    sample: (sample, { info }) => {
      recorder ??= new Recorder(resolve(io.cwd, file), info.label);
      recorder.append(sample);
    },
    end: () => recorder?.stop(),
  };
}

/** False when the file gave no sample; the reason is on standard error then. */
function importFile(file: string, take: Taker, io: Io): boolean {
  let source: PoolSource;
  try {
    source = openPoolSource({ kind: 'capture', file: resolve(io.cwd, file) });
  } catch (error) {
    if (!(error instanceof PoolSourceError)) throw error;
    io.warn(`poollens: ${error.message}`);
    return false;
  }
  for (const issue of source.info.issues ?? []) io.warn(`poollens: ${issue}`);
  for (let sample = source.read(); sample !== undefined; sample = source.read()) take.sample(sample, source);
  source.close();
  return true;
}
