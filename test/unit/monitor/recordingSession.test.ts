/**
 * What a recording says where readings are missing: failures, waits, pauses and clocks that jump.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openRecording } from '../../../server/core/capture/recordingReader';
import { RecordingSession } from '../../../server/monitor/recordingSession';
import type { RecordingState } from '../../../src/shared/monitorProtocol';
import type { Sample } from '../../../src/shared/sample';
import { temporaryFolder } from '../../support/temporaryFolder';

interface Recorded {
  readonly session: RecordingSession;
  readonly said: RecordingState[];
  /** Takes a reading so many milliseconds after the last, by the wall's clock and by the one that never jumps. */
  readonly read: (wall: number, passed?: number) => void;
  readonly gaps: () => readonly string[];
}

function recording(t: TestContext): Recorded {
  const file = join(temporaryFolder(t), 'gaps.poolrec');
  const said: RecordingState[] = [];
  let now = 0;
  let time = Date.UTC(2026, 1, 14);
  const sample = (): Sample => ({ time, scope: 'system', memory: {}, rows: Float64Array.from([1, 1, 0, 8, 0, 0, 0]) });
  const session = new RecordingSession(
    (state) => said.push(state),
    () => now,
  );
  session.readsClock = true;
  session.start(file, 'here', sample());
  t.after(() => session.stop());
  return {
    session,
    said,
    read: (wall, passed = wall) => {
      time += wall;
      now += passed;
      session.sample(sample());
    },
    gaps: () => (openRecording(readFileSync(file)).value?.gaps ?? []).map(({ before, text }) => `${before} ${text}`),
  };
}

test('a failure, a wait and a pause are named once, at the reading that follows; the first reason counts', (t) => {
  const { session, said, read, gaps } = recording(t);
  read(1000);
  session.state({ state: 'failed', message: 'ssh ended with exit code 255' });
  session.state({ state: 'waiting', message: 'Connecting' });
  assert.deepEqual(gaps(), []);
  read(9000);
  session.state({ state: 'running' });
  read(1000);
  session.state({ state: 'paused' });
  read(60_000);
  assert.deepEqual(gaps(), ['2 ssh ended with exit code 255', '4 it was paused']);
  assert.deepEqual(
    said.map(({ gaps: count = 0, lastGap }) => [count, lastGap]),
    [
      [0, undefined],
      [1, 'ssh ended with exit code 255'],
      [2, 'it was paused'],
    ],
  );
  assert.equal(session.stop().gaps, 2);
});

test('a clock that jumps is named both ways; a slow machine is no jump', (t) => {
  const { read, gaps } = recording(t);
  read(1000);
  read(1000 - 86_400_000, 1000);
  read(1000 + 3_600_000, 1000);
  read(30_000);
  read(1100, 900);
  assert.deepEqual(gaps(), [
    '2 the clock was set back by 86400 seconds',
    '3 the clock was set forward by 3600 seconds, or the machine slept',
  ]);
});

test('times that are no clock of this machine are not compared with it', (t) => {
  const { session, read, gaps } = recording(t);
  session.readsClock = false;
  read(5000, 50);
  read(-5_000_000, 50);
  assert.deepEqual(gaps(), []);
});
