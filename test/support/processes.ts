/**
 * Runs the built command line as a user does, and gives back what it said.
 */
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

/** A bundle in dist/; `npm test` builds it before the tests run. */
export function bundle(name: string): string {
  const file = join(ROOT, 'dist', `${name}.js`);
  if (!existsSync(file)) throw new Error(`dist/${name}.js is missing: run npm run build`);
  return file;
}

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Runs as this user, which only root can ask for. */
  readonly uid?: number;
  /** The bundle to run; default: cli.js in dist/. */
  readonly script?: string;
  /** Closes standard output after so many bytes, as `head` does. */
  readonly closeAfter?: number;
  /** Sends Ctrl-C's signal after so many bytes of standard output. */
  readonly interruptAfter?: number;
}

/** Whether users that are neither owner nor of the group may reach a file: every folder above it lets them pass. */
export function othersMayReach(file: string): boolean {
  for (let path = file; ; path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

/** Runs `poollens` with these arguments to its end. */
export function poollens(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [options.script ?? bundle('cli'), ...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    });
    let stdout = '';
    let stderr = '';
    let interrupted = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (options.closeAfter !== undefined && stdout.length >= options.closeAfter) child.stdout.destroy();
      if (!interrupted && stdout.length >= (options.interruptAfter ?? Infinity)) interrupted = child.kill('SIGINT');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', fail);
    child.on('close', (status) => {
      done({ status, stdout, stderr });
    });
    child.stdin.end();
  });
}

/** Runs any program to its end. */
export function run(program: string, args: readonly string[], cwd: string): Promise<CommandResult> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', fail);
    child.on('close', (status) => done({ status, stdout, stderr }));
  });
}

/** The lines of an NDJSON text, each parsed. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
