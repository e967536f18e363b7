/**
 * The extension host's side of the monitor against a real child process that behaves and misbehaves as told.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { MonitorPhase } from '../../../../src/monitor/monitorPhase';
import { MonitorService } from '../../../../src/monitor/monitorService';
import type { SampleMessage } from '../../../../src/shared/monitorProtocol';

const script = join(__dirname, 'fakeMonitor.cjs');
let folder: string;
let service: MonitorService | undefined;
const lines: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'poollens-monitor-'));
  lines.length = 0;
});
afterEach(() => {
  service?.dispose();
  service = undefined;
  delete process.env['FAKE_MONITOR'];
  rmSync(folder, { recursive: true, force: true });
});

function make(plan: object, helloTimeout = 20_000, file = script): MonitorService {
  process.env['FAKE_MONITOR'] = JSON.stringify({ log: join(folder, 'log'), ...plan });
  const log = { info: (line: string) => void lines.push(line), error: (line: string) => void lines.push(line) };
  service = new MonitorService({ executable: process.execPath, script: file, helloTimeout }, log, 1000, 10);
  return service;
}

const asked = (): readonly string[] => readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');

/** Waits for the service to come to a phase; fails after a time no healthy machine needs. */
async function phase<K extends MonitorPhase['kind']>(
  of: MonitorService,
  kind: K,
): Promise<Extract<MonitorPhase, { kind: K }>> {
  const reached = (p: MonitorPhase): p is Extract<MonitorPhase, { kind: K }> => p.kind === kind;
  return await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`never ${kind}, but ${of.phase.kind}`)), 30_000);
    const look = (): void => {
      if (!reached(of.phase)) return;
      clearTimeout(late);
      listener.dispose();
      resolve(of.phase);
    };
    const listener = of.onDidChange(look);
    look();
  });
}

async function sample(of: MonitorService): Promise<SampleMessage> {
  return await new Promise((resolve) => {
    const listener = of.readings.onSample((message) => {
      listener.dispose();
      resolve(message);
    });
  });
}

test('no process runs until a source is wanted; then its first reading is there at once', async () => {
  const monitor = make({});
  assert.equal(monitor.phase.kind, 'idle');
  assert.throws(asked, /ENOENT/);
  await monitor.open({ kind: 'ntdll' });
  const open = await phase(monitor, 'open');
  assert.deepEqual(open.source, { kind: 'ntdll', label: 'Live: this machine', live: true });
  assert.deepEqual(open.monitor, { state: 'running' });
  assert.deepEqual(
    monitor.readings.replay().map((message) => message.rows),
    [[1, 10, 0, 100, 0, 0, 0]],
  );
});

test('a reading of the source before, still on its way, does not get into the new one', async () => {
  const monitor = make({ staleSample: true });
  await monitor.open({ kind: 'recording', file: '/a.poolrec' });
  assert.deepEqual(
    monitor.readings.replay().map((message) => message.rows),
    [[1, 10, 0, 100, 0, 0, 0]],
  );
});

test('where there is no live data the reason is told and nothing is opened', async () => {
  const monitor = make({ live: { available: false, reason: 'This is Linux.' } });
  await monitor.open({ kind: 'ntdll' });
  const { live } = await phase(monitor, 'notLive');
  assert.equal(live.reason, 'This is Linux.');
  assert.deepEqual(asked(), ['start', 'close null']);
  await monitor.open({ kind: 'recording', file: '/a.poolrec' });
  assert.equal((await phase(monitor, 'open')).source.label, '/a.poolrec');
});

test('a recording stands in for live data only where there is none', async () => {
  const recording = { kind: 'recording', file: '/a.poolrec' } as const;
  const live = make({});
  await live.open({ kind: 'ntdll' }, recording);
  assert.equal((await phase(live, 'open')).source.kind, 'ntdll');
  live.dispose();
  const elsewhere = make({ live: { available: false, reason: 'This is Linux.' } });
  await elsewhere.open({ kind: 'ntdll' }, recording);
  assert.equal((await phase(elsewhere, 'open')).source.label, '/a.poolrec');
});

test('a source that cannot be opened gives the monitor’s one line, and the next one works', async () => {
  const monitor = make({});
  await monitor.open({ kind: 'capture', file: '/missing.txt' });
  assert.equal((await phase(monitor, 'refused')).message, '/missing.txt: no such file');
  assert.deepEqual(monitor.readings.replay(), []);
  await monitor.open({ kind: 'capture', file: '/there.txt' });
  await phase(monitor, 'open');
});

test('pause, seek and interval reach the monitor; its states come back', async () => {
  const monitor = make({});
  await monitor.open({ kind: 'ntdll' });
  await monitor.pause();
  assert.deepEqual((await phase(monitor, 'open')).monitor, { state: 'paused' });
  await monitor.setInterval(5000);
  await monitor.seek(7);
  assert.equal(monitor.intervalMs, 5000);
  assert.deepEqual(asked().slice(-2), ['setInterval {"intervalMs":5000}', 'seek {"index":7}']);
});

