/**
 * The recording format: what goes in comes out, from any position, out of a file cut or damaged anywhere.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { crc32 } from '../../../../server/core/capture/recordingBytes';
import { encodeRecording, RecordingEncoder } from '../../../../server/core/capture/recordingEncoder';
import type { RecordingReader } from '../../../../server/core/capture/recordingReader';
import { isRecording, openRecording } from '../../../../server/core/capture/recordingReader';
import type { Sample } from '../../../../src/shared/sample';
import { ROW_STRIDE, rowsToCounters } from '../../../../src/shared/sample';

/** A row of seven numbers; counters past 32 bits are allowed. */
const counter = fc.oneof(fc.nat(300), fc.nat(), fc.integer({ min: 0, max: 2 ** 51 }));
const memory = fc.record(
  {
    totalBytes: counter,
    availableBytes: counter,
    pageFaults: fc.nat(),
    nonPagedPoolBytes: counter,
    pagedPoolBytes: counter,
  },
  { requiredKeys: [] },
);
const rows = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 12 }), counter, counter, counter, counter, counter, counter), {
    selector: ([tag]) => tag,
    maxLength: 12,
  })
  .map((list) => Float64Array.from(list.flat()));
const sample: fc.Arbitrary<Sample> = fc.record({
  time: fc.integer({ min: 0, max: 2 ** 43 }),
  scope: fc.constantFrom('system', 'session 1'),
  memory,
  rows,
});

function open(bytes: Uint8Array): { reader: RecordingReader; issues: readonly { message: string; offset?: number }[] } {
  const { value, issues } = openRecording(bytes);
  assert.ok(value);
  return { reader: value, issues };
}

function readAll(reader: RecordingReader): Sample[] {
  const samples: Sample[] = [];
  for (let next = reader.read(); next !== undefined; next = reader.read()) samples.push(next);
  return samples;
}

/** A sample with its rows by tag: their order is the recording's own. */
function comparable({ time, scope, memory: totals, rows: flat }: Sample): unknown {
  return { time, scope, totals: { ...totals }, rows: rowsToCounters(flat).sort((a, b) => a.tag - b.tag) };
}

function assertSame(actual: readonly Sample[], expected: readonly Sample[]): void {
  assert.deepEqual(actual.map(comparable), expected.map(comparable));
}

/** `count` samples of 40 tags in which a few numbers move. */
function session(count: number): Sample[] {
  return Array.from({ length: count }, (_, index) => ({
    time: 1_700_000_000_000 + index * 1000,
    scope: 'system',
    memory: { nonPagedPoolBytes: 4096 * (100 + index), pagedPoolBytes: 8192 },
    rows: Float64Array.from({ length: 40 * ROW_STRIDE }, (_unused, at) =>
      at % ROW_STRIDE === 0 ? 0x41414141 + at : at % 5 === 0 ? at * index : at,
    ),
  }));
}

test('whatever is recorded is read back, key frames or not', () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 8 }), fc.integer({ min: 1, max: 5 }), (samples, keyInterval) => {
      const { value, issues } = openRecording(encodeRecording(samples, { keyInterval }));
      assert.ok(value);
      assert.equal(issues.length, samples.length === 0 ? 1 : 0);
      assertSame(readAll(value), samples);
    }),
    { numRuns: 500 },
  );
});

test('any sample can be sought, in any order', () => {
  const samples = session(50);
  const { reader } = open(encodeRecording(samples, { keyInterval: 7 }));
  for (const index of [49, 0, 13, 14, 15, 15, 6, 7, 48]) {
    reader.seek(index);
    const found = reader.read();
    assert.ok(found);
    assertSame([found], samples.slice(index, index + 1));
  }
  reader.seek(50);
  assert.equal(reader.read(), undefined);
  reader.seek(-3);
  assert.equal(reader.read()?.time, samples[0]?.time);
  reader.seek(NaN);
  assert.equal(reader.read()?.time, samples[0]?.time);
});

test('samples that were read stay as they are while the reader goes on', () => {
  const samples = session(3);
  const { reader } = open(encodeRecording(samples));
  const first = reader.read();
  assert.ok(first);
  reader.read();
  assertSame([first], samples.slice(0, 1));
});

test('cut at any byte, it opens to the last whole sample and says where', () => {
  const samples = session(6);
  const encoder = new RecordingEncoder({ keyInterval: 3 });
  const header = encoder.header();
  const ends = [header.length];
  for (const one of samples) ends.push((ends.at(-1) ?? 0) + encoder.encode(one).length);
  const bytes = encodeRecording(samples, { keyInterval: 3 });
  assert.equal(bytes.length, ends.at(-1));
  for (let cut = header.length; cut < bytes.length; cut++) {
    const { reader, issues } = open(bytes.subarray(0, cut));
    const whole = ends.filter((end) => end <= cut).length - 1;
    assert.equal(reader.sampleCount, whole, `cut at ${String(cut)}`);
    assertSame(readAll(reader), samples.slice(0, whole));
    if (ends.includes(cut) && whole > 0) assert.deepEqual(issues, []);
    else assert.equal(issues[0]?.offset, ends[whole], `cut at ${String(cut)}`);
  }
});

