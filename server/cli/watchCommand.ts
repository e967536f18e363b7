/**
 * `poollens watch`: samples of the pool tag table as they come, as JSON lines, as PoolMon prints them, or on a terminal
 * as PoolMon's own screen with its keys.
 */
import { resolve } from 'node:path';
import type { SourceSpec } from '../../src/shared/monitorProtocol';
import { ALL_SESSIONS_SCOPE, sessionScope } from '../../src/shared/monitorProtocol';
import type { Sample } from '../../src/shared/sample';
import { poolMonText } from '../core/capture/poolMonWriter';
import type { MappedDriver } from '../core/report/mappedDriver';
import { FIRST_VIEW, poolMonSwitches, type PoolMonSwitches } from '../core/report/poolMonView';
import { sampleToJson } from '../core/report/sampleJson';
import { openPoolSource } from '../monitor/openPoolSource';
import { PoolSourceError, type FeedSource, type PoolSource } from '../monitor/poolSource';
import { Recorder } from '../monitor/recorder';
import { ExitStatus, UsageError, type Command, type Io } from './command';
import { followSource } from './followSource';
import { loadMappedDrivers } from './mappedDriverOption';
import { fileOutput } from './output';
import { choice, parseCommandLine } from './scanArguments';
import { WatchScreen } from './watchScreen';

const OPTIONS = {
  format: { type: 'string' },
  source: { type: 'string' },
  interval: { type: 'string' },
  count: { type: 'string' },
  record: { type: 'string' },
} as const;

/** Also a file's, so that it can be watched. */
const SCREEN_INTERVAL_MS = 1000;

export const watchCommand: Command = {
  help: `poollens watch

Reads this machine's pool tags again and again (Windows), plays a file, or follows a command.

  --format ndjson|table  a JSON line for each sample, or PoolMon's screen (default: table on a terminal)
  --source SOURCE        live (default), recording:FILE, capture:FILE (PoolMon or !poolused text);
                         monitor -- COMMAND…: a command that runs poollens monitor --stdio, such as ssh TARGET …;
                         text -- COMMAND…: a command that prints PoolMon or !poolused text each time it runs
  --interval SECONDS     time between samples (default: 1; a file is played at once unless this is given)
  --count N              end after N samples
  --record FILE          write a recording that poollens import and the panel open

PoolMon's switches, with a slash or a dash: /iTAG and /xTAG show or leave out tags (repeatable, ? and *), /p, /p /p,
/e, /(, /t /a /f /d /b /m, /l, /s, /sN, /g [FILE] adds what a pooltag.txt says of each tag, /n [FILE] writes one reading to FILE (poolsnap.log) and ends.
On a terminal its keys work: h lists them, q ends.

Ends with Ctrl-C. Exit status: 0 done; 2 wrong usage, the source can't be read here, or a recording that failed.`,
  run,
};

async function run(args: readonly string[], io: Io): Promise<number> {
  const { switches, rest } = poolMonSwitches(args);
  const { values, positionals } = parseCommandLine(rest, OPTIONS);
  const format = choice('format', values.format ?? (io.terminal.stdout ? 'table' : 'ndjson'), ['ndjson', 'table']);
  const seconds = positive('interval', values.interval, /^\d+(?:\.\d+)?$/);
  const count = positive('count', values.count, /^\d+$/) ?? Number.POSITIVE_INFINITY;
  if (format === 'ndjson' && switches.snapshot === undefined) refuseView(switches);
  const mapped = switches.mapped === undefined ? undefined : await loadMappedDrivers(switches.mapped, io);
  const source = openPoolSource(parseSource(values.source ?? 'live', positionals, io));
  const record = values.record === undefined ? undefined : openRecorder(values.record, source, io);
  try {
    for (const issue of source.info.issues ?? []) io.warn(`poollens: ${issue}`);
    if (switches.scope !== undefined) await chooseScope(source, switches.scope);
    await watch(
      source,
      { switches, format, count, intervalMs: seconds === undefined ? undefined : seconds * 1000, record, mapped },
      io,
    );
  } finally {
    record?.stop();
    source.close();
  }
  return record?.failed === true ? ExitStatus.usage : ExitStatus.done;
}

interface Watching {
  readonly switches: PoolMonSwitches;
  readonly format: 'ndjson' | 'table';
  readonly count: number;
  /** Milliseconds between samples. */
  readonly intervalMs: number | undefined;
  readonly record: WatchRecorder | undefined;
  /** What stands in PoolMon's column Mapped_Driver. */
  readonly mapped: MappedDriver | undefined;
}

