/**
 * The panel's edges: keys in, numbers out as text, and what VS Code kept for it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatsFor } from '../../../media/panel/model/format';
import { changeColumn, gridAction, nextPool } from '../../../media/panel/model/keys';
import { FIRST_STATE, panelStateFrom } from '../../../media/panel/model/panelState';

const press = (key: string, more: object = {}): unknown =>
  gridAction({ key, ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, ...more });

test('letters act in either case and never with a modifier', () => {
  assert.deepEqual(press('B'), { type: 'sort', column: 'bytes' });
  assert.deepEqual(press('b'), press('B'));
  assert.deepEqual(press('s'), press('d'));
  assert.deepEqual(press('q'), press(' '));
  for (const modifier of ['ctrlKey', 'altKey', 'metaKey']) assert.equal(press('b', { [modifier]: true }), undefined);
  assert.deepEqual(press('End', { ctrlKey: true }), { type: 'move', move: { to: 'gridEnd' } });
  assert.deepEqual(press('f', { ctrlKey: true }), { type: 'focusFilter' });
  for (const key of ['Tab', 'x', 'F1', 'Shift']) assert.equal(press(key), undefined);
});

test('P goes round as in PoolMon; ( goes to the change and back', () => {
  assert.deepEqual(
    (['both', 'nonPaged', 'paged', 'joined'] as const).map((pool) => nextPool(pool, 'both')),
    ['nonPaged', 'paged', 'both', 'nonPaged'],
  );
  assert.equal(nextPool('paged', 'joined'), 'joined');
  assert.equal(changeColumn('frees'), 'freesDelta');
  assert.equal(changeColumn('freesDelta'), 'frees');
  assert.equal(changeColumn('owner'), 'bytesDelta');
  assert.equal(changeColumn('pagedBytes'), 'pagedBytesDelta');
  assert.equal(changeColumn('pagedDiffDelta'), 'pagedDiff');
  assert.equal(changeColumn('perAlloc'), 'bytesDelta');
});

test('numbers are written as the language writes them', () => {
  const english = formatsFor('en-US');
  assert.equal(english.count(1234567), '1,234,567');
  assert.equal(formatsFor('de-DE').count(1234567), '1.234.567');
  assert.deepEqual([english.change(12), english.change(-1234), english.change(0)], ['(+12)', '(−1,234)', '']);
  assert.equal(english.count(2 ** 53 - 1), '9,007,199,254,740,991');
  assert.equal(formatsFor('not a language').count(1), '1');
});

test('bytes have three digits and a unit that is not rounded past', () => {
  const { bytes } = formatsFor('en-US');
  assert.deepEqual([0, 1023, 1024, 1536, 1024 * 1023.9, 150 * 1024, 1024 ** 3 * 1.5, -2048, 1024 ** 6].map(bytes), [
    '0 B',
    '1,023 B',
    '1 KiB',
    '1.5 KiB',
    '1 MiB',
    '150 KiB',
    '1.5 GiB',
    '-2 KiB',
    '1,024 PiB',
  ]);
});

test('a time has its date when it is not today’s; a senseless one is left out', () => {
  const { time } = formatsFor('en-US');
  const noon = new Date(2026, 1, 14, 12, 30, 5).getTime();
  assert.match(time(noon, noon + 1000), /^12:30:05\sPM$/);
  assert.match(time(noon, noon + 86_400_000), /2026/);
  assert.equal(time(Number.NaN, noon), '');
  assert.equal(time(1e300, noon), '');
});

test('a kept state is taken field by field', () => {
  assert.deepEqual(panelStateFrom(undefined), FIRST_STATE);
  assert.deepEqual(panelStateFrom({ sort: { column: 'nope' }, pool: 'x', filter: 3, scrollTop: -1 }), FIRST_STATE);
  const kept = {
    sort: { column: 'diff', descending: false },
    pool: 'paged',
    filter: 'Nt',
    totals: true,
    highlights: false,
    joins: true,
    scrollTop: 44,
    readerPaused: true,
    chartTags: [1, 0xffffffff],
    chartMinutes: 60,
    chartShare: 40,
  };
  assert.deepEqual(panelStateFrom(JSON.parse(JSON.stringify(kept))), kept);
  assert.deepEqual(panelStateFrom({ chartTags: 'x', chartMinutes: 7 }), FIRST_STATE);
  assert.equal(panelStateFrom({ filter: 'x'.repeat(10_000) }).filter.length, 200);
});
