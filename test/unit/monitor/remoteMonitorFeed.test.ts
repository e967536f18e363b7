/**
 * A monitor behind a command: a real child process that behaves, dies, hangs, and talks nonsense.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openCommandSource } from '../../../server/monitor/commandSource';
import type { FeedSource } from '../../../server/monitor/poolSource';
import { SamplingLoop } from '../../../server/monitor/samplingLoop';
import type { MonitorState, SampleMessage } from '../../../src/shared/monitorProtocol';
import type { Sample } from '../../../src/shared/sample';
import { temporaryFolder } from '../../support/temporaryFolder';

const script = join(__dirname, 'fakeRemote.cjs');
/** A busy machine may take its time; only a program that hangs must be noticed soon. */
const PATIENT = { silence: 600_000, hello: 600_000, answer: 600_000, firstRetry: 20 };
const WATCHFUL = { ...PATIENT, silence: 100, answer: 1500 };

interface Followed {
  readonly source: FeedSource;
  readonly loop: SamplingLoop;
  readonly samples: Sample[];
  readonly messages: SampleMessage[];
  readonly states: MonitorState[];
  /** Says of every state its message or name. */
  readonly said: () => readonly string[];
  readonly until: (condition: () => boolean) => Promise<void>;
  readonly runs: () => number;
}

function follow(t: TestContext, plan: string, run?: readonly string[], times = PATIENT): Followed {
  const state = temporaryFolder(t);
  const command = run ?? [process.execPath, script, plan, state];
  const source = openCommandSource({ kind: 'command', name: 'Target', run: command, speaks: 'monitor' }, times);
  const samples: Sample[] = [];
  const messages: SampleMessage[] = [];
  const states: MonitorState[] = [];
  let check = (): void => undefined;
  const into =
    <T>(list: T[]) =>
    (value: T): void => {
      list.push(value);
      check();
    };
  const loop = new SamplingLoop({
    ready: () => true,
    message: into(messages),
    state: into(states),
    sample: into(samples),
    jumped: () => undefined,
  });
  t.after(() => loop.close());
  return {
    source,
    loop,
    samples,
    messages,
    states,
    said: () => states.map((one) => ('message' in one ? one.message : one.state)),
    until: (condition) =>
      new Promise((resolve) => {
        check = () => {
          if (condition()) resolve();
        };
        check();
      }),
    runs: () => readdirSync(state).length,
  };
}

test('what it sends is put together again: what a message leaves out has not changed', async (t) => {
  const { source, loop, samples, said, until } = follow(t, 'good');
  assert.deepEqual(source.info, { kind: 'command', label: 'Target', live: true });
  loop.open(source, 50);
  await until(() => samples.length >= 3);
  assert.deepEqual([...(samples[2]?.rows ?? [])], [1, 3, 0, 0, 0, 0, 0, 2, 5, 0, 0, 0, 0, 0]);
  assert.deepEqual(samples[2]?.memory, { nonPagedPoolBytes: 3 });
  assert.match(said()[0] ?? '', /^Connecting: .* has been started\.$/);
  assert.equal(said()[1], 'running');
});

test('the production monitor as the other machine: readings, sessions, big allocations', async (t) => {
  const machine = [process.execPath, '--import', 'tsx', join(__dirname, 'remoteMachine.ts')];
  // The command runs in the user's own folder: the loader is named by its path.
  machine[2] = require.resolve('tsx');
  const { source, loop, samples, said, until } = follow(t, '', machine);
  loop.open(source, 50);
  await until(() => samples.length >= 3);
  const sizes = samples.map(({ rows }) => rows.length / 7);
  // A tag more with each call, none of them lost on the way.
  assert.ok(sizes.every((size, at) => at === 0 || size > (sizes[at - 1] ?? 0)));
  const tags = new Set(samples.at(-1)?.rows.filter((_, at) => at % 7 === 0));
  assert.equal(tags.size, sizes.at(-1));
  const { scopes } = (await source.queries?.scopes()) ?? {};
  assert.deepEqual(scopes, ['system', 'all sessions', 'session 1', 'session 4']);
  await source.queries?.setScope('session 4');
  await until(() => samples.at(-1)?.scope === 'session 4');
  assert.equal(samples.at(-1)?.rows.length, 21);
  await assert.rejects(async () => source.queries?.setScope('session 9'), /There is no session 9; there are 1, 4\./);
  const big = await source.queries?.bigAllocations(0x64657246);
  assert.deepEqual(big?.allocations, [{ address: '0xffff8a0b00001000', bytes: 8192, paged: false }]);
  assert.equal(said().at(-1), 'running');
});

