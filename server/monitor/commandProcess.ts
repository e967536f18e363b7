/**
 * One run of a command the user has named: a program and its arguments, started as they are. No shell reads them, so
 * nothing in them has to be quoted and nothing is expanded; who wants a shell names it as the program.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { homedir } from 'node:os';
import { basename } from 'node:path';

/** A program that ignores being asked to end is made to, after this. */
const GRACE_MS = 3000;
const LONGEST_LINE = 300;
/** What stderr says last fits in this. */
const KEPT_ERROR_TEXT = 4096;

/** How a run ended, in words: `ssh ended with exit code 255: Connection refused`. */
export interface CommandEnd {
  /** Exit code 0. */
  readonly well: boolean;
  readonly text: string;
}

export class CommandProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves once, when the process is gone and its output read, or when it could not be started. */
  readonly ended: Promise<CommandEnd>;
  readonly #program: string;
  #errors = '';
  #over = false;

  /** Starts it. A text instead says why that can't be: most reasons come later, as its end, some at once. */
  static start([program = '', ...args]: readonly string[]): CommandProcess | string {
    try {
      // In the user's own folder: a program of the same name in a workspace must not be the one that is found.
      return new CommandProcess(program, spawn(program, args, { cwd: homedir(), stdio: 'pipe', windowsHide: true }));
    } catch (error) {
      return notStarted(basename(program), error as NodeJS.ErrnoException);
    }
  }

  private constructor(program: string, child: ChildProcessWithoutNullStreams) {
    this.#program = basename(program);
    this.child = child;
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-KEPT_ERROR_TEXT);
    });
    // Writing to a process that is gone; its end tells the story.
    this.child.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error: NodeJS.ErrnoException) =>
        resolve({ well: false, text: notStarted(this.#program, error) }),
      );
      this.child.once('close', (code, signal) => resolve(this.#ended(code, signal)));
    });
    void this.ended.then(() => (this.#over = true));
  }

  /** Asks it to end, and makes it after a while. */
  kill(): void {
    if (this.#over) return;
    this.child.stdin.destroy();
    this.child.kill();
    const force = setTimeout(() => this.child.kill('SIGKILL'), GRACE_MS);
    force.unref();
    void this.ended.then(() => clearTimeout(force));
  }

  #ended(code: number | null, signal: string | null): CommandEnd {
    const how = signal === null ? `ended with exit code ${code ?? '?'}` : `was ended by ${signal}`;
    const words = this.#errors.trim().split('\n').at(-1)?.trim().slice(0, LONGEST_LINE) ?? '';
    return { well: code === 0, text: `${this.#program} ${how}${words === '' ? '' : `: ${words}`}` };
  }
}

const NOT_STARTED: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such program',
  ENOTDIR: 'there is no such program',
  EACCES: 'it is no program',
  E2BIG: 'its arguments are too long',
  ENAMETOOLONG: 'its name is too long',
};

function notStarted(program: string, { code = '', message }: NodeJS.ErrnoException): string {
  // Windows runs batch files through a shell, whose quoting is another: Node refuses them.
  const batch = code === 'EINVAL' && /\.(?:bat|cmd)$/i.test(program);
  const why = batch ? 'a batch file is run by "cmd.exe", "/d", "/c" and its name' : (NOT_STARTED[code] ?? message);
  return `${program} can't be started: ${why}`;
}
