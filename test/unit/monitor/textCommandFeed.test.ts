/**
 * A command that prints PoolMon or !poolused text, as a real child process.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { BackOff } from '../../../server/monitor/backOff';
import type { FeedEvents } from '../../../server/monitor/poolSource';
import { TextCommandFeed, type CommandTimes } from '../../../server/monitor/textCommandFeed';
import { Row, type Sample } from '../../../src/shared/sample';
import { temporaryFolder } from '../../support/temporaryFolder';

const fixtures = join(__dirname, '../../fixtures/captures');

interface Followed {
  readonly feed: TextCommandFeed;
  readonly samples: Sample[];
  readonly said: string[];
  readonly until: (condition: () => boolean) => Promise<void>;
  readonly events: FeedEvents;
}

function follow(t: TestContext, run: readonly string[], times?: CommandTimes): Followed {
  const feed = new TextCommandFeed(run, new BackOff(20), times);
  const samples: Sample[] = [];
  const said: string[] = [];
  let check = (): void => undefined;
  const note = (text: string): void => {
    said.push(text);
    check();
  };
  t.after(() => feed.close());
  return {
    feed,
    samples,
    said,
    events: {
      sample: (sample) => {
        samples.push(sample);
        check();
      },
      waiting: note,
      failed: note,
    },
    until: (condition) =>
      new Promise((resolve) => {
        check = () => {
          if (condition()) resolve();
        };
        check();
      }),
  };
}

const node = (code: string, ...args: readonly string[]): readonly string[] => [process.execPath, '-e', code, ...args];
const printFile = 'process.stdout.write(require("fs").readFileSync(process.argv[1]))';

test('every run is a reading, whatever the tool', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'now.txt');
  writeFileSync(file, readFileSync(join(fixtures, 'poolmon-examples-1.txt')));
  const { feed, samples, events, until, said } = follow(t, node(printFile, file));
  const before = Date.now();
  feed.start(events, 1);
  await until(() => samples.length === 1);
  writeFileSync(file, readFileSync(join(fixtures, 'own-poolused-modern.txt')));
  await until(() => samples.some(({ rows }) => rows.length === 6 * 7));
  assert.ok((samples[0]?.time ?? 0) >= before);
  assert.equal(samples[0]?.rows.length, 13 * 7);
  assert.match(said[0] ?? '', /^Waiting for .* to print\.$/);
});

test('arguments reach the program as they are: no shell expands, splits or runs them', async (t) => {
  const hostile = '$(touch nope); `x` "a b" %PATH% *';
  const code = `const [given] = process.argv.slice(1);
    console.log(" Fred Nonp 7 (0) 2 (0) 5 " + Buffer.from(given).length + " (0) 1 ");
    console.log(" Home Nonp 1 (0) 0 (0) 1 " + Number(process.cwd() === ${JSON.stringify(homedir())}) + " (0) 1 ")`;
  const { feed, samples, events, until } = follow(t, node(code, hostile));
  feed.start(events, 60_000);
  await until(() => samples.length === 1);
  assert.equal(samples[0]?.rows[Row.nonPagedBytes], hostile.length);
  // It runs in the user's own folder, not in a workspace.
  assert.equal(samples[0]?.rows[7 + Row.nonPagedBytes], 1);
});

test('what fails is said with its reason and when it is run again, and then is', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'later.txt');
  const { feed, samples, said, events, until } = follow(t, node(printFile, file));
  feed.start(events, 1);
  await until(() => said.length >= 3);
  assert.match(said[1] ?? '', /^node.* ended with exit code 1: .*It is run again in 1 second\.$/);
  writeFileSync(file, 'Welcome to the debugger\n');
  await until(() => said.some((text) => text.includes('neither PoolMon output nor')));
  writeFileSync(file, ' Fred Nonp 7 (0) 2 (0) 5 640 (0) 128\n');
  await until(() => samples.length > 0);
});

test('what was printed counts although the command failed behind it', async (t) => {
  const code = 'console.log(" Fred Nonp 7 (0) 2 (0) 5 640 (0) 128"); process.exitCode = 3';
  const { feed, samples, said, events, until } = follow(t, node(code));
  feed.start(events, 60_000);
  await until(() => samples.length === 1);
  assert.equal(said.length, 1);
});

test('paused it is not run, but once when asked; closed never again', async (t) => {
  const code = 'console.log(" Fred Nonp 7 (0) 2 (0) 5 640 (0) 128")';
  const { feed, samples, events, until } = follow(t, node(code));
  feed.start(events, 1);
  await until(() => samples.length > 0);
  feed.pause();
  const before = samples.length;
  feed.refresh();
  await until(() => samples.length > before);
  feed.close();
  const closed = samples.length;
  feed.refresh();
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(samples.length, closed);
});

/** What a command's first failure says. */
async function firstFailure(t: TestContext, run: readonly string[], times?: CommandTimes): Promise<string> {
  const { feed, said, samples, events, until } = follow(t, run, times);
  feed.start(events, 60_000);
  await until(() => said.length >= 2);
  assert.deepEqual(samples, []);
  return said[1] ?? '';
}

