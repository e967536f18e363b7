/**
 * Big allocations and pools of sessions as the kernel lists them, built byte by byte from the public layouts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBigPool } from '../../../../server/core/capture/systemBigPoolInformation';
import type { PointerSize } from '../../../../server/core/capture/systemPoolTagInformation';
import { decodeSessionPools, sumSessions } from '../../../../server/core/capture/systemSessionPoolTagInformation';
import { rowsToCounters } from '../../../../src/shared/sample';

const FRED = 0x64657246;
const LEAK = 0x6b61654c;

function bigPool(pointerSize: PointerSize, entries: readonly (readonly [bigint, bigint, number])[]): Uint8Array {
  const stride = pointerSize === 8 ? 0x18 : 0xc;
  const bytes = new Uint8Array(pointerSize + stride * entries.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, entries.length, true);
  for (const [index, [address, size, tag]] of entries.entries()) {
    const at = pointerSize + stride * index;
    const put = (offset: number, value: bigint): void =>
      pointerSize === 8
        ? view.setBigUint64(at + offset, value, true)
        : view.setUint32(at + offset, Number(value), true);
    put(0, address);
    put(pointerSize, size);
    view.setUint32(at + 2 * pointerSize, tag, true);
  }
  return bytes;
}

test('big allocations of a tag: addresses past 2^53, sizes past 4 GiB, and the pool from the lowest bit', () => {
  const bytes = bigPool(8, [
    [0xffff8a0b12345001n, 0x1_8000_0000n, FRED],
    [0xffff8a0b99999000n, 4096n, LEAK],
    [0xffffc20900001000n, 8192n, FRED],
  ]);
  assert.deepEqual(decodeBigPool(bytes, 8, FRED, 100), {
    value: [
      { address: '0xffff8a0b12345000', paged: false, bytes: 0x1_8000_0000 },
      { address: '0xffffc20900001000', paged: true, bytes: 8192 },
    ],
    count: 2,
    bytes: 0x1_8000_0000 + 8192,
    issues: [],
  });
  assert.deepEqual(decodeBigPool(bytes, 8, FRED, 1).value.length, 1);
  assert.equal(decodeBigPool(bytes, 8, FRED, 1).count, 2);
  assert.equal(decodeBigPool(bytes, 8, 0x31313131, 100).count, 0);
});

test('big allocations of a 32-bit process', () => {
  const bytes = bigPool(4, [
    [0x8a001001n, 4096n, LEAK],
    [0x00002000n, 12288n, FRED],
  ]);
  assert.deepEqual(decodeBigPool(bytes, 4, LEAK, 9).value, [{ address: '0x8a001000', paged: false, bytes: 4096 }]);
  assert.deepEqual(decodeBigPool(bytes, 4, FRED, 9).value, [{ address: '0x00002000', paged: true, bytes: 12288 }]);
});

test('a count of big allocations past the answer is not believed', () => {
  const bytes = bigPool(8, [[0xffff8a0b12345000n, 4096n, FRED]]);
  new DataView(bytes.buffer).setUint32(0, 5, true);
  const { count, issues } = decodeBigPool(bytes, 8, FRED, 9);
  assert.equal(count, 1);
  assert.equal(issues[0]?.message, 'the kernel announced 5 big allocations and returned room for 1');
  assert.deepEqual(decodeBigPool(new Uint8Array(), 8, FRED, 9), { value: [], count: 0, bytes: 0, issues: [] });
});

interface Session {
  readonly id: number;
  readonly tags: readonly (readonly [tag: number, allocs: number])[];
  /** Instead of the number of tags, and of the entry's size. */
  readonly count?: number;
  readonly next?: number;
}

function sessions(pointerSize: PointerSize, list: readonly Session[]): Uint8Array {
  const header = pointerSize === 8 ? 0x10 : 0xc;
  const entry = pointerSize === 8 ? 0x28 : 0x1c;
  const parts = list.map(({ id, tags, count, next }, index) => {
    const bytes = new Uint8Array(header + entry * tags.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, next ?? (index === list.length - 1 ? 0 : bytes.length), true);
    view.setUint32(pointerSize, id, true);
    view.setUint32(pointerSize + 4, count ?? tags.length, true);
    for (const [row, [tag, allocs]] of tags.entries()) {
      view.setUint32(header + entry * row, tag, true);
      view.setUint32(header + entry * row + 4, allocs, true);
    }
    return bytes;
  });
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

test('sessions in both pointer sizes; one without tags is left out; together they are summed', () => {
  for (const pointerSize of [4, 8] as const) {
    const bytes = sessions(pointerSize, [
      { id: 0, tags: [[FRED, 7]] },
      { id: 2, tags: [] },
      {
        id: 5,
        tags: [
          [LEAK, 3],
          [FRED, 10],
        ],
      },
    ]);
    const { value, issues } = decodeSessionPools(bytes, pointerSize);
    assert.deepEqual(issues, []);
    assert.deepEqual(
      value.map(({ session, rows }) => [session, rows.length / 7]),
      [
        [0, 1],
        [5, 2],
      ],
    );
    assert.deepEqual(
      rowsToCounters(sumSessions(value)).map(({ tag, paged }) => [tag, paged.allocs]),
      [
        [FRED, 17],
        [LEAK, 3],
      ],
    );
  }
});

test('links and counts of sessions that lead out of the answer, or nowhere, end it with an issue', () => {
  const one = { id: 1, tags: [[FRED, 1]] } as const;
  const message = (list: readonly Session[]): string | undefined =>
    decodeSessionPools(sessions(8, list), 8).issues.at(-1)?.message;
  assert.equal(message([{ ...one, next: 4096 }, one]), 'the next session lies behind the end of the answer');
  assert.equal(message([{ ...one, next: 8 }, one]), 'session 1 is followed by itself');
  assert.equal(message([{ ...one, count: 9 }]), 'the kernel announced 9 tags of session 1 and returned room for 1');
  // A link that cuts the entry short also cuts what may be read of it.
  const cut = decodeSessionPools(sessions(8, [{ ...one, next: 0x10 }, one]), 8);
  assert.match(cut.issues[0]?.message ?? '', /1 tags of session 1 and returned room for 0/);
  assert.deepEqual(decodeSessionPools(new Uint8Array(), 8), { value: [], issues: [] });
});
