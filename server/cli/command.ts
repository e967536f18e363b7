/**
 * What a subcommand is, and what it may touch of the process around it: arguments, streams, folder, environment.
 */
import type { Output } from './output';
import type { TerminalStreams } from './terminalScreen';

/** Wrong usage, or a path that can't be read: one line for the user, exit status 2. */
export class UsageError extends Error {}

export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  /** One line for people; progress goes elsewhere. */
  warn(line: string): void;
  /** Whether standard output, and standard error, are a terminal; columns of standard output's. */
  readonly terminal: { readonly stdout: boolean; readonly stderr: boolean; readonly columns: number };
  /** The terminal itself, to be taken over; undefined where input or output is none. */
  readonly screen: TerminalStreams | undefined;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Exit statuses of the contract. */
export const ExitStatus = { done: 0, findings: 1, usage: 2 } as const;

export interface Command {
  /** Text of `poollens NAME --help`. */
  readonly help: string;
  run(args: readonly string[], io: Io): Promise<number>;
}
