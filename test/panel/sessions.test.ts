/**
 * Whose pools are shown: PoolMon's digits, the button that says and changes it, and what a source without sessions does.
 */
import assert from 'node:assert/strict';
import type { PanelPage } from './support/panelPage';
import { flatRows, RECORDING, sample, status } from './support/samples';
import { panelTests } from './support/withPanel';

const panelTest = panelTests();
const ROWS = flatRows([{ tag: 'Same', nonPaged: [5, 0, 500] }]);

async function show(panel: PanelPage, scope = 'system', more: Parameters<typeof status>[0] = {}): Promise<void> {
  await panel.send({ type: 'status', status: status(more) }, { type: 'sample', sample: sample(ROWS, { scope }) });
}

const asked = async (panel: PanelPage): Promise<readonly unknown[]> =>
  (await panel.messages()).filter(({ type }) => type === 'setScope' || type === 'command');
const said = async (panel: PanelPage): Promise<string> =>
  (await panel.page.locator('main > [aria-live=polite]').textContent()) ?? '';

panelTest('a digit asks for the pools of that session, and once more for those of the system', async (panel) => {
  await show(panel);
  const button = panel.page.getByRole('button', { name: 'Pools of: System' });
  assert.ok(await button.isVisible());
  await panel.page.locator('.grid').focus();
  await panel.page.keyboard.press('3');
  assert.deepEqual(await asked(panel), [{ type: 'setScope', scope: 'session 3' }]);
  await show(panel, 'session 3');
  assert.ok(await panel.page.getByRole('button', { name: 'Pools of: Session 3' }).isVisible());
  await panel.page.keyboard.press('0');
  await panel.page.keyboard.press('3');
  assert.deepEqual((await asked(panel)).slice(1), [
    { type: 'setScope', scope: 'session 0' },
    { type: 'setScope', scope: 'system' },
  ]);
});

panelTest('the button and I ask which sessions there are', async (panel) => {
  await show(panel, 'all sessions');
  await panel.page.getByRole('button', { name: 'Pools of: All sessions' }).click();
  await panel.page.locator('.grid').focus();
  await panel.page.keyboard.press('i');
  assert.deepEqual(await asked(panel), [
    { type: 'command', command: 'chooseSession' },
    { type: 'command', command: 'chooseSession' },
  ]);
});

panelTest('a recording has no button, says whose pools it holds, and takes no digit', async (panel) => {
  await show(panel, 'session 2', { source: RECORDING });
  assert.equal(await panel.page.locator('.source button').count(), 1);
  assert.equal(await panel.page.locator('.source button').isVisible(), false);
  assert.equal(await panel.page.locator('.source-scope').innerText(), 'Session 2');
  await panel.page.locator('.grid').focus();
  await panel.page.keyboard.press('1');
  await panel.settle();
  assert.deepEqual(await asked(panel), []);
  assert.match(await said(panel), /on a live machine only/);
});

/** Left and right edges of everything in the bars, as far as they stand out of the margin of 12 pixels. */
const outside = (panel: PanelPage): Promise<readonly string[]> =>
  panel.page.evaluate(() =>
    [...document.querySelectorAll('.bars button, .bars select, .bars input, .bars span, .memory .item')].flatMap(
      (node) => {
        const { left, right, width } = node.getBoundingClientRect();
        const icon = node.matches('.icon-button, .scope-button') ? 5 : 0;
        const bad = width > 0 && (left < 12 - icon || right > innerWidth - 12 + icon);
        return bad ? [`${node.className} ${node.tagName} ${String(left)}–${String(right)}`] : [];
      },
    ),
  );

for (const width of [300, 550]) {
  panelTest(
    `at ${String(width)} pixels every control keeps the margins, live and recorded`,
    async (panel) => {
      await show(panel);
      assert.deepEqual(await outside(panel), []);
      await show(panel, 'session 2', { source: RECORDING });
      assert.deepEqual(await outside(panel), []);
    },
    { width, height: 400 },
  );
}