test('scopes and big allocations are asked over there; a scope is chosen again after a new connection', async (t) => {
  const { source, loop, samples, until } = follow(t, 'die,good');
  await source.queries?.setScope('session 2');
  loop.open(source, 50);
  await until(() => samples.some(({ scope }) => scope === 'session 2'));
  await until(() => samples.at(-1)?.rows[2] === 1 && samples.at(-1)?.scope === 'session 2');
  assert.deepEqual(await source.queries?.bigAllocations(7), { allocations: [], count: 7, bytes: 0 });
});

test('one that ends is said with its last words, connected again, and begins with a whole sample', async (t) => {
  const { source, loop, samples, messages, said, until } = follow(t, 'die,good');
  loop.open(source, 50);
  await until(() => (samples.at(-1)?.rows[2] ?? 0) === 1);
  const failed = said().find((text) => text.includes('255')) ?? '';
  assert.match(failed, /ended with exit code 255: Connection reset by peer\. It is connected again in 1 second\.$/);
  assert.equal(messages.find(({ rows }) => rows[2] === 1)?.reset, true);
  assert.equal(said().at(-1), 'running');
});

test('one that says hello and then nothing is asked, given up, ended and connected again', async (t) => {
  const { source, loop, samples, said, until } = follow(t, 'hang,good', undefined, WATCHFUL);
  loop.open(source, 50);
  await until(() => samples.length > 0);
  assert.ok(said().some((text) => /^Nothing has come from the other machine for 1 second; it is asked/.test(text)));
  assert.ok(said().some((text) => /: it has not answered for 2 seconds\. It is connected again in/.test(text)));
  assert.ok((samples[0]?.rows[2] ?? 0) >= 1);
});

for (const [word, message] of [
  ['garbage', /: what it sent is no message: /],
  ['nonsense', /: what it sent is no sample\./],
  ['old', /: it is another version of PoolLens\./],
  ['refused', /: No pools here\. It is connected again/],
] as const) {
  test(`one that is no monitor of ours is said and tried again: ${word}`, async (t) => {
    const { source, loop, samples, said, until } = follow(t, `${word},good`);
    loop.open(source, 50);
    await until(() => samples.length > 0);
    assert.ok(
      said().some((text) => message.test(text)),
      said().join('\n'),
    );
  });
}

test('a program that is not there, and one that only ends, are said; each try comes later', async (t) => {
  const { source, loop, said, until } = follow(t, '', ['poollens-no-such-program']);
  loop.open(source, 50);
  await until(() => said().some((text) => text.includes('in 1 second') && text.includes('no such program')));
  loop.close();
  const other = follow(t, '', [process.execPath, '-e', 'console.error("Permission denied"); process.exit(5)']);
  other.loop.open(other.source, 50);
  await other.until(() => other.said().some((text) => text.includes('ended with exit code 5: Permission denied')));
});

test('paused, nothing comes but a reading that is asked for; resumed, it goes on', async (t) => {
  const { source, loop, samples, states, until } = follow(t, 'good');
  loop.open(source, 50);
  await until(() => samples.length > 0);
  loop.pause();
  assert.deepEqual(states.at(-1), { state: 'paused' });
  const before = samples.length;
  loop.refresh();
  await until(() => samples.length === before + 1);
  assert.deepEqual(states.at(-1), { state: 'paused' });
});

test('closed, the process ends, and no other is started', async (t) => {
  const { source, loop, samples, until, runs } = follow(t, 'good');
  loop.open(source, 50);
  await until(() => samples.length > 0);
  loop.close();
  const seen = samples.length;
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.deepEqual([samples.length, runs()], [seen, 1]);
});
