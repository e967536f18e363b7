/**
 * Big allocations as lines for WinDbg.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bigAllocationText } from '../../../../src/monitor/bigAllocationText';

const TIME = new Date(Date.UTC(2026, 1, 14, 9, 30));

test('every line is a command with its size and pool behind it', () => {
  const text = bigAllocationText(0x64657246, 'Live: this machine', TIME, {
    allocations: [
      { address: '0xffff8a0b12345000', bytes: 65536, paged: false },
      { address: '0xffffc20900001000', bytes: 4096, paged: true },
    ],
    count: 2,
    bytes: 69632,
  });
  assert.equal(
    text,
    [
      "$$ Pool tag Fred ('derF'): 2 big allocations, 69632 bytes",
      '$$ Live: this machine, 2026-02-14T09:30:00.000Z',
      '$$ Each line can be pasted into WinDbg.',
      '',
      '!pool 0xffff8a0b12345000; $$ 65536 bytes, nonpaged',
      '!pool 0xffffc20900001000; $$  4096 bytes, paged',
      '',
    ].join('\n'),
  );
});

test('what comes from elsewhere makes no command of its own', () => {
  const text = bigAllocationText(0x3b0a0a3b, 'x\n.shell;calc', TIME, {
    allocations: [{ address: '0x1; .shell calc', bytes: 1, paged: true }],
    count: 3,
    bytes: 1,
  });
  for (const line of text.split('\n')) assert.match(line, /^(\$\$ [^;]*(; \$\$ 1 bytes, paged)?)?$/);
  assert.match(text, /The first 1 of them/);
});
