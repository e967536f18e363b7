/**
 * Several captures as one series, and text that is in no file.
 */
import assert from 'node:assert/strict';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { encodeRecording } from '../../../server/core/capture/recordingEncoder';
import { openPoolSource } from '../../../server/monitor/openPoolSource';
import { PoolSourceError, type PoolSource } from '../../../server/monitor/poolSource';
import { Row } from '../../../src/shared/sample';
import { temporaryFolder } from '../../support/temporaryFolder';

const screen = (allocs: number): string =>
  ` Fred Nonp  ${allocs} (   0)         2 (   0)        ${allocs - 2}     640 (     0)     80\n`;

function series(t: TestContext, files: Readonly<Record<string, readonly [text: string, seconds: number]>>): PoolSource {
  const root = temporaryFolder(t);
  const paths = Object.entries(files).map(([name, [text, seconds]]) => {
    const path = join(root, name);
    writeFileSync(path, text);
    utimesSync(path, seconds, seconds);
    return path;
  });
  return openPoolSource({ kind: 'captures', files: paths });
}

/** Seconds and allocations of every sample. */
function readings(source: PoolSource): readonly (readonly number[])[] {
  const all: (readonly number[])[] = [];
  for (let sample = source.read(); sample !== undefined; sample = source.read()) {
    all.push([sample.time / 1000, sample.rows[Row.nonPagedAllocs] ?? 0]);
  }
  return all;
}

const told = ({ info }: PoolSource): readonly string[] =>
  (info.issues ?? []).map((line) => line.replace(/^\S*[\\/]/, ''));

test('files in the order of their times, which is said', (t) => {
  const source = series(t, { 'b.txt': [screen(10), 1000], 'a.txt': [screen(30), 3000], 'c.txt': [screen(20), 2000] });
  assert.deepEqual(source.info, {
    kind: 'capture',
    label: 'b.txt + 2',
    live: false,
    sampleCount: 3,
    issues: ['3 files, ordered by their file times'],
  });
  assert.deepEqual(readings(source), [
    [1000, 10],
    [2000, 20],
    [3000, 30],
  ]);
  source.seek?.(1);
  assert.deepEqual(readings(source).length, 2);
});

test('files copied at one moment are ordered by name, which is said', (t) => {
  const source = series(t, {
    'p10.txt': [screen(30), 1000],
    'p9.txt': [screen(20), 1000],
    'p1.txt': [screen(10), 900],
  });
  assert.deepEqual(told(source), [
    '3 files, ordered by name and taken as 5 seconds apart, because their file times are not all different',
  ]);
  assert.deepEqual(readings(source), [
    [990, 10],
    [995, 20],
    [1000, 30],
  ]);
});

test('logs of several screens keep their own spacing; where they overlap it is said', (t) => {
  const log = ` Memory:  523620K Avail:  147160K\n${screen(1)} Memory:  523620K Avail:  147160K\n${screen(2)}`;
  const source = series(t, { 'a.txt': [log, 1000], 'b.txt': [log, 1002] });
  assert.deepEqual(
    readings(source).map(([seconds]) => seconds),
    [995, 1000, 997, 1002],
  );
  assert.ok(told(source).some((line) => line.startsWith('b.txt: its first screen would be older')));
});

test('files that are none are said and left out; the same file twice is one', (t) => {
  const root = temporaryFolder(t, { 'a.txt': screen(10), 'prose.txt': 'Dear diary' });
  const recording = join(root, 'r.poolrec');
  writeFileSync(recording, encodeRecording([]));
  const [a, prose] = [join(root, 'a.txt'), join(root, 'prose.txt')];
  const source = openPoolSource({ kind: 'captures', files: [a, a, prose, recording, join(root, 'missing.txt')] });
  assert.equal(readings(source).length, 1);
  assert.deepEqual(told(source), [
    'r.poolrec: a recording: open it by itself',
    'missing.txt: no such file',
    'prose.txt: neither PoolMon output nor WinDbg !poolused output (offset 0)',
  ]);
  assert.throws(() => openPoolSource({ kind: 'captures', files: [prose] }), /prose\.txt: neither PoolMon/);
});

test('text from the clipboard is read now', () => {
  const before = Date.now();
  const source = openPoolSource({ kind: 'text', text: `I see this:\n\n${screen(7)}`, label: 'Clipboard' });
  assert.deepEqual(source.info, { kind: 'capture', label: 'Clipboard', live: false, sampleCount: 1 });
  const time = source.read()?.time ?? 0;
  assert.ok(time >= before && time <= Date.now());
  const refused = (): PoolSource => openPoolSource({ kind: 'text', text: 'hello', label: 'Clipboard' });
  assert.throws(refused, new PoolSourceError('Clipboard: neither PoolMon output nor WinDbg !poolused output'));
});

test('outputs of different tools and layouts make one series, too', () => {
  const folder = join(__dirname, '../../fixtures/captures');
  const names = ['poolmon-examples-1.txt', 'poolsnap-server.log', 'poolused-by-tag-2003.txt', 'own-poolmon-log.txt'];
  const source = openPoolSource({ kind: 'captures', files: names.map((name) => join(folder, name)) });
  assert.equal(source.info.sampleCount, 6);
});
