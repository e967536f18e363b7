/**
 * The edge between grid and charts: pointer and keyboard move it, its value is told, and it is there again later.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LEAK, openCharts, showRows, until } from './support/chartPage';
import type { PanelPage } from './support/panelPage';
import { panelTests } from './support/withPanel';

const panelTest = panelTests();
const PICTURES = join(__dirname, '../../.cache/screenshots');
const SIZE = { width: 1000, height: 700 };

const separator = (panel: PanelPage): ReturnType<PanelPage['page']['locator']> =>
  panel.page.getByRole('separator', { name: 'Height of the charts' });
const height = async (panel: PanelPage, selector: string): Promise<number> =>
  await panel.page.locator(selector).evaluate((node) => node.getBoundingClientRect().height);
/** Pixels are rounded. */
const near = (pixels: number, share: number): boolean => Math.abs(pixels - share * SIZE.height) <= 1;
const kept = async (panel: PanelPage): Promise<unknown> =>
  ((await panel.state()) as { readonly chartShare?: unknown }).chartShare;
const value = async (panel: PanelPage): Promise<number> => Number(await separator(panel).getAttribute('aria-valuenow'));

panelTest(
  'keys move it within bounds; figures take the room; Enter gives the usual height back',
  async (panel) => {
    await openCharts(panel);
    const usual = await height(panel, '.charts');
    await separator(panel).focus();
    assert.equal(await value(panel), Math.round((100 * usual) / SIZE.height));
    await panel.page.keyboard.press('Home');
    assert.equal(await value(panel), 85);
    assert.ok(near(await height(panel, '.charts'), 0.85));
    await until(panel, 'a higher figure', async () => (await height(panel, '.figure:first-child canvas')) > 300);
    assert.ok((await height(panel, '.grid')) > 0);
    mkdirSync(PICTURES, { recursive: true });
    await panel.page.screenshot({ path: join(PICTURES, 'charts-high.png') });
    await panel.page.keyboard.press('ArrowDown');
    assert.deepEqual([await value(panel), await kept(panel)], [81, 81]);
    await panel.page.keyboard.press('End');
    await until(panel, 'a lower figure', async () => (await height(panel, '.figure:first-child canvas')) < 100);
    await panel.page.keyboard.press('ArrowDown');
    assert.deepEqual([await value(panel), await kept(panel)], [15, 15]);
    assert.ok(near(await height(panel, '.charts'), 0.15));
    await panel.page.keyboard.press('Enter');
    assert.deepEqual([await height(panel, '.charts'), await kept(panel)], [usual, 0]);
  },
  SIZE,
);

panelTest(
  'the pointer drags it, and a double click gives the usual height back',
  async (panel) => {
    await openCharts(panel);
    const usual = await height(panel, '.charts');
    const box = await separator(panel).boundingBox();
    assert.ok(box !== null);
    await panel.page.mouse.move(500, box.y + 2);
    await panel.page.mouse.down();
    await panel.page.mouse.move(500, 300, { steps: 4 });
    await panel.page.mouse.up();
    const dragged = await height(panel, '.charts');
    assert.ok(Math.abs(SIZE.height - dragged - 298) < SIZE.height / 100, String(dragged));
    assert.equal(await kept(panel), await value(panel));
    await panel.page.mouse.move(500, 500);
    assert.equal(await height(panel, '.charts'), dragged, 'let go, it stays');
    await separator(panel).dblclick();
    assert.deepEqual([await height(panel, '.charts'), await kept(panel)], [usual, 0]);
  },
  SIZE,
);

panelTest(
  'the height is there again when the page is',
  async (panel) => {
    await showRows(panel);
    assert.ok(near(await height(panel, '.charts'), 0.7));
    assert.equal(await value(panel), 70);
  },
  { ...SIZE, state: { chartTags: [LEAK], chartShare: 70 } },
);
