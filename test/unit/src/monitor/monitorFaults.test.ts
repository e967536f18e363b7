/**
 * The real monitor process under the extension host's service: killed, stopped in its tracks, and with a full disk.
 * What was recorded is there afterwards, and everything is said.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../support/temporaryFolder';
import { recorded, watched } from './watchedService';

const RECORDING = resolve(__dirname, '../../../fixtures/demo/leak.poolrec');
const skip = process.platform !== 'linux' && 'signals and limits as Linux has them';

test(
  'killed while it records a file: said, started again where it was, and the recording goes on',
  { skip },
  async (t) => {
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
    assert.equal(service.recordsTo, file, 'it is to go on');
    const { length } = recorded(file).samples;
    const stopped = service.readings.index ?? 0;
    await until(() => service.phase.kind === 'open' && (service.readings.index ?? 0) > stopped + 2);
    assert.deepEqual(service.restartedAfter, phase.failure, 'still said after the restart');
    assert.match(service.recordingState?.lastGap ?? '', /^the monitor process was ended by SIGKILL$/);
    await service.stopRecording();
    const { samples, gaps, issues } = recorded(file);
    assert.ok(samples.length > length, `${samples.length} after ${length}`);
    assert.deepEqual(gaps, [`${length}: the monitor process was ended by SIGKILL`]);
    assert.deepEqual(issues, [], 'what was cut short has gone');
  },
);

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
  const found = recorded(file);
  assert.deepEqual([found.samples.length, found.issues], [samples, []]);
});