test('after damage, reading goes on at the next key frame', () => {
  const samples = session(9);
  const bytes = encodeRecording(samples, { keyInterval: 3 });
  const encoder = new RecordingEncoder({ keyInterval: 3 });
  let at = encoder.header().length;
  const starts = samples.map((one) => {
    const start = at;
    at += encoder.encode(one).length;
    return start;
  });
  const damaged = bytes.slice();
  const hit = starts[4] ?? 0;
  damaged[hit + 12] = (damaged[hit + 12] ?? 0) ^ 0xff;
  const { reader, issues } = open(damaged);
  assertSame(readAll(reader), [...samples.slice(0, 4), ...samples.slice(6)]);
  assert.deepEqual(issues, [
    { message: `${String((starts[6] ?? 0) - hit)} bytes are damaged; samples are missing here`, offset: hit },
  ]);
});

test('one wrong byte anywhere never gives a wrong sample', () => {
  const samples = session(5);
  const bytes = encodeRecording(samples, { keyInterval: 2 });
  const known = new Set(samples.map((one) => JSON.stringify(comparable(one))));
  const header = new RecordingEncoder().header().length;
  for (let at = header; at < bytes.length; at++) {
    const damaged = bytes.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 0x55;
    const { reader, issues } = open(damaged);
    assert.ok(issues.length > 0, `byte ${String(at)}`);
    for (const found of readAll(reader)) assert.ok(known.has(JSON.stringify(comparable(found))), `byte ${String(at)}`);
  }
});

test('other files, other versions and empty recordings give one clear issue', () => {
  const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /^not a PoolLens recording$/],
    [' Tag  Type', /^not a PoolLens recording$/],
    ['PoolLens recording 1 {}', /^the first line of the recording has no end$/],
    ['PoolLens recording x\n', /^the first line of the recording is damaged$/],
    ['PoolLens recording 7 {}\n', /^a recording of version 7; this PoolLens reads version 1$/],
    ['PoolLens recording 1 {}\n', /^no sample in it$/],
    ['PoolLens recording 1\nrubbish', /^ends in a damaged or unfinished sample; opened to sample 0$/],
  ];
  for (const [text, message] of cases) {
    const { issues } = openRecording(ascii(text));
    assert.equal(issues.length, 1, text);
    assert.match(issues[0]?.message ?? '', message);
  }
  assert.equal(isRecording(ascii('PoolLens recording 7 {}\n')), true);
  assert.equal(isRecording(ascii(' Memory:')), false);
});

test('the source’s name travels in any script', () => {
  const { reader } = open(encodeRecording(session(1), { source: 'Messung "März"\n測定' }));
  assert.equal(reader.source, 'Messung "März"\n測定');
});

test('numbers the format can’t hold are cut off, not garbled', () => {
  const odd: Sample = {
    time: 5,
    scope: 'system',
    memory: { totalBytes: Infinity },
    rows: Float64Array.from([0x64657246, NaN, 2 ** 60, 1.6, -1, 0, 2 ** 51]),
  };
  const { reader } = open(encodeRecording([odd, odd]));
  for (const found of readAll(reader)) {
    assert.deepEqual([...found.rows], [0x64657246, 0, 2 ** 51, 2, -1, 0, 2 ** 51]);
    assert.equal(found.memory.totalBytes, 2 ** 51);
  }
});

/** A frame with a right checksum around any payload. */
function forge(kind: string, payload: readonly number[]): number[] {
  const body = Uint8Array.from([0xf0, kind.charCodeAt(0), payload.length, ...payload]);
  const sum = crc32(body, 0, body.length);
  return [...body, sum & 0xff, (sum >>> 8) & 0xff, (sum >>> 16) & 0xff, sum >>> 24];
}

test('forged frames with right checksums: counts are not believed, rows stay in bounds', () => {
  const header = [...new RecordingEncoder().header()];
  const key = forge('K', [0, 0, 0, 1, 0x41, 0x41, 0x41, 0x41, 0]);
  const bad: readonly (readonly number[])[] = [
    forge('K', [0, 0, 0, 0xff, 0xff, 0xff, 0x7f]), // 268 million rows
    forge('K', [0, 0xff, 0xff, 0x7f]), // a scope of two million characters
    forge('K', [0, 0, 0, 0, 9]), // bytes left over
    forge('D', [0, 0, 1, 1, 0, 0, 0]), // changes row 1 of one
    forge('D', [0, 0, 0, 2, 0, 0, 0]), // removes two rows of one
    forge('D', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), // an integer without end
  ];
  for (const frame of bad) {
    const { reader, issues } = open(Uint8Array.from([...header, ...key, ...frame]));
    assert.equal(reader.sampleCount, 1);
    assert.equal(issues[0]?.offset, header.length + key.length);
    assert.deepEqual([...(reader.read()?.rows ?? [])], [0x41414141, 0, 0, 0, 0, 0, 0]);
  }
});