test('recording starts and stops as the monitor says', async () => {
  const monitor = make({});
  await monitor.open({ kind: 'ntdll' });
  await monitor.startRecording('/out.poolrec');
  assert.equal(monitor.recordsTo, '/out.poolrec');
  assert.equal(await monitor.stopRecording(), 3);
  assert.equal(monitor.recordsTo, undefined);
});

test('what happens is marked: recordings, words, a monitor that had to be started again; another source begins anew', async () => {
  const monitor = make({ dieOnRefresh: true });
  const kinds = (): readonly string[] => monitor.marks.all.map(({ kind, text }) => `${kind} ${text}`.trim());
  await monitor.open({ kind: 'ntdll' });
  await monitor.startRecording('/folder/out.poolrec');
  await monitor.mark({ kind: 'note', time: 1000, text: 'now' });
  assert.equal(asked().at(-1), 'mark {"kind":"note","time":1000,"text":"now"}');
  assert.deepEqual(kinds(), ['recordingStarted out.poolrec', 'note now']);
  await monitor.refresh();
  await phase(monitor, 'failed');
  await phase(monitor, 'open');
  // The recording goes on.
  assert.deepEqual(kinds().slice(0, 2), ['recordingStarted out.poolrec', 'note now']);
  assert.match(kinds()[2] ?? '', /^monitorRestarted ./);
  await monitor.stopRecording();
  assert.ok(kinds().includes('recordingStopped out.poolrec'));
  await monitor.open({ kind: 'recording', file: '/x.poolrec' });
  assert.deepEqual(kinds(), []);
});

test('a monitor that dies is said, with its last words kept out of the way, and is started again', async () => {
  const monitor = make({ dieOnRefresh: true });
  await monitor.open({ kind: 'recording', file: '/a.poolrec' });
  await monitor.refresh();
  const failed = await phase(monitor, 'failed');
  assert.deepEqual(failed.failure, { kind: 'ended', code: 3, signal: undefined, lastWords: undefined });
  assert.ok(failed.retryInMs !== undefined);
  assert.equal(failed.source?.label, '/a.poolrec', 'its rows are still shown, and still named');
  const again = await sample(monitor);
  assert.deepEqual(again.rows, [1, 10, 0, 100, 0, 0, 0]);
  assert.deepEqual(asked().filter((line) => line === 'start').length, 2);
});

test('a monitor that keeps dying is given up after a few tries, until somebody asks', async () => {
  const monitor = make({ exitAtStart: 7 });
  let tries = 0;
  monitor.onDidChange(() => (tries += monitor.phase.kind === 'opening' ? 1 : 0));
  await monitor.open({ kind: 'ntdll' });
  for (;;) {
    const { failure, retryInMs } = await phase(monitor, 'failed');
    assert.deepEqual(failure, { kind: 'ended', code: 7, signal: undefined, lastWords: 'fatal: no kernel here' });
    if (retryInMs === undefined) break;
    await phase(monitor, 'opening');
  }
  assert.equal(tries, 5);
  process.env['FAKE_MONITOR'] = '{}';
  await monitor.restart({ kind: 'ntdll' });
  await phase(monitor, 'open');
});

test('no hello, another protocol, no script, garbage: each is one failure of its own', async () => {
  const first = async (of: MonitorService): Promise<string> => {
    await of.open({ kind: 'ntdll' });
    const { failure } = await phase(of, 'failed');
    of.dispose();
    return failure.kind;
  };
  assert.equal(await first(make({ silent: true }, 1500)), 'silent');
  assert.equal(await first(make({ protocol: 99 })), 'version');
  assert.equal(await first(make({}, 20_000, join(folder, 'none.js'))), 'ended');
  assert.equal(await first(make({ garbage: true })), 'garbled');
  const log = { info: () => undefined, error: () => undefined };
  const nowhere = { executable: join(folder, 'no-program'), script, helloTimeout: 20_000 };
  assert.equal(await first(new MonitorService(nowhere, log, 1000, 10)), 'start');
});

test('a stop closes the recording and ends the process; a start opens the same source again', async () => {
  const monitor = make({});
  await monitor.open({ kind: 'recording', file: '/a.poolrec' });
  await monitor.startRecording('/out.poolrec');
  await monitor.stop();
  assert.equal(monitor.phase.kind, 'idle');
  assert.deepEqual(monitor.readings.replay(), []);
  assert.equal(monitor.recordsTo, undefined);
  assert.ok(
    asked().some((line) => line.includes('stopRecording')),
    asked().join('\n'),
  );
  await monitor.restart({ kind: 'ntdll' });
  const open = await phase(monitor, 'open');
  assert.equal(open.source.label, '/a.poolrec');
  assert.equal(asked().filter((line) => line === 'start').length, 2);
});

test('disposing of it ends the process', async () => {
  const monitor = make({});
  await monitor.open({ kind: 'ntdll' });
  const id = Number(/process (\d+)/.exec(lines.join('\n'))?.[1]);
  assert.ok(id > 0);
  monitor.dispose();
  for (let turn = 0; turn < 400; turn += 1) {
    try {
      process.kill(id, 0);
    } catch {
      return;
    }
    await new Promise((done) => setTimeout(done, 25));
  }
  assert.fail(`process ${String(id)} still runs`);
});
