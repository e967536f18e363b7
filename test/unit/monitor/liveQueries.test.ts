/**
 * What a live machine is asked beside its samples: sessions and big allocations, over the monitor's own protocol.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openNtdllSource } from '../../../server/monitor/ntdllSource';
import { rowsToCounters } from '../../../src/shared/sample';
import { fakeKernel } from './fakeKernel';

const FRED = 0x64657246;

test('the scopes there are: the system, and the sessions that have pools', () => {
  const kernel = fakeKernel();
  const source = openNtdllSource({ query: kernel.query });
  assert.deepEqual(source.queries?.scopes(), { scopes: ['system'] });
  kernel.sessions = [0, 3];
  assert.deepEqual(source.queries?.scopes(), { scopes: ['system', 'all sessions', 'session 0', 'session 3'] });
  kernel.sessionStatus = 0xc0000022;
  assert.deepEqual(source.queries?.scopes(), {
    scopes: ['system'],
    reason:
      'The kernel refused the pools of sessions with 0xc0000022 STATUS_ACCESS_DENIED: this process runs at low integrity or in an app container; start VS Code from a normal session.',
  });
});

test('readings are of the scope that was chosen, which they name', async () => {
  const kernel = fakeKernel({ sessions: [0, 3] });
  const source = openNtdllSource({ query: kernel.query });
  const read = (): readonly unknown[] => {
    const sample = source.read();
    return [sample?.scope, rowsToCounters(sample?.rows ?? []).map(({ tag, paged }) => [tag, paged.allocs])];
  };
  await source.queries?.setScope('session 3');
  const [a, b] = [0x41414141, 0x42424242];
  const three = [
    [a, 4],
    [b, 4],
    [0x30303033, 4],
  ];
  assert.deepEqual(read(), ['session 3', three]);
  await source.queries?.setScope('all sessions');
  assert.deepEqual(read(), [
    'all sessions',
    [
      [a, 5],
      [b, 5],
      [0x30303030, 1],
      [0x30303033, 4],
    ],
  ]);
  await source.queries?.setScope('system');
  assert.deepEqual(source.read()?.scope, 'system');
  assert.equal(source.read()?.rows.length, 70);
});

test('a scope that is none, and a session that is not there or ends, are refused and the old one stays', async () => {
  const kernel = fakeKernel({ sessions: [0, 3] });
  const source = openNtdllSource({ query: kernel.query });
  assert.throws(() => source.queries?.setScope('everything'), /"everything" is no scope/);
  assert.throws(() => source.queries?.setScope('session 7'), /There is no session 7; there are 0, 3\./);
  assert.equal(source.read()?.scope, 'system');
  await source.queries?.setScope('session 3');
  kernel.sessions = [];
  assert.throws(() => source.read(), /No session has pools of its own/);
});

test('big allocations of a tag, largest first', () => {
  const kernel = fakeKernel({
    big: [
      [FRED, 0xffff8a0b00001001n, 4096],
      [0x41414141, 0xffff8a0b00002000n, 4096],
      [FRED, 0xffff8a0b00003000n, 65536],
    ],
  });
  const source = openNtdllSource({ query: kernel.query });
  assert.deepEqual(source.queries?.bigAllocations(FRED), {
    allocations: [
      { address: '0xffff8a0b00003000', paged: true, bytes: 65536 },
      { address: '0xffff8a0b00001000', paged: false, bytes: 4096 },
    ],
    count: 2,
    bytes: 69632,
  });
  assert.deepEqual(source.queries?.bigAllocations(1), { allocations: [], count: 0, bytes: 0 });
});
