/**
 * Files as sources: recordings and captures, what is wrong with them in one line that names the file.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { encodeRecording } from '../../../server/core/capture/recordingEncoder';
import { openPoolSource } from '../../../server/monitor/openPoolSource';
import { PoolSourceError } from '../../../server/monitor/poolSource';

const folder = mkdtempSync(join(tmpdir(), 'poollens-sources-'));
after(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function refused(kind: 'recording' | 'capture', path: string): string {
  try {
    openPoolSource({ kind, file: path });
  } catch (error) {
    assert.ok(error instanceof PoolSourceError);
    return error.message;
  }
  return assert.fail('it was opened');
}

const SCREEN = ' Fred Nonp         10 (   0)         2 (   0)        8     640 (     0)     80\n';
const SAMPLES = [1000, 2000, 3000].map((time) => ({
  time,
  scope: 'system',
  memory: {},
  rows: Float64Array.from([0x64657246, time, 0, 0, 0, 0, 0]),
}));
const RECORDING = encodeRecording(SAMPLES);

test('a capture has the time of its file', () => {
  const path = file('screen.txt', SCREEN);
  utimesSync(path, 1000, 1000);
  const source = openPoolSource({ kind: 'capture', file: path });
  assert.deepEqual(source.info, { kind: 'capture', label: 'screen.txt', live: false, sampleCount: 1 });
  assert.equal(source.read()?.time, 1_000_000);
  assert.equal(source.read(), undefined);
  source.seek?.(0);
  assert.equal(source.read()?.time, 1_000_000);
  source.close();
});

test('a recording plays from its start and from anywhere', () => {
  const source = openPoolSource({ kind: 'recording', file: file('leak.poolrec', RECORDING) });
  assert.deepEqual(source.info, { kind: 'recording', label: 'leak.poolrec', live: false, sampleCount: 3 });
  assert.deepEqual([source.read()?.time, source.read()?.time], [1000, 2000]);
  source.seek?.(0);
  assert.deepEqual([source.read()?.time, source.read()?.time], [1000, 2000]);
  assert.equal(source.read()?.time, 3000);
  assert.equal(source.read(), undefined);
});

test('a recording that someone opens as a capture is played', () => {
  const source = openPoolSource({ kind: 'capture', file: file('renamed.txt', RECORDING) });
  assert.equal(source.info.kind, 'recording');
  assert.equal(source.info.sampleCount, 3);
});

test('parts that can’t be read are named with file and offset', () => {
  const cut = file('cut.poolrec', RECORDING.subarray(0, RECORDING.length - 1));
  const { info } = openPoolSource({ kind: 'recording', file: cut });
  assert.equal(info.sampleCount, 2);
  assert.match(info.issues?.[0] ?? '', /cut\.poolrec: ends in a damaged .* sample 2 \(offset \d+\)$/);
  const odd = file('odd.txt', `${SCREEN} Fred Nonp 1 2 3 4\n`);
  const issue = openPoolSource({ kind: 'capture', file: odd }).info.issues?.[0] ?? '';
  assert.match(issue, /odd\.txt: .*: Fred Nonp 1 2 3 4 \(offset \d+\)$/);
  assert.ok(issue.endsWith(`(offset ${String(SCREEN.length)})`));
});

test('what can’t be opened is one line that names the file', () => {
  const missing = join(folder, 'missing.poolrec');
  assert.equal(refused('recording', missing), `${missing}: no such file`);
  assert.equal(refused('capture', folder), `${folder}: not a file`);
  const text = file('prose.txt', 'To be, or not to be');
  assert.equal(refused('capture', text), `${text}: neither PoolMon output nor WinDbg !poolused output`);
  assert.equal(refused('recording', text), `${text}: not a PoolLens recording (offset 0)`);
  const empty = file('empty.txt', '');
  assert.equal(refused('capture', empty), `${empty}: the text is empty`);
  const future = file('future.poolrec', 'PoolLens recording 9 {}\n');
  assert.match(refused('capture', future), /future\.poolrec: a recording of version 9; this PoolLens reads version 1/);
  assert.match(refused('recording', join(text, 'below')), /: no such folder$/);
});

test('the past of a place is read apart: the next reading is not another for it', () => {
  const screens = ` Tag  Type     Allocs\n${SCREEN}`.repeat(3);
  for (const [kind, path] of [
    ['recording', file('past.poolrec', encodeRecording(SAMPLES))],
    ['capture', file('past.txt', encodeRecording(SAMPLES))],
    ['capture', file('past-screens.txt', screens)],
  ] as const) {
    const source = openPoolSource({ kind, file: path });
    const times: number[] = [];
    for (let sample = source.read(); sample !== undefined; sample = source.read()) times.push(sample.time);
    assert.equal(new Set(times).size, 3);
    source.seek?.(1);
    const before = source.past?.(2, 10);
    assert.equal(before?.next().value?.time, times[0]);
    assert.equal(source.read()?.time, times[1]);
    assert.equal(before?.next().value?.time, times[1]);
    assert.equal(before?.next().done, true);
    assert.equal(source.past?.(2, 1).next().value?.time, times[1], 'no more than asked for');
    assert.equal(source.past?.(0, 10).next().done, true);
  }
});
