/**
 * The real monitor process under the extension host's service: killed, stopped in its tracks, and with a full disk.
 * What was recorded is there afterwards, and everything is said.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openRecording } from '../../../../server/core/capture/recordingReader';
import type { MonitorLaunch } from '../../../../src/monitor/monitorProcess';
import { MonitorService } from '../../../../src/monitor/monitorService';
import { bundle } from '../../../support/processes';
import { temporaryFolder } from '../../../support/temporaryFolder';

const RECORDING = resolve(__dirname, '../../../fixtures/demo/leak.poolrec');
const skip = process.platform !== 'linux' && 'signals and limits as Linux has them';

interface Watched {
  readonly service: MonitorService;
  readonly folder: string;
  /** Process of the monitor that was started last. */
  readonly pid: () => number;
  /** Resolves when the condition holds after a message or a change. */
  readonly until: (condition: () => boolean) => Promise<void>;
}

function watched(t: TestContext, launch: Partial<MonitorLaunch> = {}): Watched {
  const lines: string[] = [];
  const log = { info: (line: string) => void lines.push(line), error: (line: string) => void lines.push(line) };
  const usual = { executable: process.execPath, script: bundle('monitor'), helloTimeout: 60_000 };
  const service = new MonitorService({ ...usual, ...launch }, log, 50, 10);
  t.after(() => service.dispose());
  let check = (): void => undefined;
  service.onDidChange(() => check());
  service.readings.onSample(() => check());
  return {
    service,
    folder: temporaryFolder(t),
    pid: () => Number(/process (\d+)/.exec(lines.findLast((line) => line.includes(' runs as process ')) ?? '')?.[1]),
    until: (condition) =>
      new Promise((done) => {
        check = () => {
          if (condition()) done();
        };
        check();
      }),
  };
}

function samplesIn(file: string): { readonly count: number; readonly issues: number } {
  const { value, issues } = openRecording(readFileSync(file));
  let count = 0;
  while (value?.read() !== undefined) count++;
  return { count, issues: issues.length };
}

test('killed while it records: said, started again where it was, and the recording opens', { skip }, async (t) => {
  const { service, folder, pid, until } = watched(t);
  const file = join(folder, 'killed.poolrec');
  await service.open({ kind: 'recording', file: RECORDING });
  await until(() => (service.readings.index ?? 0) >= 3);
  await service.startRecording(file);
  const begun = service.readings.index ?? 0;
  await until(() => (service.readings.index ?? 0) >= begun + 5);
  process.kill(pid(), 'SIGKILL');
  await until(() => service.phase.kind === 'failed');
  const { phase } = service;
  assert.ok(phase.kind === 'failed' && phase.failure.kind === 'ended');
  assert.equal(phase.failure.signal, 'SIGKILL');
  assert.equal(phase.source?.label, 'leak.poolrec');
  assert.match(
    service.recordingState?.message ?? '',
    /^the monitor process is gone; what it had written is in the file$/,
  );
  const stopped = service.readings.index ?? 0;
  await until(() => service.phase.kind === 'open' && (service.readings.index ?? 0) > stopped);
  assert.match(service.recordingState?.message ?? '', /is gone/, 'still said after the restart');
  const { count, issues } = samplesIn(file);
  assert.ok(count >= 5, String(count));
  // The last sample may have been cut short: then that is said, and all before it are there.
  assert.ok(issues <= 1);
});

test('hung: noticed by its silence, ended although it hears nothing, and started again', { skip }, async (t) => {
  const { service, pid, until } = watched(t, { watch: { silence: 200, answer: 3000 } });
  await service.open({ kind: 'recording', file: RECORDING });
  await until(() => (service.readings.index ?? 0) >= 3);
  const hung = pid();
  process.kill(hung, 'SIGSTOP');
  await until(() => service.phase.kind === 'failed');
  const { phase } = service;
  assert.deepEqual(phase.kind === 'failed' && phase.failure, { kind: 'hung', milliseconds: 3000 });
  const stopped = service.readings.index ?? 0;
  await until(() => service.phase.kind === 'open' && (service.readings.index ?? 0) > stopped);
  assert.notEqual(pid(), hung);
});

test('a full disk ends the recording, not the readings; what was written is whole', { skip }, async (t) => {
  const folder = temporaryFolder(t);
  // No file may grow past 16 blocks: what a full disk does, at a place we choose.
  const executable = join(folder, 'limited.sh');
  writeFileSync(executable, `#!/bin/sh\ntrap '' XFSZ\nulimit -f 16\nexec '${process.execPath}' "$@"\n`, {
    mode: 0o755,
  });
  const { service, until } = watched(t, { executable });
  const file = join(folder, 'full.poolrec');
  await service.open({ kind: 'recording', file: RECORDING });
  await until(() => (service.readings.index ?? -1) >= 0);
  await service.startRecording(file);
  await until(() => service.recordingState?.recording === false);
  const { message, samples } = service.recordingState ?? { samples: -1 };
  assert.match(message ?? '', /full\.poolrec: recording stopped after \d+ samples: /);
  const stopped = service.readings.index ?? 0;
  await until(() => (service.readings.index ?? 0) > stopped);
  assert.deepEqual(samplesIn(file), { count: samples, issues: 0 });
});
