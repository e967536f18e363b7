/**
 * `poollens watch` on a real terminal (script(1) gives it one): PoolMon's keys, the size, and the terminal given back.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { bundle } from '../support/processes';

const RECORDING = resolve(__dirname, '../fixtures/demo/leak.poolrec');
const CAPTURE = resolve(__dirname, '../fixtures/captures/own-poolmon-log.txt');

interface Terminal {
  readonly press: (keys: string) => void;
  /** Resolves when the screen holds this after what was last waited for. */
  readonly shows: (pattern: RegExp) => Promise<string>;
  readonly ended: Promise<{ readonly status: number | null; readonly all: string }>;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Runs in a terminal of 20 lines with 100 columns; its state before and after is printed behind. */
function terminal(t: TestContext, args: readonly string[]): Terminal {
  const command = [process.execPath, bundle('cli'), 'watch', ...args].map(quoted).join(' ');
  const line = `stty rows 20 cols 100; before=$(stty -g); ${command}; code=$?; [ "$(stty -g)" = "$before" ] && echo SAME; exit $code`;
  const child = spawn('script', ['-qefc', line, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm', SHELL: '/bin/sh' },
  });
  t.after(() => child.kill());
  let all = '';
  let from = 0;
  let check = (): void => undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    all += text;
    check();
  });
  const ended = new Promise<{ status: number | null; all: string }>((done, fail) => {
    child.on('error', fail);
    child.on('close', (status) => done({ status, all }));
  });
  return {
    press: (keys) => child.stdin.write(keys),
    shows: (pattern) =>
      new Promise((done, fail) => {
        check = () => {
          const found = pattern.exec(all.slice(from));
          if (found === null) return;
          from += found.index + found[0].length;
          done(found[0]);
        };
        void ended.then(() => fail(new Error(`never showed ${String(pattern)}:\n${all.slice(from)}`)));
        check();
      }),
    ended,
  };
}

/** What a screen begins with. */
const SCREEN = '\\u001b\\[H';

test('keys sort, choose pools, show totals and help; q gives the terminal back as it was', async (t) => {
  const { press, shows, ended } = terminal(t, ['--source', `capture:${CAPTURE}`, '--interval', '0.05', '/b']);
  await shows(/\u001b\[\?1049h\u001b\[\?25l/);
  await shows(/MmSt Paged 126675700 \( 100\)/);
  press('t');
  await shows(new RegExp(`${SCREEN}[^]*Tag  Type[^]* Io {3}Nonp[^]* Leak Nonp`));
  press('p');
  await shows(new RegExp(`${SCREEN}[^]*Tag  Type[^]* Io {3}Nonp`));
  press('e');
  await shows(/ Total Nonp/);
  press('h');
  await shows(/sort by what changed/);
  press('q');
  const { status, all } = await ended;
  assert.equal(status, 0);
  assert.match(all, /\u001b\[\?25h\u001b\[\?1049l[^]*SAME/);
});

test('it fits the terminal, and a session on a file is refused on the screen', async (t) => {
  const { press, shows, ended } = terminal(t, ['--source', `recording:${RECORDING}`, '--interval', '0.05']);
  const screen = await shows(/\u001b\[H(?:(?!\u001b\[H)[^])*Nonp(?:(?!\u001b\[H)[^])*\u001b\[J/);
  const lines = screen.split('\r\n').map((line) => line.replace(/\u001b\[[?\d]*[A-Za-z]/g, ''));
  assert.ok(lines.length <= 20, String(lines.length));
  assert.ok(lines.every((line) => line.length <= 100));
  press('s');
  await shows(/Sessions are told apart on a live machine only/);
  press('\u0003');
  const { all } = await ended;
  assert.match(all, /SAME/);
});

test('a terminal program that is ended gives the terminal back, too', async (t) => {
  const { shows, ended } = terminal(t, [
    ...['--source', 'text', '--', process.execPath, '-e'],
    'console.log(" Fred Nonp 7 (0) 2 (0) 5 640 (0) 128"); process.kill(process.ppid, "SIGTERM")',
  ]);
  await shows(/1049h/);
  const { all } = await ended;
  assert.match(all, /\u001b\[\?1049l[^]*SAME/);
});
