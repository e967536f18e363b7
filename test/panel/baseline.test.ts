/** The baseline in a real browser: its buttons, its columns, the rows since it, and the way back to all of them. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PanelPage } from './support/panelPage';
import { flatRows, sample, status } from './support/samples';
import { THEMES } from './support/themes';
import { panelTests } from './support/withPanel';

const panelTest = panelTests();
const PICTURES = join(__dirname, '../../.cache/screenshots');
const THEN = flatRows([
  { tag: 'Same', nonPaged: [5, 0, 500] },
  { tag: 'Past', paged: [900, 0, 9000] },
]);
const NOW = flatRows([
  { tag: 'Same', nonPaged: [9, 0, 900] },
  { tag: 'Late', nonPaged: [2, 0, 64] },
]);
const BASELINE = { id: 'a', name: '<b>before</b>', time: Date.UTC(2026, 1, 14, 9, 0, 0), source: 'Live', rows: THEN };

async function show(panel: PanelPage): Promise<void> {
  await panel.send({ type: 'status', status: status() }, { type: 'sample', sample: sample(NOW) });
}

panelTest('the buttons ask for it', async (panel) => {
  await show(panel);
  await panel.page.getByRole('button', { name: 'Set baseline' }).click();
  await panel.page.getByRole('button', { name: 'Choose baseline' }).click();
  assert.deepEqual(
    (await panel.messages()).filter((message) => message.type === 'command'),
    [
      { type: 'command', command: 'setBaseline' },
      { type: 'command', command: 'chooseBaseline' },
    ],
  );
});

panelTest(
  'columns since it, and rows that are new since',
  async (panel) => {
    await show(panel);
    assert.equal((await panel.rows())[0]?.['bytesSince'], undefined);
    await panel.send({ type: 'baseline', baseline: BASELINE });
    assert.deepEqual(
      (await panel.rows()).map((row) => [row['tag'], row['bytesSince']]),
      [
        ['Same', '(+400)'],
        ['Late', '(+64)'],
        ['Past', '(−9,000)'],
      ],
    );
    const select = panel.page.getByRole('combobox', { name: 'Rows by what became of them' });
    await select.selectOption('new');
    await panel.settle();
    assert.deepEqual(await panel.column('tag'), ['Late']);
    await select.selectOption('gone');
    await panel.settle();
    assert.deepEqual(await panel.column('tag'), ['Past']);
    await panel.page.locator('.filter').fill('Same');
    await panel.settle();
    assert.deepEqual(await panel.column('tag'), []);
    await panel.page.locator('.notice.page button').click();
    await panel.settle();
    assert.deepEqual(await panel.column('tag'), ['Same', 'Late', 'Past']);
    assert.equal(await select.inputValue(), 'all');
    await panel.send({ type: 'baseline' });
    assert.equal((await panel.rows())[0]?.['bytesSince'], undefined);
  },
  { width: 1500 },
);

for (const theme of THEMES) {
  panelTest(
    `a tag the source lists no more is a row that says so, in the totals, too: ${theme.name}`,
    async (panel) => {
      await show(panel);
      await panel.send({ type: 'baseline', baseline: BASELINE });
      const gone = panel.page.locator('.row.gone:not([hidden])');
      assert.equal(await gone.locator('[data-column=growth]').innerText(), 'gone');
      assert.equal(await gone.locator('[data-column=bytes]').innerText(), '0');
      await gone.locator('[data-column=growth]').hover();
      await panel.settle();
      assert.match(
        (await gone.locator('[data-column=growth]').getAttribute('title')) ?? '',
        /baseline has 9,000 bytes in 900 blocks/,
      );
      await panel.page.locator('.grid').focus();
      await panel.page.keyboard.press('e');
      await panel.settle();
      const totals = await panel.page.locator('.row.total').allInnerTexts();
      assert.match(totals[0] ?? '', /\(\+464\)/);
      assert.match(totals[1] ?? '', /\(−9,000\)/);
      mkdirSync(PICTURES, { recursive: true });
      await panel.page.screenshot({ path: join(PICTURES, `gone-${theme.name}.png`) });
      // It reaches the keyboard as any row, and selected it stays readable.
      await panel.page.keyboard.press('Control+End');
      await panel.settle();
      assert.equal(await panel.page.locator('.row.gone.selected').count(), 1);
      await panel.send({ type: 'sample', sample: sample(THEN, { sequence: 2 }) });
      assert.equal(await gone.count(), 0);
    },
    { width: 1500, theme },
  );
}
