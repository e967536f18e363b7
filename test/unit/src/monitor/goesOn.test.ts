/**
 * A live machine whose monitor is killed, hangs or prints garbage: scope, pause, interval and recording are there again in
 * the next process, and what is missing is said in the recording. Real processes, over a kernel of the tests.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { recorded, watched, type Watched } from './watchedService';

const script = resolve(__dirname, '../../monitor/liveMachine.cjs');
const skip = process.platform !== 'linux' && 'signals as Linux has them';
/** A busy machine may take its time; only one that hangs must be noticed soon. */
const WATCHFUL = { silence: 300, answer: 8000 };

const FAULTS: readonly (readonly [name: string, signal: NodeJS.Signals, kind: string, gap: RegExp])[] = [
  ['is killed', 'SIGKILL', 'ended', /^the monitor process was ended by SIGKILL$/],
  ['hangs', 'SIGSTOP', 'hung', /^the monitor process was hung and has been ended$/],
  ['prints garbage', 'SIGUSR2', 'garbled', /^the monitor process wrote something that is no message$/],
];

/** Waits for a reading that came after this call. */
async function nextReading({ service, until }: Watched): Promise<void> {
  let came = false;
  const listener = service.readings.onSample(() => (came = true));
  await until(() => came);
  listener.dispose();
}

for (const [name, signal, kind, gap] of FAULTS) {
  test(`a monitor that ${name}: the session’s pools and the recording go on in the next`, { skip }, async (t) => {
    const machine = watched(t, { script, ...(kind === 'hung' ? { watch: WATCHFUL } : {}) });
    const { service, folder, pid, until } = machine;
    const file = join(folder, 'live.poolrec');
    await service.open({ kind: 'ntdll' });
    await service.setScope('session 4');
    await service.setInterval(60);
    await until(() => machine.scope() === 'session 4');
    await service.startRecording(file);
    for (let reading = 0; reading < 3; reading++) await nextReading(machine);
    process.kill(pid(), signal);
    await until(() => service.phase.kind === 'failed');
    assert.ok(service.phase.kind === 'failed');
    assert.equal(service.phase.failure.kind, kind);
    await until(() => service.phase.kind === 'open' && service.recordingState?.lastGap !== undefined);
    for (let reading = 0; reading < 3; reading++) await nextReading(machine);
    assert.equal(machine.scope(), 'session 4');
    assert.match(service.recordingState?.lastGap ?? '', gap);
    assert.equal(service.recordsTo, file);
    const counted = await service.stopRecording();
    const { samples, gaps, issues } = recorded(file);
    assert.equal(samples.length, counted);
    assert.deepEqual([...new Set(samples.map(({ scope }) => scope))], ['session 4']);
    assert.equal(gaps.length, 1);
    assert.match(gaps[0]?.replace(/^\d+: /, '') ?? '', gap);
    const behind = Number.parseInt(gaps[0] ?? '', 10);
    assert.ok(behind >= 3 && behind < samples.length, gaps[0]);
    assert.deepEqual(issues, []);
    const times = samples.map(({ time }) => time);
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
  });
}

test('growth looks back on what was recorded before the restart', { skip }, async (t) => {
  const machine = watched(t, { script });
  const { service, folder, pid, until } = machine;
  await service.open({ kind: 'ntdll' });
  await service.startRecording(join(folder, 'live.poolrec'));
  for (let reading = 0; reading < 8; reading++) await nextReading(machine);
  process.kill(pid(), 'SIGKILL');
  await until(() => service.phase.kind === 'failed');
  await until(() => service.phase.kind === 'open' && (service.readings.replayGrowth()?.still.samples ?? 0) > 8);
});

test('paused it stays paused; a recording stopped meanwhile does not go on', { skip }, async (t) => {
  const machine = watched(t, { script });
  const { service, folder, pid, until } = machine;
  const file = join(folder, 'live.poolrec');
  await service.open({ kind: 'ntdll' });
  await service.startRecording(file);
  await nextReading(machine);
  await service.pause();
  await until(() => service.phase.kind === 'open' && service.phase.monitor.state === 'paused');
  process.kill(pid(), 'SIGKILL');
  await until(() => service.phase.kind === 'failed');
  assert.equal(service.recordsTo, file);
  const { length } = recorded(file).samples;
  assert.ok((await service.stopRecording()) <= length);
  assert.equal(service.recordsTo, undefined);
  await until(() => service.phase.kind === 'open' && service.phase.monitor.state === 'paused');
  await service.resume();
  await nextReading(machine);
  assert.equal(recorded(file).samples.length, length);
  assert.deepEqual(recorded(file).gaps, []);
});

test('a session that is gone after the restart is said, and the system is read', { skip }, async (t) => {
  const machine = watched(t, { script });
  const { service, pid, until } = machine;
  await service.open({ kind: 'ntdll' });
  await service.setScope('session 4');
  process.env['POOLLENS_TEST_SESSIONS'] = '1';
  t.after(() => delete process.env['POOLLENS_TEST_SESSIONS']);
  process.kill(pid(), 'SIGKILL');
  await until(() => service.phase.kind === 'failed');
  await until(() => service.phase.kind === 'open' && machine.scope() === 'system');
  assert.ok(service.phase.kind === 'open');
  assert.deepEqual(service.phase.source.issues, ['There is no session 4; there are 1.']);
});

test(
  'a recording that is no longer there, or something else by now, is said and nothing is written',
  { skip },
  async (t) => {
    const machine = watched(t, { script });
    const { service, folder, pid, until } = machine;
    const file = join(folder, 'live.poolrec');
    await service.open({ kind: 'ntdll' });
    await service.startRecording(file);
    await nextReading(machine);
    process.kill(pid(), 'SIGKILL');
    await until(() => service.phase.kind === 'failed');
    writeFileSync(file, 'my holiday pictures\n');
    await until(() => service.recordingState?.message !== undefined);
    assert.match(service.recordingState?.message ?? '', /live\.poolrec: can't be written: not a PoolLens recording$/);
    assert.equal(service.recordsTo, undefined);
    await nextReading(machine);
    assert.equal(readFileSync(file, 'utf8'), 'my holiday pictures\n');
  },
);
