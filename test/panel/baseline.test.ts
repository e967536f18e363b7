/** The baseline in a real browser: its buttons, its columns, the rows since it, and the way back to all of them. */
import assert from 'node:assert/strict';
import type { PanelPage } from './support/panelPage';
import { flatRows, sample, status } from './support/samples';
import { panelTests } from './support/withPanel';

const panelTest = panelTests();
const THEN = flatRows([{ tag: 'Same', nonPaged: [5, 0, 500] }]);
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
      ],
    );
    const select = panel.page.getByRole('combobox', { name: 'Rows by what became of them' });
    await select.selectOption('new');
    await panel.settle();
    assert.deepEqual(await panel.column('tag'), ['Late']);
    await select.selectOption('gone');
    await panel.settle();
    assert.deepEqual(await panel.column('tag'), []);
    await panel.page.locator('.notice.page button').click();
    await panel.settle();
    assert.deepEqual(await panel.column('tag'), ['Same', 'Late']);
    assert.equal(await select.inputValue(), 'all');
    await panel.send({ type: 'baseline' });
    assert.equal((await panel.rows())[0]?.['bytesSince'], undefined);
  },
  { width: 1500 },
);
