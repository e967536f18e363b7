/** Fuzz target: recordings. Changes payloads and mends the frames' lengths and checksums, or changes the bytes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from '../../../server/core/capture/recordingBytes';
import { encodeRecording } from '../../../server/core/capture/recordingEncoder';
import { FRAME_SYNC } from '../../../server/core/capture/recordingFormat';
import { isRecording, openRecording } from '../../../server/core/capture/recordingReader';
import type { Sample } from '../../../src/shared/sample';
import { ROW_STRIDE } from '../../../src/shared/sample';
import { joinBytes, mutateBytes } from '../mutate';
import type { Random } from '../random';
import type { FuzzTarget } from '../target';
import { checkIssues } from '../target';

function smallRecording(tags: number, samples: number): Uint8Array {
  const one = (time: number): Sample => ({
    time: 1_700_000_000_000 + time * 1000,
    scope: 'system',
    memory: { totalBytes: 2 ** 33, availableBytes: 2 ** 32 - time },
    rows: Float64Array.from({ length: tags * ROW_STRIDE }, (_, index) =>
      index % ROW_STRIDE === 0 ? 0x41414141 + index : index * 17 + time,
    ),
  });
  return encodeRecording(Array.from({ length: samples }, (_, index) => one(index)));
}

/** LEB128, as the format writes lengths. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}

interface Frame {
  readonly kind: number;
  readonly payload: Uint8Array;
}

/** Cuts sound frames; stops at the first that is not. */
function framesOf(bytes: Uint8Array, from: number): Frame[] {
  const frames: Frame[] = [];
  for (let at = from; bytes[at] === FRAME_SYNC;) {
    let [length, digit, start] = [0, 1, at + 2];
    for (; start < bytes.length; start += 1, digit *= 128) {
      length += ((bytes[start] ?? 0) & 0x7f) * digit;
      if ((bytes[start] ?? 0) < 0x80) break;
    }
    start += 1;
    if (start + length + 4 > bytes.length) break;
    frames.push({ kind: bytes[at + 1] ?? 0, payload: bytes.slice(start, start + length) });
    at = start + length + 4;
  }
  return frames;
}

function writeFrame({ kind, payload }: Frame): Uint8Array {
  const body = joinBytes(Uint8Array.from([FRAME_SYNC, kind, ...varint(payload.length)]), payload);
  const sum = new Uint8Array(4);
  new DataView(sum.buffer).setUint32(0, crc32(body, 0, body.length), true);
  return joinBytes(body, sum);
}

function mutateRecording(input: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  const header = input.indexOf(0x0a) + 1;
  const frames = framesOf(input, header);
  if (frames.length === 0 || random.chance(4)) return mutateBytes(input, random, other);
  for (let left = 1 + random.below(3); left > 0; left -= 1) {
    const index = random.below(frames.length);
    const frame = frames[index];
    if (frame === undefined) continue;
    if (random.chance(6)) frames.splice(index, random.below(2), frames[random.below(frames.length)] ?? frame);
    else frames[index] = { kind: frame.kind, payload: mutateBytes(frame.payload, random, frame.payload) };
  }
  return joinBytes(input.subarray(0, header), ...frames.map(writeFrame));
}

export const recordingTarget: FuzzTarget = {
  name: 'recording',
  seeds: (root) => [
    smallRecording(3, 5),
    smallRecording(40, 70),
    smallRecording(0, 2),
    new Uint8Array(readFileSync(path.join(root, 'test/fixtures/demo/leak.poolrec'))).slice(0, 20_000),
  ],
  accepts: (_file, bytes) => bytes.length <= 256 * 1024 && isRecording(bytes),
  mutate: mutateRecording,
  run: (input) => {
    const { value, issues } = openRecording(input);
    checkIssues(issues, input.length);
    if (value === undefined) {
      assert.ok(issues.length > 0, 'a refusal without a reason');
      return;
    }
    for (let index = 0; index < value.sampleCount; index += 1) {
      const sample = value.read();
      assert.ok(sample, 'a sample that was checked cannot be read');
      assert.equal(sample.rows.length % ROW_STRIDE, 0);
      assert.ok(sample.rows.every(Number.isSafeInteger), 'a counter that is no whole number');
    }
    assert.equal(value.read(), undefined);
    value.seek(value.sampleCount >> 1);
    if (value.sampleCount > 0) assert.ok(value.read(), 'no sample behind a seek');
  },
};
