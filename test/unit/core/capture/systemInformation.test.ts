/**
 * Answers of NtQuerySystemInformation, built here byte by byte from the layouts of the public headers.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBasic, decodePerformance } from '../../../../server/core/capture/systemPerformanceInformation';
import type { PointerSize, PoolTagClass } from '../../../../server/core/capture/systemPoolTagInformation';
import { decodePoolTags, poolTagsSize } from '../../../../server/core/capture/systemPoolTagInformation';
import { rowsToCounters } from '../../../../src/shared/sample';

type Entry = readonly [
  tag: number,
  pagedAllocs: number,
  pagedFrees: number,
  pagedBytes: number,
  allocs: number,
  frees: number,
  bytes: number,
];

/** Byte offsets of an entry's seven fields, and where a SIZE_T stands. */
interface Layout {
  readonly first: number;
  readonly size: number;
  readonly offsets: readonly number[];
  readonly wide: readonly boolean[];
}

const no = false;
const LAYOUTS: Readonly<Record<string, Layout>> = {
  '22/4': { first: 4, size: 0x1c, offsets: [0, 4, 8, 0xc, 0x10, 0x14, 0x18], wide: [no, no, no, no, no, no, no] },
  '22/8': { first: 8, size: 0x28, offsets: [0, 4, 8, 0x10, 0x18, 0x1c, 0x20], wide: [no, no, no, true, no, no, true] },
  '255/4': { first: 4, size: 0x1c, offsets: [0, 4, 8, 0xc, 0x10, 0x14, 0x18], wide: [no, no, no, no, no, no, no] },
  '255/8': { first: 8, size: 56, offsets: [0, 8, 16, 24, 32, 40, 48], wide: [no, true, true, true, true, true, true] },
};

function answer(
  infoClass: PoolTagClass,
  pointerSize: PointerSize,
  entries: readonly Entry[],
  count = entries.length,
): Uint8Array {
  const layout = LAYOUTS[`${String(infoClass)}/${String(pointerSize)}`];
  assert.ok(layout);
  const bytes = new Uint8Array(layout.first + layout.size * entries.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, count, true);
  for (const [index, entry] of entries.entries()) {
    for (const [field, value] of entry.entries()) {
      const at = layout.first + index * layout.size + (layout.offsets[field] ?? 0);
      if (layout.wide[field] === true) view.setBigUint64(at, BigInt(value), true);
      else view.setUint32(at, value, true);
    }
  }
  return bytes;
}

const FRED: Entry = [0x64657246, 10, 2, 640, 0xfffffff0, 0xfffffff1, 96];
const LEAK: Entry = [0x6b61654c, 1, 0, 32, 300, 100, 0xfffff000];

test('both classes in both pointer sizes', () => {
  for (const infoClass of [22, 255] as const) {
    for (const pointerSize of [4, 8] as const) {
      const bytes = answer(infoClass, pointerSize, [FRED, LEAK]);
      assert.equal(bytes.length, poolTagsSize(infoClass, pointerSize, 2));
      const { value, issues } = decodePoolTags(bytes, infoClass, pointerSize);
      assert.deepEqual(issues, []);
      assert.deepEqual([...value], [...FRED, ...LEAK], `${String(infoClass)}/${String(pointerSize)}`);
    }
  }
});

test('SIZE_T passes 4 GiB, and the counters of class 255 too', () => {
  const big: Entry = [0x64657246, 2 ** 40, 2 ** 40 - 5, 2 ** 45 + 1, 2 ** 33, 7, 2 ** 52 + 1];
  assert.deepEqual([...decodePoolTags(answer(255, 8, [big]), 255, 8).value], [...big]);
});

test('an unaligned view inside a larger buffer', () => {
  const bytes = answer(22, 8, [FRED, LEAK]);
  const larger = new Uint8Array(bytes.length + 16).fill(0xee);
  larger.set(bytes, 3);
  assert.deepEqual([...decodePoolTags(larger.subarray(3, 3 + bytes.length), 22, 8).value], [...FRED, ...LEAK]);
});

test('a count past the answer is not believed', () => {
  const { value, issues } = decodePoolTags(answer(22, 8, [FRED], 0xffffffff), 22, 8);
  assert.equal(value.length, 7);
  assert.deepEqual(issues, [{ message: 'the kernel announced 4294967295 tags and returned room for 1', offset: 0 }]);
  assert.equal(decodePoolTags(new Uint8Array(2), 22, 8).value.length, 0);
});

test('room left over behind the last entry is no row', () => {
  const bytes = new Uint8Array(4096);
  bytes.set(answer(22, 8, [FRED]));
  assert.deepEqual([...decodePoolTags(bytes, 22, 8).value], [...FRED]);
});

test('a tag listed twice becomes one row, also after a reading with the same tags', () => {
  const again: Entry = [FRED[0], 1, 1, 1, 1, 1, 1];
  const bytes = answer(22, 8, [FRED, LEAK, again]);
  const first = decodePoolTags(bytes, 22, 8).value;
  assert.deepEqual([...first], [FRED[0], 11, 3, 641, 0xfffffff1, 0xfffffff2, 97, ...LEAK]);
  assert.deepEqual([...decodePoolTags(bytes, 22, 8, first).value], [...first]);
});

test('with the tags of the reading before in the same order, rows are the new ones', () => {
  const before = decodePoolTags(answer(22, 8, [FRED, LEAK]), 22, 8).value;
  const moved: Entry = [LEAK[0], 2, 1, 64, 301, 100, 5];
  const { value } = decodePoolTags(answer(22, 8, [FRED, moved]), 22, 8, before);
  assert.deepEqual(rowsToCounters(value)[1]?.nonPaged, { allocs: 301, frees: 100, bytes: 5 });
});

test('memory totals: pages by their offsets, as PoolMon shows them', () => {
  const bytes = new Uint8Array(0x138);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += 4) view.setUint32(at, at, true);
  assert.deepEqual(decodePerformance(bytes, 4096), {
    memory: {
      availableBytes: 0x2c * 4096,
      residentKernelBytes: (0x8c + 0xac) * 4096,
      residentPagedPoolBytes: 0xa8 * 4096,
      commitBytes: 0x30 * 4096,
      commitLimitBytes: 0x34 * 4096,
      commitPeakBytes: 0x38 * 4096,
      nonPagedPoolBytes: 0x74 * 4096,
      pagedPoolBytes: 0x70 * 4096,
    },
    pageFaultCount: 0x3c,
  });
  assert.equal(decodePerformance(bytes.subarray(0, 0xaf), 4096), undefined);
});

test('page size and physical memory; a senseless page size is refused', () => {
  const bytes = new Uint8Array(0x40);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, 4096, true);
  view.setUint32(0xc, 0x400000, true);
  assert.deepEqual(decodeBasic(bytes), { pageSize: 4096, totalBytes: 0x400000 * 4096 });
  view.setUint32(8, 0, true);
  assert.equal(decodeBasic(bytes), undefined);
  assert.equal(decodeBasic(bytes.subarray(0, 12)), undefined);
});
