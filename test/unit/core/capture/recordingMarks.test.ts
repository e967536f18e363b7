/** Marks in recordings: kept with any words, no obstacle to samples, and hostile ones left out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteWriter, crc32 } from '../../../../server/core/capture/recordingBytes';
import { RecordingEncoder } from '../../../../server/core/capture/recordingEncoder';
import { FRAME_SYNC, MARK_FRAME } from '../../../../server/core/capture/recordingFormat';
import { openRecording } from '../../../../server/core/capture/recordingReader';
import { MOST_MARKS, parseMark, withMark, type EventMark } from '../../../../src/shared/eventMark';
import type { Sample } from '../../../../src/shared/sample';

const sample = (time: number): Sample => ({
  time,
  scope: 'system',
  memory: {},
  rows: Float64Array.from([7, time, 0, 8 * time, 0, 0, 0]),
});
const NOTE: EventMark = { kind: 'note', time: 2500, text: 'Treiber läuft „jetzt“ 🚀' };
const GAP: EventMark = { kind: 'gap', time: 3000, end: 90_000, text: '' };

function frame(kind: number, text: string): Uint8Array {
  const payload = new ByteWriter();
  payload.text(text);
  const writer = new ByteWriter();
  writer.byte(FRAME_SYNC);
  writer.byte(kind);
  writer.unsigned(payload.length);
  writer.bytes(payload.toBytes());
  const body = writer.toBytes();
  writer.uint32(crc32(body, 0, body.length));
  return writer.toBytes().slice();
}

/** A recording of ten samples with frames put in behind the second. */
function recording(put: (encoder: RecordingEncoder) => readonly Uint8Array[]): ReturnType<typeof openRecording> {
  const encoder = new RecordingEncoder({ source: 'x' });
  const parts: Uint8Array[] = [encoder.header()];
  for (let second = 1; second <= 10; second += 1) {
    parts.push(encoder.encode(sample(1000 * second)).slice());
    if (second === 2) parts.push(...put(encoder));
  }
  return openRecording(Buffer.concat(parts));
}

const times = ({ value }: ReturnType<typeof openRecording>): readonly (number | undefined)[] =>
  Array.from({ length: value?.sampleCount ?? 0 }, () => value?.read()?.time);
const ALL = Array.from({ length: 10 }, (_, at) => 1000 * (at + 1));

test('marks come back as they were; samples around them follow one another', () => {
  const opened = recording((encoder) => [encoder.mark(NOTE).slice(), encoder.mark(GAP).slice()]);
  assert.deepEqual(opened.issues, []);
  assert.deepEqual(opened.value?.marks, [NOTE, GAP]);
  opened.value.seek(5);
  assert.equal(opened.value.read()?.rows[1], 6000);
  opened.value.seek(0);
  assert.deepEqual(times(opened), ALL);
});

test('frames of a later version and marks that are none are left out, and nothing else', () => {
  const hostile = [
    frame(0x5a, 'whatever'),
    frame(MARK_FRAME, 'no json'),
    frame(MARK_FRAME, '{"kind":"later","time":1,"text":""}'),
    frame(MARK_FRAME, `{"kind":"note","time":1,"text":"${'x'.repeat(100_000)}"}`),
    frame(MARK_FRAME, '{"kind":"note","time":null,"text":""}'),
    frame(MARK_FRAME, '{"kind":"gap","time":5,"end":4,"text":"a\\nb\\u001b[0m"}'),
  ];
  const opened = recording(() => hostile);
  assert.deepEqual(opened.issues, []);
  assert.deepEqual(opened.value?.marks, [{ kind: 'gap', time: 5, text: 'a b [0m' }]);
  assert.deepEqual(times(opened), ALL);
});

test('a note of missing readings is a gap from the sample before it to the one behind it', () => {
  const opened = recording((encoder) => [encoder.note('the disk was away').slice()]);
  assert.deepEqual(opened.value?.marks, [{ kind: 'gap', time: 2000, end: 3000, text: 'the disk was away' }]);
});

test('a mark that was cut off costs the samples behind it, as any frame', () => {
  const opened = recording((encoder) => [encoder.mark(NOTE).slice(0, 20)]);
  assert.equal(opened.value?.sampleCount, 2);
  assert.equal(opened.issues.length, 1);
});

test('however many there are, a bounded number is kept, each once and in order of time', () => {
  const many = recording((encoder) =>
    Array.from({ length: 2 * MOST_MARKS }, (_, at) => encoder.mark({ ...NOTE, time: at }).slice()),
  );
  assert.equal(many.value?.marks.length, MOST_MARKS);
  let list: readonly EventMark[] = [];
  for (let time = 2 * MOST_MARKS; time > 0; time -= 1) list = withMark(list, { ...NOTE, time });
  assert.equal(list.length, MOST_MARKS);
  assert.ok(list.every((mark, at) => at === 0 || mark.time > (list[at - 1]?.time ?? 0)));
  assert.equal(withMark(list, list[3] ?? NOTE), list);
  assert.equal(parseMark({ ...NOTE, text: 'y'.repeat(999) })?.text.length, 200);
});