test('a command that prints nothing, or fails with a word on stderr, is said with that', async (t) => {
  assert.match(await firstFailure(t, node('0')), /^\S*node\S*: the text is empty\. It is run again in 1 second\.$/);
  const fails = node('console.error("first\\nPermission denied (publickey)."); process.exit(255)');
  assert.match(
    await firstFailure(t, fails),
    /^node\S* ended with exit code 255: Permission denied \(publickey\)\.{1,2} It is/,
  );
});

test('a command that prints without end is ended, at its bytes or at its time, and said', async (t) => {
  const floods = node('const line = "x".repeat(1 << 20); const more = () => process.stdout.write(line, more); more()');
  assert.match(await firstFailure(t, floods), /printed more than 33554432 bytes\. It is run again/);
  const drips = node('setInterval(() => console.log(" Fred Nonp 7 (0) 2 (0) 5 640 (0) 128"), 20)');
  const { feed, said, events, until } = follow(t, drips, { slow: 200, longest: 400 });
  feed.start(events, 60_000);
  await until(() => said.length >= 3);
  assert.match(said[1] ?? '', /has been running for 1 second and is waited for/);
  assert.match(
    said[2] ?? '',
    /was still running after 1 second and was ended: it is to print and end\. It is run again in/,
  );
});

test('a program that can’t be started, now or at all, is said and tried again', async (t) => {
  const folder = temporaryFolder(t, { 'text.txt': 'no program' });
  assert.match(await firstFailure(t, [join(folder, 'none')]), /^none can't be started: there is no such program\./);
  assert.match(await firstFailure(t, [join(folder, 'text.txt')]), /^text\.txt can't be started: it is no program\./);
  assert.match(
    await firstFailure(t, [join(folder, 'text.txt', 'below')]),
    /^below can't be started: there is no such program\./,
  );
  assert.match(await firstFailure(t, ['x'.repeat(5000)]), /can't be started: its name is too long\./);
  assert.match(
    await firstFailure(t, [...node('0'), 'x'.repeat(1 << 20)]),
    /can't be started: its arguments are too long/,
  );
});

test('PowerShell’s UTF-16, with or without its mark, and a terminal’s colours', async (t) => {
  const row = ' Fred Nonp 7 (0) 2 (0) 5 640 (0) 128\\n';
  const commands = [
    `process.stdout.write(Buffer.from("\\ufeff${row}", "utf16le"))`,
    `process.stdout.write(Buffer.from("${row}", "utf16le"))`,
    `process.stdout.write("\\x1b[2J\\x1b[1;1H\\x1b[33m${row}\\x1b[0m")`,
  ];
  for (const command of commands) {
    const { feed, samples, events, until } = follow(t, node(command));
    feed.start(events, 60_000);
    await until(() => samples.length === 1);
    assert.deepEqual([...(samples[0]?.rows ?? [])], [0x64657246, 0, 0, 0, 7, 2, 640]);
    feed.close();
  }
});
