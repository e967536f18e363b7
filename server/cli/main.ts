/**
 * Entry of the command line (dist/cli.js): finds the subcommand, prints help and version, sets the exit status.
 * The contract is reference/command-line.md; each subcommand is a file of its own.
 */
import { printable } from '../core/report/printable';
import { ExitStatus, UsageError, type Command, type Io } from './command';
import { importCommand } from './importCommand';
import { lintCommand } from './lintCommand';
import { monitorCommand } from './monitorCommand';
import { streamOutput } from './output';
import { ownersCommand } from './ownersCommand';
import { scanCommand } from './scanCommand';
import { productVersion } from './version';
import { watchCommand } from './watchCommand';

const COMMANDS: readonly Command[] = [
  scanCommand,
  lintCommand,
  ownersCommand,
  watchCommand,
  importCommand,
  monitorCommand,
];

const OVERVIEW = `poollens <command> …

Which driver allocates this pool tag, and on which line?

${COMMANDS.map((command) => `  ${command.name.padEnd(9)} ${command.summary}`).join('\n')}

  poollens <command> --help   what a command takes
  poollens --version`;

async function run(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-v') {
    io.stdout.line(productVersion());
    return ExitStatus.done;
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.stdout.line(COMMANDS.find((command) => command.name === rest[0])?.help ?? OVERVIEW);
    return name === undefined ? ExitStatus.usage : ExitStatus.done;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
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
  const stdout = streamOutput(process.stdout);
  const io: Io = {
    cwd: process.cwd(),
    env: process.env,
    stdout,
    warn: (line) => {
      process.stderr.write(`${printable(line)}\n`);
    },
    terminal: { stdout: process.stdout.isTTY, stderr: process.stderr.isTTY },
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
