/**
 * The options that scan, lint and owners share, and how a scan is run for them: cache folder, threads, progress.
 */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { parseNamedAllocator, type NamedAllocator } from '../core/tags/namedAllocators';
import { readCompileCommands } from '../scan/builds/compileCommands';
import { DEFAULT_BUILD, type BuildChoice } from '../scan/builds/msbuild';
import { pathShower } from '../scan/files/paths';
import type { OccurrenceSearchOptions } from '../scan/occurrence/occurrenceSearch';
import { scanFolders, type ScanEvents, type ScanOutcome, type ScanRequest } from '../scan/scanFolders';
import { absoluteSymbolPath } from '../scan/symbols/pdbPlaces';
import { createScanner, engineIdentity } from '../scan/threads/engine';
import { UsageError, type Io } from './command';
import { optimiseLater } from './optimiseLater';
import { TerminalProgress } from './terminalProgress';

type Options = NonNullable<ParseArgsConfig['options']>;

export const SCAN_OPTIONS = {
  threads: { type: 'string' },
  'no-cache': { type: 'boolean' },
  'cache-dir': { type: 'string' },
  symbols: { type: 'string' },
  define: { type: 'string', multiple: true },
  allocator: { type: 'string', multiple: true },
  include: { type: 'string', multiple: true },
  'compile-commands': { type: 'string' },
  configuration: { type: 'string' },
  platform: { type: 'string' },
} as const satisfies Options;

export const SCAN_OPTIONS_HELP = `  --threads N            scan with N threads (default: one for each core)
  --no-cache             scan everything anew and keep nothing
  --cache-dir DIR        where facts of unchanged files are kept
  --symbols PATH         folders with PDBs, as in _NT_SYMBOL_PATH; local folders only
  --define NAME=VALUE    a macro of the build; may be repeated
  --include DIR          a folder for #include; may be repeated
  --allocator NAME:POSITION:ROLE
                         a function whose body is not among the sources and whose argument at POSITION (from 1) is the
                         tag; ROLE is allocate (default), free, bind or verify; may be repeated
  --compile-commands FILE
                         compile_commands.json of the build: macros and include folders of each source
                         (default: those found in the given folders)
  --configuration NAME   configuration of projects and settings that counts (default: ${DEFAULT_BUILD.configuration})
  --platform NAME        platform of them: x64, Win32, ARM64 (default: ${DEFAULT_BUILD.platform})`;

export interface ScanValues {
  readonly threads?: string | undefined;
  readonly 'no-cache'?: boolean | undefined;
  readonly 'cache-dir'?: string | undefined;
  readonly symbols?: string | undefined;
  readonly define?: readonly string[] | undefined;
  readonly allocator?: readonly string[] | undefined;
  readonly include?: readonly string[] | undefined;
  readonly 'compile-commands'?: string | undefined;
  readonly configuration?: string | undefined;
  readonly platform?: string | undefined;
}

type CommandLine<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; allowPositionals: true; strict: true }>
>;

/** parseArgs with one clear line for what it does not accept. */
export function parseCommandLine<T extends Options>(args: readonly string[], options: T): CommandLine<T> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message.split('. ')[0] ?? message);
  }
}

/** The value if it is one of the choices. */
export function choice<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const found = choices.find((c) => c === value);
  if (found === undefined) throw new UsageError(`--${name} ${value}: expected one of ${choices.join(', ')}`);
  return found;
}

/** Scans what the arguments name; a clear line on standard error for each path that can't be read at all. */
export async function runScan(
  paths: readonly string[],
  values: ScanValues,
  io: Io,
  events: Omit<ScanEvents, 'progress'>,
): Promise<ScanOutcome> {
  optimiseLater();
  const scanner = createScanner(threadCount(values.threads));
  const progress = new TerminalProgress(io.terminal.stderr);
  const shown = pathShower(paths, io.cwd);
  try {
    const withProgress: ScanEvents = {
      ...events,
      progress: (done, total, last) => {
        progress.show({ done, total, ...(last && { bytes: last.bytes, file: shown(last.file) }) });
      },
    };
    const request = await scanRequest(paths, values, io);
    const outcome = await scanFolders(scanner, request, withProgress, io.signal);
    progress.clear();
    for (const { file, message } of outcome.unreadableRoots) io.warn(`poollens: ${shown(file)}: ${message}`);
    return outcome;
  } finally {
    progress.clear();
    await scanner.dispose();
  }
}

async function scanRequest(paths: readonly string[], values: ScanValues, io: Io): Promise<ScanRequest> {
  const absolute = (path: string): string => resolve(io.cwd, path);
  const engine = values['no-cache'] === true ? undefined : engineIdentity();
  const folder = values['cache-dir'] === undefined ? defaultCacheFolder(io.env) : absolute(values['cache-dir']);
  const database = values['compile-commands'];
  const build: BuildChoice = {
    configuration: values.configuration ?? DEFAULT_BUILD.configuration,
    platform: values.platform ?? DEFAULT_BUILD.platform,
  };
  return {
    ...(database === undefined ? {} : { compileFlags: await readCompileCommands(absolute(database), build) }),
    roots: [...new Set(paths.map(absolute))].map((path) => ({ path, build })),
    includeFolders: (values.include ?? []).map(absolute),
    defines: Object.fromEntries((values.define ?? []).map(parseDefine)),
    allocators: values.allocator === undefined ? [] : [{ allocators: values.allocator.map(parseAllocator) }],
    symbolPath: symbolPathOf(values, io),
    trusted: true,
    blocking: true,
    ...(engine === undefined ? {} : { cache: { folder, engine, showPath: pathShower(paths, io.cwd) } }),
  };
}

/** What a search for occurrences takes from the same options. */
export function occurrenceOptions(values: ScanValues, io: Io): Omit<OccurrenceSearchOptions, 'tags'> {
  const threads = threadCount(values.threads);
  return {
    ...(threads === undefined ? {} : { threads }),
    symbolPath: symbolPathOf(values, io),
    trusted: true,
  };
}

function symbolPathOf(values: ScanValues, io: Io): string {
  return absoluteSymbolPath(values.symbols ?? io.env['_NT_SYMBOL_PATH'] ?? '', io.cwd);
}

function threadCount(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9][0-9]{0,2}$/.test(text)) throw new UsageError(`--threads ${text}: expected a number from 1 to 999`);
  return Number(text);
}

function parseAllocator(text: string): NamedAllocator {
  const allocator = parseNamedAllocator(text);
  if (typeof allocator === 'string') throw new UsageError(`--allocator ${text}: ${allocator}`);
  return allocator;
}

/** `NAME=VALUE`, or `NAME` for 1, as compilers take it. */
function parseDefine(text: string): [string, string] {
  const [, name, value] = /^([A-Za-z_]\w*)(?:=([^]*))?$/.exec(text) ?? [];
  if (name === undefined) throw new UsageError(`--define ${text}: expected NAME or NAME=VALUE`);
  return [name, value ?? '1'];
}

function defaultCacheFolder(env: Io['env']): string {
  const local = env['LOCALAPPDATA'];
  if (process.platform === 'win32' && local !== undefined) return join(local, 'PoolLens', 'cache');
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'poollens');
}
