/**
 * Growth in a real browser: what the column says, how it explains itself to pointer and keyboard, sorting, the window.
 */
import assert from 'node:assert/strict';
import { growthKey } from '../../src/shared/growth';
import type { PanelPage } from './support/panelPage';
import { flatRows, growth, growthRows, sample, status, STILL, tagNumber, type NamedRow } from './support/samples';
import { panelTests } from './support/withPanel';

const panelTest = panelTests();

const ROWS: readonly NamedRow[] = [
  { tag: 'Aaaa', nonPaged: [100, 40, 6_000] },
  { tag: 'Bbbb', paged: [5_000, 4_999, 64] },
  { tag: 'Io  ', nonPaged: [10, 0, 1_000], paged: [3, 1, 512] },
  { tag: 'Zzzz', paged: [7, 7, 9] },
];
const GROWTH = growth([
  { tag: 'Bbbb', paged: true, verdict: 'growing', bytesPerMinute: 12_595, p: 0.00002, swing: 126_000 },
  { tag: 'Io  ', verdict: 'draining', bytesPerMinute: -800, p: 0.0042, swing: 9000 },
  { tag: 'Io  ', paged: true, verdict: 'bursty', bytesPerMinute: 99_999, p: 0.34, swing: 40_960 },
  { tag: 'Zzzz', paged: true, verdict: 'tooLittle', points: 4, samples: 4, spanMs: 3000 },
]);

async function show(panel: PanelPage): Promise<void> {
  await panel.send(
    { type: 'status', status: status() },
    { type: 'sample', sample: sample(flatRows(ROWS)) },
    { type: 'growth', growth: GROWTH },
  );
}

const both = async (panel: PanelPage): Promise<string> =>
  (await panel.rows()).map((r) => `${r['tag'] ?? ''}|${r['growth'] ?? ''}`).join(' ');
const cell = (panel: PanelPage, text: string): ReturnType<PanelPage['page']['locator']> =>
  panel.page.locator('.grid-body .row:not([hidden]) .cell.growth', { hasText: text });

panelTest('rates where there is a trend, words where there is none, nothing where nothing is known', async (panel) => {
  await panel.send({ type: 'status', status: status() }, { type: 'sample', sample: sample(flatRows(ROWS)) });
  assert.equal((await panel.column('growth')).join(''), '');
  await panel.send({ type: 'growth', growth: GROWTH });
  assert.equal(await both(panel), 'Aaaa|stable Io  |−800 B/min Io  |bursty Bbbb|+12.3 KiB/min Zzzz|');
  assert.equal(await cell(panel, '+12.3').getAttribute('data-verdict'), 'growing');
});

panelTest('the pointer is told why', async (panel) => {
  await show(panel);
  const told: string[] = [];
  for (const text of ['stable', '−800', 'bursty', '+12.3']) {
    await cell(panel, text).hover();
    told.push((await cell(panel, text).getAttribute('title')) ?? '');
  }
  assert.deepEqual(told, [
    'Stable: no change over the last 10 min (64 of 600 readings)',
    'Draining: −800 B/min over the last 10 min (64 of 600 readings, p = 0.0042)',
    'Bursty: moved by 40 KiB without a trend over the last 10 min (64 of 600 readings, p = 0.34)',
    'Growing: +12.3 KiB/min over the last 10 min (64 of 600 readings, p < 0.001)',
  ]);
});

panelTest('keyboard: G sorts by growth, and the active cell describes itself', async (panel) => {
  await show(panel);
  await panel.page.locator('.grid').focus();
  await panel.page.keyboard.press('g');
  await panel.settle();
  assert.equal(await both(panel), 'Bbbb|+12.3 KiB/min Aaaa|stable Io  |bursty Zzzz| Io  |−800 B/min');
  assert.equal(await panel.page.locator('#head-growth').getAttribute('aria-sort'), 'descending');
  assert.equal(await panel.page.locator('[aria-live]').textContent(), 'Sorted by Growth, descending');
  for (const key of ['Control+Home', 'End', 'ArrowLeft', 'ArrowLeft']) await panel.page.keyboard.press(key);
  await panel.settle();
  const active = await panel.page.locator('.grid').getAttribute('aria-activedescendant');
  const node = panel.page.locator(`#${active ?? ''}`);
  assert.equal(await node.textContent(), '+12.3 KiB/min');
  assert.match((await node.getAttribute('title')) ?? '', /^Growing: /);
});

