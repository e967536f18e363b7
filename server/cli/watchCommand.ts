/**
 * `poollens watch`: samples of the pool tag table as they come, as JSON lines or as PoolMon prints them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { resolve } from 'node:path';
import type { SourceSpec } from '../../src/shared/monitorProtocol';
import type { Sample } from '../../src/shared/sample';
import { poolMonText } from '../core/capture/poolMonWriter';
import { sampleToJson } from '../core/report/sampleJson';
import { openPoolSource } from '../monitor/openPoolSource';
import type { PoolSource } from '../monitor/poolSource';
import { Recorder } from '../monitor/recorder';
import { ExitStatus, UsageError, type Command, type Io } from './command';
import { choice, parseCommandLine } from './scanArguments';

const OPTIONS = {
  format: { type: 'string' },
  source: { type: 'string' },
  interval: { type: 'string' },
  count: { type: 'string' },
  record: { type: 'string' },
} as const;
const DEFAULT_SECONDS = 1;

export const watchCommand: Command = {
  help: `poollens watch

Reads this machine's pool tags again and again (Windows), or plays a file.

  --format ndjson|table  a JSON line for each sample, or PoolMon's screen (default: table on a terminal)
  --source SOURCE        live (default), recording:FILE, or capture:FILE (PoolMon or !poolused text)
  --interval SECONDS     time between samples (default: 1; a file is played at once unless this is given)
  --count N              end after N samples
  --record FILE          write a recording that poollens import and the panel open

Ends with Ctrl-C. Exit status: 0 done; 2 wrong usage, or the source can't be read here.`,
  run,
};

async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseCommandLine(args, OPTIONS);
  const [extra] = positionals;
  if (extra !== undefined)
    throw new UsageError(`watch: unexpected argument '${extra}' (a file is --source capture:FILE)`);
  const format = choice('format', values.format ?? (io.terminal.stdout ? 'table' : 'ndjson'), ['ndjson', 'table']);
  const seconds = positive('interval', values.interval, /^\d+(?:\.\d+)?$/);
  const count = positive('count', values.count, /^\d+$/) ?? Number.POSITIVE_INFINITY;
  const source = openPoolSource(parseSource(values.source ?? 'live', io));
  for (const issue of source.info.issues ?? []) io.warn(`poollens: ${issue}`);
  const record =
    values.record === undefined ? undefined : new Recorder(resolve(io.cwd, values.record), source.info.label);
  const pause = (seconds ?? (source.info.live ? DEFAULT_SECONDS : 0)) * 1000;
  try {
    await watch(source, { count, pause, show: format === 'ndjson' ? jsonLines(source, io) : screens(io), record }, io);
  } finally {
    record?.stop();
    source.close();
  }
  return ExitStatus.done;
}

interface Watching {
  readonly count: number;
  /** Milliseconds between samples. */
  readonly pause: number;
  readonly show: (sample: Sample) => void;
  readonly record: Recorder | undefined;
}

async function watch(source: PoolSource, { count, pause, show, record }: Watching, io: Io): Promise<void> {
  for (let shown = 0; shown < count && !io.signal.aborted; shown += 1) {
    if (shown > 0 && pause > 0) await sleep(pause, undefined, { signal: io.signal }).catch(() => undefined);
    const sample = io.signal.aborted ? undefined : source.read();
    if (sample === undefined) return;
    record?.append(sample);
    show(sample);
    io.stdout.flush();
  }
}

function jsonLines(source: PoolSource, io: Io): (sample: Sample) => void {
  return (sample) => {
    io.stdout.line(sampleToJson(sample, source.info.kind));
  };
}

/** Each screen over the one before on a terminal, one below the other elsewhere. */
function screens(io: Io): (sample: Sample) => void {
  let previous: Sample | undefined;
  return (sample) => {
    const home = io.terminal.stdout ? '\u001b[H\u001b[2J' : '';
    io.stdout.line(home + poolMonText(sample, previous));
    previous = sample;
  };
}

function positive(name: string, text: string | undefined, pattern: RegExp): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!pattern.test(text) || value <= 0) throw new UsageError(`--${name} ${text}: expected a number above 0`);
  return value;
}

function parseSource(text: string, io: Io): SourceSpec {
  if (text === 'live') return { kind: 'ntdll' };
  const [, kind, file] = /^(recording|capture):([^]+)$/.exec(text) ?? [];
  if (file !== undefined && kind === 'recording') return { kind, file: resolve(io.cwd, file) };
  if (file !== undefined && kind === 'capture') return { kind, file: resolve(io.cwd, file) };
  throw new UsageError(`--source ${text}: expected live, recording:FILE or capture:FILE`);
}