async function watch(source: PoolSource | FeedSource, watching: Watching, io: Io): Promise<void> {
  const { switches, format, record, mapped } = watching;
  const seen = (show: (sample: Sample) => void) => (sample: Sample) => {
    record?.append(sample);
    show(sample);
  };
  const problem = (message: string): void => io.warn(`poollens: ${message}`);
  if (switches.snapshot !== undefined) {
    const sample = seen(writeSnapshot(resolve(io.cwd, switches.snapshot), mapped));
    await followSource(source, { ...watching, count: 1, sample, problem, signal: io.signal });
  } else if (format === 'table' && io.screen !== undefined) {
    const quit = new AbortController();
    const screen = new WatchScreen(io.screen, switches, source.queries, () => quit.abort(), mapped);
    const signal = AbortSignal.any([io.signal, quit.signal]);
    const sample = seen((one) => screen.show(one));
    try {
      const intervalMs = watching.intervalMs ?? SCREEN_INTERVAL_MS;
      await followSource(source, {
        ...watching,
        intervalMs,
        sample,
        problem: (message) => screen.say(message),
        signal,
      });
      // A file that has played to its end is still to be read.
      if (!source.info.live && watching.count === Infinity) await aborted(signal);
    } finally {
      screen.close();
    }
  } else {
    const sample = seen(format === 'ndjson' ? jsonLines(source, io) : screens(io, mapped));
    await followSource(source, { ...watching, sample, problem, signal: io.signal });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}

function jsonLines(source: PoolSource | FeedSource, io: Io): (sample: Sample) => void {
  return (sample) => {
    io.stdout.line(sampleToJson(sample, source.info.kind));
    io.stdout.flush();
  };
}

/** One screen below the other. */
function screens(io: Io, mapped: MappedDriver | undefined): (sample: Sample) => void {
  let previous: Sample | undefined;
  return (sample) => {
    io.stdout.line(poolMonText(sample, previous, mapped));
    io.stdout.flush();
    previous = sample;
  };
}

/** PoolMon's /n: without changes, for there is nothing before. */
function writeSnapshot(file: string, mapped: MappedDriver | undefined): (sample: Sample) => void {
  return (sample) => {
    const output = fileOutput(file);
    output.line(poolMonText(sample, undefined, mapped));
    output.end();
  };
}

/** Which rows and in which order is the screen's business: JSON lines hold them all. */
function refuseView({ view, include, exclude, mapped }: PoolMonSwitches): void {
  if (view !== FIRST_VIEW || mapped !== undefined || include.length > 0 || exclude.length > 0)
    throw new UsageError("watch: PoolMon's switches choose what its screen shows; --format ndjson has all tags");
}

async function chooseScope({ queries }: PoolSource | FeedSource, scope: 'sessions' | number): Promise<void> {
  if (queries === undefined) throw new UsageError('watch: /s is for live machines');
  await queries.setScope(scope === 'sessions' ? ALL_SESSIONS_SCOPE : sessionScope(scope));
}

/** A recording that fails is said once, and the watching goes on. */
interface WatchRecorder {
  append(sample: Sample): void;
  stop(): void;
  readonly failed: boolean;
}

function openRecorder(file: string, source: PoolSource | FeedSource, io: Io): WatchRecorder {
  let recorder: Recorder | undefined = new Recorder(resolve(io.cwd, file), source.info.label);
  let failed = false;
  return {
    append: (sample) => {
      try {
        recorder?.append(sample);
      } catch (error) {
        if (!(error instanceof PoolSourceError)) throw error;
        recorder = undefined;
        failed = true;
        io.warn(`poollens: ${error.message}`);
      }
    },
    stop: () => recorder?.stop(),
    get failed() {
      return failed;
    },
  };
}

function positive(name: string, text: string | undefined, pattern: RegExp): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!pattern.test(text) || value <= 0) throw new UsageError(`--${name} ${text}: expected a number above 0`);
  return value;
}

function parseSource(text: string, rest: readonly string[], io: Io): SourceSpec {
  if (text === 'monitor' || text === 'text') {
    if (rest.length === 0) throw new UsageError(`--source ${text}: name the command behind --`);
    return { kind: 'command', name: rest.join(' '), run: rest, speaks: text };
  }
  const [extra] = rest;
  if (extra !== undefined)
    throw new UsageError(`watch: unexpected argument '${extra}' (a file is --source capture:FILE)`);
  if (text === 'live') return { kind: 'ntdll' };
  const [, kind, file] = /^(recording|capture):([^]+)$/.exec(text) ?? [];
  if (file !== undefined && kind === 'recording') return { kind, file: resolve(io.cwd, file) };
  if (file !== undefined && kind === 'capture') return { kind, file: resolve(io.cwd, file) };
  throw new UsageError(`--source ${text}: expected live, recording:FILE, capture:FILE, monitor or text`);
}