panelTest(
  'what changes is shown and sorted anew; what settles is stable; another source starts empty',
  async (panel) => {
    await show(panel);
    await panel.page.locator('#head-growth').click();
    await panel.send({
      type: 'growth',
      growth: growth([{ tag: 'Aaaa', verdict: 'growing', bytesPerMinute: 3_000_000, p: 0.001 }], {
        reset: false,
        settled: [growthKey(tagNumber('Io  '), false)],
      }),
    });
    assert.equal(await both(panel), 'Aaaa|+2.86 MiB/min Bbbb|+12.3 KiB/min Io  |stable Io  |bursty Zzzz|');
    await panel.send({ type: 'clear' });
    await panel.send({ type: 'sample', sample: sample(flatRows(ROWS)) });
    assert.equal((await panel.column('growth')).join(''), '');
    await panel.send({ type: 'growth', growth: growth([], { still: { ...STILL, verdict: 'tooLittle', samples: 1 } }) });
    assert.equal((await panel.column('growth')).join(''), '');
  },
);

panelTest('the window is chosen in the toolbar, and one from the settings is among the choices', async (panel) => {
  await panel.send({ type: 'status', status: status({ growthMinutes: 45 }) });
  const select = panel.page.locator('select[title="Time that growth looks back"]');
  assert.equal(await select.inputValue(), '45');
  const labels = (await select.locator('option').allTextContents()).join(', ');
  assert.equal(
    labels,
    'Growth: 1 min, Growth: 5 min, Growth: 10 min, Growth: 30 min, Growth: 45 min, Growth: 1 hr, Growth: 6 hr, ' +
      'Growth: 1 day, Growth: 7 days',
  );
  await select.selectOption('60');
  const chosen = (await panel.messages()).filter((message) => message.type === 'setGrowthWindow');
  assert.deepEqual(chosen, [{ type: 'setGrowthWindow', minutes: 60 }]);
});

panelTest('a joined row has the growth of the sum, and explains both pools beside it', async (panel) => {
  await show(panel);
  const rows = growthRows([{ tag: 'Io  ', verdict: 'growing', bytesPerMinute: 2048, p: 0.0001, swing: 20_000 }]);
  const lines = ['0'.repeat(16) + 'O'.repeat(16)];
  await panel.send({ type: 'growth', growth: { ...GROWTH, joined: { rows, lines, settled: [] } } });
  assert.match(await both(panel), /Io {2}\|−800 B\/min Io {2}\|bursty/);
  await panel.page.locator('.grid').focus();
  await panel.page.keyboard.press('j');
  await panel.page.keyboard.press('g');
  await panel.settle();
  assert.equal(await both(panel), 'Bbbb|+12.3 KiB/min Io  |+2 KiB/min Aaaa|stable Zzzz|stable');
  await cell(panel, '+2 KiB').hover();
  const told = ((await cell(panel, '+2 KiB').getAttribute('title')) ?? '').split('\n');
  assert.deepEqual(
    told.map((line) => line.replace(/ over .*/, '')),
    ['Both: Growing: +2 KiB/min', 'Nonp: Draining: −800 B/min', 'Paged: Bursty: moved by 40 KiB without a trend'],
  );
  const settled = { rows: [], lines: [], settled: [tagNumber('Io  ')] };
  await panel.send({ type: 'growth', growth: growth([], { reset: false, joined: settled }) });
  // Until the pools are told anew, the one with a trend speaks for the row.
  assert.match(await both(panel), /Io {2}\|−800/);
});
