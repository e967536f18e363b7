/**
 * Charts in a real browser: loaded when asked for, under the page's own policy; what they ask, show, and say to those who
 * can't see them.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { axeProblems } from './support/axe';
import { CHART_START, LEAK, NTFS, openCharts, past, showRows, until } from './support/chartPage';
import type { PanelPage } from './support/panelPage';
import { flatRows, growth, sample, tagNumber } from './support/samples';
import { THEMES } from './support/themes';
import { panelTests } from './support/withPanel';

const panelTest = panelTests();
const PICTURES = join(__dirname, '../../.cache/screenshots');
const scripts = (panel: PanelPage): Promise<number> => panel.page.locator('script').count();
const table = async (panel: PanelPage): Promise<readonly string[]> =>
  await panel.page
    .locator('.chart-table tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '').join('|')));

panelTest('nothing of them is loaded before the first tag is chosen', async (panel) => {
  await showRows(panel);
  assert.equal(await scripts(panel), 1);
  assert.equal(await panel.page.locator('.charts').isVisible(), false);
  await panel.page.locator('.grid').focus();
  await panel.page.keyboard.press('v');
  await panel.waitForMessage('traces');
  const asked = (await panel.messages()).filter((message) => message.type === 'traces');
  assert.deepEqual(asked, [{ type: 'traces', tags: [LEAK], spanMs: 600_000 }]);
  await until(panel, 'a second script', async () => (await scripts(panel)) === 2);
  assert.match(await panel.page.locator('.chart-message').innerText(), /Reading history/);
});

panelTest('two figures of what the monitor tells; a pool without anything has no line', async (panel) => {
  await openCharts(panel);
  assert.deepEqual(await panel.page.locator('.figure h2').allInnerTexts(), ['Bytes', 'Outstanding blocks']);
  await panel.page.locator('.chart-table summary').click();
  await panel.settle();
  const rows = await table(panel);
  assert.deepEqual(rows[0], 'NtfF|Nonp|900 B|900 B|0|900 B|900 B|6|6');
  assert.equal(rows.length, 3);
  assert.match(rows[2] ?? '', /^Leak\|Nonp\|0 B\|57.6 KiB\|\+57.6 KiB\|0 B\|57.6 KiB\|0\|944$/);
});

panelTest('readings that come are put behind the past', async (panel) => {
  await openCharts(panel);
  await panel.page.locator('.chart-table summary').click();
  const rows = flatRows([{ tag: 'Leak', nonPaged: [1100, 0, 80_000] }]);
  const next = sample(rows, { reset: false, sequence: 2, time: CHART_START + 1000 });
  await panel.send({ type: 'sample', sample: next });
  await until(panel, 'the new value', async () => (await table(panel)).some((row) => row.includes('1,100')));
});

panelTest('the keyboard reads values and zooms; what it reads is said', async (panel) => {
  await openCharts(panel);
  await panel.page.locator('.figures-host').focus();
  await panel.page.keyboard.press('ArrowLeft');
  await panel.page.keyboard.press('ArrowLeft');
  const said = await panel.page.locator('.panel > .unseen[aria-live]').innerText();
  assert.match(said, /9:29:57 AM · .*Leak Nonp 55.7 KiB.*Leak Nonp 912/);
  assert.equal(await panel.page.locator('.readout').innerText(), said);
  await panel.page.keyboard.press('+');
  await panel.page.keyboard.press('0');
  await panel.page.keyboard.press('Escape');
  assert.equal(await panel.page.locator('.readout').innerText(), '');
});

panelTest('history that begins anew is asked for again; a tag is taken out by its button', async (panel) => {
  await openCharts(panel);
  const asked = async (): Promise<number> => (await panel.messages()).filter((m) => m.type === 'traces').length;
  const before = await asked();
  await panel.send({ type: 'growth', growth: growth([], { reset: true }) });
  assert.equal(await asked(), before + 1);
  await panel.page.locator('.chip', { hasText: 'NtfF' }).click();
  assert.deepEqual(await panel.page.locator('.chip').allInnerTexts(), ['Leak']);
  await panel.page.locator('.chip').click();
  assert.equal(await panel.page.locator('.charts').isVisible(), false);
  assert.deepEqual(((await panel.state()) as { readonly chartTags: unknown }).chartTags, []);
});

panelTest('what moves together is named and can be added; else it is said why not', async (panel) => {
  await openCharts(panel);
  const answer = { tag: LEAK, paged: false, possible: true, intervals: 64, spanMs: 600_000, tested: 41 };
  const companions = [{ tag: tagNumber('Besi'), paged: true, r: 0.984, each: 2 }];
  await panel.send({ type: 'companions', companions: { ...answer, companions } });
  assert.equal(await panel.page.locator('.companions').innerText(), 'Moves together with Leak:\nBesi Paged (0.98)');
  await panel.send({ type: 'companions', companions: { ...answer, companions: [] } });
  assert.equal(
    await panel.page.locator('.companions').innerText(),
    'Nothing moves together with Leak: compared with 41 that moved in the last 10 min',
  );
  await panel.send({ type: 'companions', companions: { ...answer, companions } });
  await panel.page.locator('.companions button').click();
  assert.deepEqual(await panel.page.locator('.chip').allInnerTexts(), ['NtfF', 'Leak', 'Besi']);
});

panelTest(
  'chosen tags are there again when the page is',
  async (panel) => {
    await showRows(panel);
    await panel.waitForMessage('traces');
    assert.deepEqual(await panel.page.locator('.chip').allInnerTexts(), ['Leak']);
    assert.equal(await panel.page.locator('.chart-bar select').inputValue(), '60');
  },
  { state: { chartTags: [LEAK, 'x', -1.5], chartMinutes: 60 } },
);

panelTest('the picture goes to be saved where the clipboard takes none', async (panel) => {
  await openCharts(panel);
  await panel.page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await panel.page.getByRole('button', { name: 'Copy as picture' }).click();
  await panel.waitForMessage('picture');
  const [picture] = (await panel.messages()).filter((message) => message.type === 'picture');
  assert.deepEqual([...Buffer.from(picture?.data ?? '', 'base64').subarray(1, 4)], [...Buffer.from('PNG')]);
});

for (const theme of THEMES) {
  for (const width of [1100, 300]) {
    panelTest(
      `${theme.name}, ${String(width)} px: axe finds nothing`,
      async (panel) => {
        await openCharts(panel);
        await panel.send({ type: 'growth', growth: growth([]) }, { type: 'traces', traces: past(NTFS, LEAK) });
        mkdirSync(PICTURES, { recursive: true });
        await panel.page.screenshot({ path: join(PICTURES, `charts-${theme.name}-${String(width)}.png`) });
        assert.deepEqual(await axeProblems(panel), []);
      },
      { theme, width, height: 520 },
    );
  }
}
