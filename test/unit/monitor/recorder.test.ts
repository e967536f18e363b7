/**
 * The recorder on real files, and on a disk that runs full.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openRecording } from '../../../server/core/capture/recordingReader';
import { PoolSourceError } from '../../../server/monitor/poolSource';
import type { RecordingFile } from '../../../server/monitor/recorder';
import { Recorder } from '../../../server/monitor/recorder';
import type { Sample } from '../../../src/shared/sample';

const folder = mkdtempSync(join(tmpdir(), 'poollens-recorder-'));
after(() => {
  rmSync(folder, { recursive: true });
});

function sample(time: number): Sample {
  return { time, scope: 'system', memory: {}, rows: Float64Array.from([0x64657246, time, 0, 0, 0, 0, 0]) };
}

function times(bytes: Uint8Array): number[] {
  const { value, issues } = openRecording(bytes);
  assert.ok(value);
  assert.deepEqual(issues, []);
  return Array.from({ length: value.sampleCount }, () => value.read()?.time ?? -1);
}

test('what was appended is in the file at once, as after a crash', () => {
  const file = join(folder, 'crash.poolrec');
  const recorder = new Recorder(file, 'here');
  for (const time of [1, 2, 3]) {
    recorder.append(sample(time));
    assert.equal(times(readFileSync(file)).at(-1), time);
  }
  const { samples, bytes } = recorder.stop();
  assert.deepEqual([samples, bytes], [3, readFileSync(file).length]);
  assert.equal(openRecording(readFileSync(file)).value?.source, 'here');
});

test('an existing file is replaced as a whole, and nothing else is left', () => {
  const file = join(folder, 'again.poolrec');
  writeFileSync(file, 'x'.repeat(100_000));
  const recorder = new Recorder(file, '');
  recorder.append(sample(7));
  recorder.stop();
  assert.deepEqual(times(readFileSync(file)), [7]);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes('.tmp')),
    [],
  );
});

test('a file that can’t be made is one line', () => {
  const file = join(folder, 'no', 'such', 'folder.poolrec');
  assert.throws(() => new Recorder(file, ''), new PoolSourceError(`${file}: can't be written: no such file`));
  assert.throws(() => new Recorder(folder, ''), PoolSourceError);
});

/** A disk with room for `room` bytes: it takes what fits, then fails, as a real one does. */
function fullDisk(room: number): { file: RecordingFile; content: () => Uint8Array; closed: () => boolean } {
  let content: number[] = [];
  let closed = false;
  return {
    content: () => Uint8Array.from(content),
    closed: () => closed,
    file: {
      write: (bytes) => {
        content.push(...bytes.subarray(0, Math.max(0, room - content.length)));
        if (content.length >= room) throw Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC' });
      },
      truncate: (length) => {
        content = content.slice(0, length);
      },
      close: () => {
        closed = true;
      },
    },
  };
}

test('a full disk is said with the samples that are safe, and the file ends with a whole one', () => {
  const disk = fullDisk(120);
  const recorder = new Recorder('full.poolrec', '', (_file, header) => {
    disk.file.write(header);
    return disk.file;
  });
  let appended = 0;
  assert.throws(
    () => {
      for (;;) {
        recorder.append(sample(appended));
        appended++;
      }
    },
    (error) => {
      assert.ok(error instanceof PoolSourceError);
      assert.equal(
        error.message,
        `full.poolrec: recording stopped after ${String(appended)} samples: no space left on the disk`,
      );
      return true;
    },
  );
  assert.ok(appended > 1, String(appended));
  assert.equal(times(disk.content()).length, appended);
  assert.equal(disk.closed(), true);
});

function abandoned(name: string, count: number): string {
  const file = join(folder, name);
  const recorder = new Recorder(file, 'here');
  for (let time = 1; time <= count; time++) recorder.append(sample(time));
  recorder.stop();
  return file;
}

function goneOn(file: string, why: string, time: number): Recorder {
  const recorder = Recorder.goOn(file);
  recorder.note(why);
  recorder.append(sample(time));
  return recorder;
}

test('a recording cut anywhere is gone on with: whole samples stay, the rest goes, the gap is named', () => {
  const whole = readFileSync(abandoned('whole.poolrec', 4));
  const ends = new Set(Array.from({ length: 5 }, (_, count) => readFileSync(abandoned('part.poolrec', count)).length));
  const file = join(folder, 'cut.poolrec');
  for (let length = Math.min(...ends); length <= whole.length; length++) {
    writeFileSync(file, whole.subarray(0, length));
    const kept = [...ends].filter((end) => end <= length).length - 1;
    const { samples, bytes } = goneOn(file, 'it was „cut“', 9).stop();
    assert.deepEqual([samples, bytes], [kept + 1, readFileSync(file).length]);
    assert.deepEqual(times(readFileSync(file)), [...[1, 2, 3, 4].slice(0, kept), 9]);
    const { value } = openRecording(readFileSync(file));
    assert.deepEqual(value?.gaps, [{ before: kept, text: 'it was „cut“' }]);
    assert.equal(value?.source, 'here');
  }
});

test('damage with samples behind it is left where it is: going on loses none of them', () => {
  const file = join(folder, 'damaged.poolrec');
  const recorder = new Recorder(file, '');
  recorder.append(sample(1));
  const at = recorder.stop().bytes;
  for (const time of [2, 3]) goneOn(file, 'again', time).stop();
  const bytes = readFileSync(file);
  // Kind and length of the first note: from here on no length leads to the next frame.
  bytes.fill(0xff, at + 1, at + 4);
  writeFileSync(file, bytes);
  goneOn(file, 'again', 4).stop();
  const { value, issues } = openRecording(readFileSync(file));
  assert.deepEqual(
    Array.from({ length: value?.sampleCount ?? 0 }, () => value?.read()?.time),
    [1, 2, 3, 4],
  );
  assert.equal(issues.length, 1);
});

test('what is no recording, of another version or not there is not gone on with, and not touched', () => {
  const file = join(folder, 'other.txt');
  for (const text of ['', 'Memory: 1K', 'PoolLens recording 9 {}\n']) {
    writeFileSync(file, text);
    assert.throws(() => Recorder.goOn(file), PoolSourceError);
    assert.equal(readFileSync(file, 'utf8'), text);
  }
  assert.throws(() => Recorder.goOn(join(folder, 'none.poolrec')), /no such file/);
});
