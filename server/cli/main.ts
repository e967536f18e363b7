/**
 * Entry of the command line (dist/cli.js): finds the subcommand, prints help and version, sets the exit status.
 * The contract is reference/command-line.md; each subcommand is a file of its own.
 */
import { printable } from '../core/report/printable';
import { ExitStatus, UsageError, type Command, type Io } from './command';
import { streamOutput } from './output';
import { eraseProgress } from './terminalProgress';
import { productVersion } from './version';

/** Of a terminal that does not say how wide it is. */
const DEFAULT_COLUMNS = 80;

interface Entry {
  readonly name: string;
  /** One line for the overview. */
  readonly summary: string;
  /** What a command needs is loaded when it runs: a scan of unchanged files takes less time than loading all. */
  readonly load: () => Promise<Command>;
}

const COMMANDS: readonly Entry[] = [
  {
    name: 'scan',
    summary: 'find pool tags in sources and driver images',
    load: async () => (await import('./scanCommand')).scanCommand,
  },
  {
    name: 'lint',
    summary: 'check the tags of drivers: shared by two modules, default tags, tags of others',
    load: async () => (await import('./lintCommand')).lintCommand,
  },
  {
    name: 'owners',
    summary: 'say which modules use a tag, best evidence first',
    load: async () => (await import('./ownersCommand')).ownersCommand,
  },
  {
    name: 'watch',
    summary: 'show pool tags as they grow, and record them',
    load: async () => (await import('./watchCommand')).watchCommand,
  },
  {
    name: 'import',
    summary: 'turn PoolMon logs, !poolused output and recordings into samples',
    load: async () => (await import('./importCommand')).importCommand,
  },
  {
    name: 'monitor',
    summary: 'the monitor process: vscode-jsonrpc on standard input and output',
    load: async () => (await import('./monitorCommand')).monitorCommand,
  },
];

const OVERVIEW = `poollens <command> …

Which driver allocates this pool tag, and on which line?

${COMMANDS.map((command) => `  ${command.name.padEnd(9)} ${command.summary}`).join('\n')}

  poollens <command> --help   what a command takes
  poollens --version`;

function find(name: string | undefined): Entry | undefined {
  return COMMANDS.find((command) => command.name === name);
}

async function run(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-v') {
    io.stdout.line(productVersion());
    return ExitStatus.done;
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.stdout.line((await find(rest[0])?.load())?.help ?? OVERVIEW);
    return name === undefined ? ExitStatus.usage : ExitStatus.done;
  }
  const command = await find(name)?.load();
  if (command === undefined)
    throw new UsageError(`no command '${name}'; there are ${COMMANDS.map((c) => c.name).join(', ')}`);
  const options = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (options.includes('--help') || options.includes('-h')) {
    io.stdout.line(command.help);
    return ExitStatus.done;
  }
  return command.run(rest, io);
}

/** A reader that went away (`poollens scan … | head`) is no error. */
function endQuietlyWhenNobodyReads(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(ExitStatus.done);
      throw error;
    });
  }
}

async function main(): Promise<void> {
  endQuietlyWhenNobodyReads();
  const stop = new AbortController();
  process.once('SIGINT', () => {
    process.exitCode = 130;
    stop.abort();
  });
  const stdout = streamOutput(process.stdout, eraseProgress);
  const io: Io = {
    cwd: process.cwd(),
    env: process.env,
    stdout,
    warn: (line) => {
      eraseProgress();
      process.stderr.write(`${printable(line)}\n`);
    },
    terminal: {
      stdout: process.stdout.isTTY,
      stderr: process.stderr.isTTY,
      columns: process.stdout.columns || DEFAULT_COLUMNS,
    },
    screen: process.stdin.isTTY && process.stdout.isTTY ? { input: process.stdin, output: process.stdout } : undefined,
    signal: stop.signal,
  };
  try {
    process.exitCode = await run(process.argv.slice(2), io);
  } catch (error) {
    if (stop.signal.aborted) return;
    io.warn(`poollens: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = ExitStatus.usage;
  } finally {
    stdout.end();
  }
}

void main();
