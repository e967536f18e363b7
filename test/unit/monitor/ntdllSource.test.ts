/**
 * The live source against a kernel that honours, stretches and breaks the buffer contract.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveAvailability, openNtdllSource } from '../../../server/monitor/ntdllSource';
import { PoolSourceError } from '../../../server/monitor/poolSource';
import { SystemQueryBuffer } from '../../../server/monitor/systemQuery';
import { rowsToCounters } from '../../../src/shared/sample';
import { fakeKernel, INVALID_CLASS, MISMATCH } from './fakeKernel';

function refusal(action: () => unknown): PoolSourceError {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof PoolSourceError);
    return error;
  }
  return assert.fail('it was not refused');
}

test('a buffer below the formal structure grows although the reported length does not', () => {
  const kernel = fakeKernel({ tags: 500 });
  const result = new SystemQueryBuffer(kernel.query, 4).query(22);
  assert.equal(result.status, 0);
  assert.equal(result.bytes.length, 8 + 0x28 * 500);
});

test('a table that grows between the tries is caught up with, and the buffer kept', () => {
  const kernel = fakeKernel({ tags: 1000, grow: 100 });
  const buffer = new SystemQueryBuffer(kernel.query, 64);
  assert.equal(buffer.query(22).status, 0);
  const calls = kernel.calls.length;
  assert.ok(calls <= 4, String(calls));
  kernel.grow = 0;
  assert.equal(buffer.query(22).status, 0);
  assert.equal(kernel.calls.length, calls + 1);
});

test('a kernel that is never content is given up on', () => {
  let calls = 0;
  const never = (_class: number, buffer: Uint8Array, returned: Uint32Array): number => {
    calls++;
    returned[0] = buffer.length + 1;
    return MISMATCH;
  };
  const result = new SystemQueryBuffer(never, 64).query(22);
  assert.deepEqual([result.status, result.bytes.length, calls], [MISMATCH, 0, 12]);
});

test('an absurd length allocates no more than the cap', () => {
  const lengths: number[] = [];
  const absurd = (_class: number, buffer: Uint8Array, returned: Uint32Array): number => {
    lengths.push(buffer.length);
    returned[0] = 0xffffffff;
    return MISMATCH;
  };
  assert.equal(new SystemQueryBuffer(absurd, 64).query(22).status, MISMATCH);
  assert.deepEqual(lengths, [64, 256 * 1024 * 1024]);
});

test('a success with a length past the buffer gives the buffer', () => {
  const boasting = (_class: number, _buffer: Uint8Array, returned: Uint32Array): number => {
    returned[0] = 0xffffffff;
    return 0;
  };
  assert.equal(new SystemQueryBuffer(boasting, 64).query(22).bytes.length, 64);
});

test('a structure of one size is asked for exactly when the kernel insists', () => {
  const kernel = fakeKernel();
  const buffer = new SystemQueryBuffer(kernel.query, 64);
  assert.equal(buffer.queryFixed(0, 0x2c).bytes.length, 0x40);
  assert.equal(buffer.queryFixed(2, 0x400).bytes.length, 0x158);
  assert.equal(buffer.queryFixed(99, 0x400).status, INVALID_CLASS);
  assert.deepEqual(
    kernel.calls.map(([, length]) => length),
    [0x2c, 0x40, 0x400, 0x400],
  );
});

test('a sample has time, totals and rows; page faults are those since the sample before', () => {
  const kernel = fakeKernel({ tags: 3 });
  const source = openNtdllSource({ query: kernel.query, now: () => 42 });
  kernel.pageFaults = 1234;
  const sample = source.read();
  assert.ok(sample);
  assert.deepEqual([sample.time, sample.scope], [42, 'system']);
  assert.equal(sample.memory.pageFaults, 234);
  assert.equal(sample.memory.totalBytes, 4096 * 1024);
  assert.equal(sample.memory.nonPagedPoolBytes, 7 * 4096);
  assert.equal(sample.memory.pagedPoolBytes, 5 * 4096);
  assert.deepEqual(
    rowsToCounters(sample.rows).map((row) => [row.tag, row.paged.allocs]),
    [
      [0x41414141, 100],
      [0x41414142, 101],
      [0x41414143, 102],
    ],
  );
  source.close();
});

test('class 255 first; 22 after one refusal, and then no more questions', () => {
  const wide = fakeKernel({ wide: true });
  openNtdllSource({ query: wide.query }).read();
  assert.deepEqual([...new Set(wide.calls.map(([infoClass]) => infoClass))], [0, 255, 2]);
  const old = fakeKernel();
  openNtdllSource({ query: old.query }).read();
  assert.deepEqual(
    old.calls.map(([infoClass]) => infoClass),
    [0, 255, 22, 2, 22, 2],
  );
});

test('refusals show the status, its name and what to do', () => {
  const cases: readonly (readonly [number, RegExp])[] = [
    [0xc0000022, /^The kernel refused pool tag statistics with 0xc0000022 STATUS_ACCESS_DENIED: .*low integrity.*\.$/],
    [0xc0000003, /with 0xc0000003 STATUS_INVALID_INFO_CLASS: .*gflags \/r \+ptg/],
    [0xc0001234, /^The kernel refused pool tag statistics with 0xc0001234\.$/],
  ];
  for (const [status, message] of cases) {
    const { query } = fakeKernel({ status });
    const error = refusal(() => openNtdllSource({ query }));
    assert.match(error.message, message);
    assert.equal(error.ntstatus, `0x${status.toString(16)}`);
    assert.deepEqual(liveAvailability({ query }), {
      available: false,
      reason: error.message,
      ntstatus: error.ntstatus,
    });
  }
});

test('a count the answer has no room for is an error, not a table of rubbish', () => {
  const { query } = fakeKernel({ lie: 5 });
  assert.match(refusal(() => openNtdllSource({ query })).message, /announced 15 tags and returned room for 10/);
});

test('elsewhere than on Windows the reason is one sentence, without a status', () => {
  for (const [platform, name] of [
    ['linux', 'Linux'],
    ['darwin', 'macOS'],
    ['freebsd', 'freebsd'],
  ] as const) {
    assert.deepEqual(liveAvailability({ platform }), {
      available: false,
      reason: `Live pool statistics come from the Windows kernel; this is ${name}.`,
    });
  }
});

test('a library that is not there is one line', () => {
  const error = refusal(() => openNtdllSource({ platform: 'win32', library: './no-such-library.dll' }));
  assert.match(error.message, /^NtQuerySystemInformation can't be called: [^\n]+$/);
});
