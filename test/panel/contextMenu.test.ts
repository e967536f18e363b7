/** What VS Code's context menu is told of the row it is opened on: by the pointer, and by the keyboard. */
import assert from 'node:assert/strict';
import type { PanelPage } from './support/panelPage';
import { flatRows, sample, status, tagNumber } from './support/samples';
import { panelTests } from './support/withPanel';

const panelTest = panelTests();

async function show(panel: PanelPage): Promise<void> {
  const rows = flatRows([
    { tag: 'Aaaa', nonPaged: [10, 0, 1000] },
    { tag: 'Bbbb', nonPaged: [20, 0, 500] },
  ]);
  await panel.send({ type: 'status', status: status() }, { type: 'sample', sample: sample(rows) });
}

/** What the elements around the event say when it has come up to the window, as VS Code reads it. */
const told = async (panel: PanelPage, open: () => Promise<void>): Promise<unknown> => {
  await panel.page.evaluate(() => {
    window.addEventListener('contextmenu', (event) => {
      const node = event.target instanceof Element ? event.target.closest('[data-vscode-context]') : null;
      document.body.dataset['told'] = node?.getAttribute('data-vscode-context') ?? 'nothing';
    });
  });
  await open();
  await panel.settle();
  return JSON.parse((await panel.page.locator('body').getAttribute('data-told')) ?? 'null');
};

panelTest('the row under the pointer', async (panel) => {
  await show(panel);
  const cell = panel.page.locator('.grid-body .row:not([hidden]) .cell.bytes', { hasText: '500' });
  assert.deepEqual(await told(panel, () => cell.click({ button: 'right' })), {
    webviewSection: 'row',
    poolGrid: true,
    tag: tagNumber('Bbbb'),
    preventDefaultContextMenuItems: true,
  });
});

panelTest('the active row, when the menu is asked for by the keyboard', async (panel) => {
  await show(panel);
  const context = await told(panel, async () => {
    await panel.page.locator('.grid').focus();
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.locator('.grid').dispatchEvent('contextmenu');
  });
  const active = await panel.page.locator('.grid-body .row[aria-selected=true] .cell.tag').textContent();
  assert.equal((context as { readonly tag: number }).tag, tagNumber(active ?? ''));
});
