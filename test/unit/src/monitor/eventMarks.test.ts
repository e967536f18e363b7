/** Marks in the extension host: each once, those of recordings at their readings, hostile ones left out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventMarks } from '../../../../src/monitor/eventMarks';
import type { RecordingState } from '../../../../src/shared/monitorProtocol';

const state = (recording: boolean, file = '/tmp/leak.poolrec'): RecordingState => ({
  recording,
  file,
  samples: 1,
  bytes: 1,
});

test('a recording is marked where it begins and where it ends, whatever is said in between', () => {
  const marks = new EventMarks();
  let told = 0;
  marks.onDidChange(() => (told += 1));
  marks.recording(state(true), 10);
  marks.recording(state(true), 20);
  marks.recording(state(false), 30);
  marks.recording(state(false), 40);
  assert.deepEqual(marks.all, [
    { kind: 'recordingStarted', time: 10, text: 'leak.poolrec' },
    { kind: 'recordingStopped', time: 30, text: 'leak.poolrec' },
  ]);
  assert.equal(told, 2);
  marks.recording(state(true, '/tmp/a'), 50);
  marks.recording(state(true, '/tmp/b'), 60);
  assert.deepEqual(
    marks.all.slice(2).map(({ kind, text }) => `${kind} ${text}`),
    ['recordingStarted a', 'recordingStopped a', 'recordingStarted b'],
  );
});

test('what another machine sends is checked; another source begins without any', () => {
  const marks = new EventMarks();
  let told = 0;
  marks.onDidChange(() => (told += 1));
  marks.add('x', null, { kind: 'note', time: Number.NaN, text: '' });
  assert.equal(told, 0);
  const gap = { kind: 'gap', time: 1, end: 2, text: '' };
  marks.add(gap);
  marks.add(gap);
  assert.deepEqual([marks.all, told], [[gap], 1]);
  marks.clear();
  marks.clear();
  assert.deepEqual([marks.all, told], [[], 2]);
});