test('a delta frame without a key frame before it is not read', () => {
  const header = [...new RecordingEncoder().header()];
  const { reader, issues } = open(Uint8Array.from([...header, ...forge('D', [0, 0, 0, 0, 0])]));
  assert.equal(reader.sampleCount, 0);
  assert.equal(issues.length, 1);
});

test('thousands of false beginnings do not make it slow', () => {
  const header = [...new RecordingEncoder().header()];
  const bait = Uint8Array.from({ length: 2_000_000 }, (_, index) => [0xf0, 0x4b, 0xff, 0xff, 0x3f][index % 5] ?? 0);
  const bytes = new Uint8Array(header.length + bait.length);
  bytes.set(header);
  bytes.set(bait, header.length);
  const { reader, issues } = open(bytes);
  assert.equal(reader.sampleCount, 0);
  assert.deepEqual(issues, [
    { message: 'ends in a damaged or unfinished sample; opened to sample 0', offset: header.length },
  ]);
});

test('the checksum is zip’s', () => {
  const digits = Uint8Array.from('123456789', (character) => character.charCodeAt(0));
  assert.equal(crc32(digits, 0, digits.length), 0xcbf43926);
});

test('an hour of 4,000 tags, a tenth of them moving each second, is under 10 MB', () => {
  let seed = 1;
  const random = (): number => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) / 2 ** 32;
  const flat = Float64Array.from({ length: 4000 * ROW_STRIDE }, (_, at) =>
    at % ROW_STRIDE === 0 ? 0x20000000 + at : Math.floor(random() * 1e6),
  );
  const encoder = new RecordingEncoder();
  let bytes = 0;
  // One key frame and the 299 samples up to the next; twelve of these are an hour.
  for (let second = 0; second < 300; second++) {
    for (let moved = 0; moved < 400; moved++) {
      const at = Math.floor(random() * 4000) * ROW_STRIDE + (random() < 0.5 ? 1 : 4);
      const blocks = random() < 0.5 ? 0 : Math.floor((random() - 0.5) * 20);
      const allocs = Math.floor(random() * random() * 500) + Math.abs(blocks);
      flat[at] = (flat[at] ?? 0) + allocs;
      flat[at + 1] = (flat[at + 1] ?? 0) + allocs - blocks;
      flat[at + 2] = (flat[at + 2] ?? 0) + blocks * 96;
    }
    bytes += encoder.encode({ time: second * 1000, scope: 'system', memory: {}, rows: flat.slice() }).length;
  }
  assert.ok(bytes * 12 < 10_000_000, String(bytes * 12));
});

test('the demo’s recording opens whole: a leak among tags that stay, totals that fit them', () => {
  const { reader, issues } = open(readFileSync(join(__dirname, '../../../fixtures/demo/leak.poolrec')));
  assert.deepEqual(issues, []);
  const samples = readAll(reader);
  assert.equal(samples.length, 180);
  const leak = samples.map(
    (one) => rowsToCounters(one.rows).find((row) => row.tag === 0x6b61654c)?.nonPaged.bytes ?? 0,
  );
  assert.ok(leak.every((bytes, index) => index === 0 || bytes > (leak[index - 1] ?? 0)));
  for (const { rows: flat, memory: totals } of samples) {
    const all = rowsToCounters(flat);
    assert.equal(new Set(all.map((row) => row.tag)).size, all.length);
    assert.ok(all.every((row) => row.paged.frees <= row.paged.allocs && row.nonPaged.frees <= row.nonPaged.allocs));
    const sum = (pool: 'paged' | 'nonPaged'): number => all.reduce((bytes, row) => bytes + row[pool].bytes, 0);
    assert.ok(sum('nonPaged') <= (totals.nonPagedPoolBytes ?? 0) && sum('paged') <= (totals.pagedPoolBytes ?? 0));
  }
});

test('the demo’s recording is what its generator makes', async () => {
  const { demoRecordingFile, makeDemoRecording } = await import('../../../../scripts/demoRecording.mjs');
  assert.ok(
    Buffer.from(await makeDemoRecording()).equals(readFileSync(demoRecordingFile)),
    'run node scripts/demoRecording.mjs',
  );
});

test('a recording that is damaged at thousands of places is told in a short list, its samples all there', () => {
  const lone = { time: 1, scope: 'system', memory: {}, rows: Float64Array.from([1, 2, 3, 4, 5, 6, 7]) };
  const [header, key] = [new RecordingEncoder().header(), new RecordingEncoder().encode(lone)];
  const parts = Array.from({ length: 3000 }, () => [...key, 0xf0, 0x44, 0x00]);
  const { value, issues } = openRecording(Uint8Array.from([...header, ...parts.flat()]));
  assert.equal(value?.sampleCount, 3000);
  assert.equal(issues.length, 51);
  assert.equal(issues.at(-1)?.message, 'and 2950 more');
});
