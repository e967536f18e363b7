/**
 * Machines that are odd in themselves: 100,000 tags, a clock that jumps, a restart between two readings.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openRecording } from '../../../server/core/capture/recordingReader';
import { SampleMessages } from '../../../server/core/capture/sampleMessage';
import { GrowthFeed } from '../../../server/monitor/growthFeed';
import { openNtdllSource } from '../../../server/monitor/ntdllSource';
import { Recorder } from '../../../server/monitor/recorder';
import type { GrowthMessage } from '../../../src/shared/growth';
import type { Sample } from '../../../src/shared/sample';
import { temporaryFolder } from '../../support/temporaryFolder';
import { fakeKernel } from './fakeKernel';

/** Records samples and reads them back. */
function recorded(t: TestContext, samples: readonly Sample[]): readonly Sample[] {
  const file = join(temporaryFolder(t), 'odd.poolrec');
  const recorder = new Recorder(file, 'odd');
  for (const sample of samples) recorder.append(sample);
  recorder.stop();
  const { value, issues } = openRecording(readFileSync(file));
  assert.deepEqual(issues, []);
  const found: Sample[] = [];
  for (let sample = value?.read(); sample !== undefined; sample = value?.read()) found.push(sample);
  return found;
}

function growth(samples: readonly Sample[]): readonly GrowthMessage[] {
  const messages: GrowthMessage[] = [];
  const feed = new GrowthFeed({
    ready: () => true,
    message: (message) => messages.push(message),
    later: (run) => run(),
  });
  for (const sample of samples) feed.sample(sample);
  feed.stop();
  return messages;
}

function leak(time: number, allocs: number): Sample {
  const rows = [0x6b61654c, 0, 0, 0, allocs, 0, allocs * 64, 0x64657246, allocs, allocs, 0, 0, 0, 0];
  return { time, scope: 'system', memory: {}, rows: Float64Array.from(rows) };
}

test('100,000 tags: every one is read, sent, recorded and read back; then only what changed', (t) => {
  const kernel = fakeKernel({ tags: 100_000 });
  const source = openNtdllSource({ query: kernel.query, now: () => 1000 });
  const messages = new SampleMessages();
  const first = source.read();
  const second = source.read();
  assert.ok(first !== undefined && second !== undefined);
  assert.equal(messages.next(first).rows.length, 700_000);
  assert.deepEqual(messages.next(second).rows, []);
  const [again] = recorded(t, [first]);
  assert.deepEqual(again?.rows, first.rows);
  assert.ok(growth([first, { ...second, time: 2000 }]).length > 0);
});

test('a clock that jumps back a day and forward again: every reading is kept, with the time it was given', (t) => {
  const day = 86_400_000;
  const times = [0, 1000, 2000, 2000 - day, 3000 - day, 4000, 5000].map((time) => 10 * day + time);
  const samples = times.map((time, index) => leak(time, 100 + index));
  assert.deepEqual(
    recorded(t, samples).map(({ time }) => time),
    times,
  );
  // For growth time has gone on: no reading is lost and no slope made of the jump back.
  const last = growth(samples.slice(0, 5)).at(-1);
  assert.equal(last?.still.samples, 5);
  assert.equal(last.still.spanMs, 4000);
});

test('a restart between two readings is no change of minus a million: everything begins anew', () => {
  const messages = new SampleMessages();
  messages.next(leak(0, 1_000_000));
  assert.equal(messages.next(leak(1000, 1_000_010)).reset, false);
  const after = messages.next(leak(60_000, 12));
  assert.equal(after.reset, true);
  assert.equal(after.rows.length, 14);
  assert.equal(messages.next(leak(61_000, 13)).reset, false);
});

test('one tag that falls, and 32-bit counters that wrap, are no restart', () => {
  const messages = new SampleMessages();
  const rows = (a: number, b: number, c: number): Sample => ({
    time: 0,
    scope: 'system',
    memory: {},
    rows: Float64Array.from([1, a, 0, 0, 0, 0, 0, 2, b, 0, 0, 0, 0, 0, 3, c, 0, 0, 0, 0, 0]),
  });
  messages.next(rows(100, 0xfffffff0, 0xfffffff0));
  assert.equal(messages.next(rows(50, 16, 16)).reset, false);
  assert.equal(messages.next(rows(10, 5, 4)).reset, true);
});
