/**
 * Events in the charts: drawn as lines and bands, told to pointer and keyboard, listed, and part of the picture.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventMark } from '../../src/shared/eventMark';
import { CHART_START, LEAK, NTFS, openCharts, past, until } from './support/chartPage';
import type { PanelPage } from './support/panelPage';
import { growth } from './support/samples';
import { THEMES } from './support/themes';
import { panelTests } from './support/withPanel';

const panelTest = panelTests();
const PICTURES = join(__dirname, '../../.cache/screenshots');
const SIZE = { width: 1100, height: 520 };
const at = (second: number): number => CHART_START + (second - 60) * 1000;

const MARKS: readonly EventMark[] = [
  { kind: 'recordingStarted', time: at(4), text: 'leak.poolrec' },
  { kind: 'huntStarted', time: at(10), text: '' },
  { kind: 'gap', time: at(20), end: at(30), text: '' },
  { kind: 'note', time: at(40), text: '<img src=x onerror=alert(1)> driver starts' },
  { kind: 'huntTestStopped', time: at(41), text: '' },
  { kind: 'recordingStopped', time: at(59), text: 'leak.poolrec' },
];

const listed = (panel: PanelPage): Promise<readonly string[]> =>
  panel.page.locator('.chart-events li span').allTextContents();
const readout = (panel: PanelPage): Promise<string> => panel.page.locator('.readout').innerText();

/** Pixels that something is drawn on in one column of the first figure, so many seconds from its left edge. */
async function inked(panel: PanelPage, second: number): Promise<number> {
  return await panel.page.evaluate(
    ([share]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('.figure canvas');
      const over = document.querySelector<HTMLElement>('.figure .u-over');
      const context = canvas?.getContext('2d');
      if (canvas === null || over === null || context === null || context === undefined) return -1;
      const x = Math.round(over.offsetLeft + over.offsetWidth * (share ?? 0));
      const { data } = context.getImageData(x, over.offsetTop, 1, over.offsetHeight);
      let count = 0;
      for (let pixel = 3; pixel < data.length; pixel += 4) if ((data[pixel] ?? 0) > 0) count += 1;
      return count;
    },
    [second / 59],
  );
}

panelTest(
  'a mark is a line, a gap a band, and both go when another source is opened',
  async (panel) => {
    await openCharts(panel);
    const before = await inked(panel, 25);
    await panel.send({ type: 'marks', marks: MARKS });
    await until(panel, 'a band', async () => (await inked(panel, 25)) > before + 50);
    assert.deepEqual(await listed(panel), [
      'Recording stopped: leak.poolrec',
      'Leak hunt: test stopped',
      '<img src=x onerror=alert(1)> driver starts',
      'No readings: 10 sec',
      'Leak hunt: test starts',
      'Recording: leak.poolrec',
    ]);
    assert.equal(await panel.page.locator('.chart-events img').count(), 0);
    await panel.send({ type: 'marks', marks: [] });
    await until(panel, 'no band', async () => (await inked(panel, 25)) === before);
    assert.equal(await panel.page.locator('.chart-events').isVisible(), false);
  },
  SIZE,
);

panelTest(
  'pointer and keyboard are told what happened where they are',
  async (panel) => {
    await openCharts(panel);
    await panel.send({ type: 'marks', marks: MARKS });
    const over = await panel.page.locator('.figure .u-over').first().boundingBox();
    assert.ok(over !== null);
    await panel.page.mouse.move(over.x + (over.width * 10) / 59, over.y + 20);
    await until(panel, 'the mark', async () => /Leak hunt: test starts/.test(await readout(panel)));
    await panel.page.mouse.move(over.x + (over.width * 25) / 59, over.y + 20);
    await until(panel, 'the gap', async () => /No readings: 10 s/.test(await readout(panel)));
    assert.doesNotMatch(await readout(panel), /test starts/);
    await panel.page.locator('.figures-host').focus();
    await panel.page.keyboard.press('ArrowLeft');
    await panel.page.keyboard.press('ArrowRight');
    const said = await panel.page.locator('.panel > .unseen[aria-live]').innerText();
    assert.match(said, /9:29:59 AM · Recording stopped: leak.poolrec · /);
  },
  SIZE,
);

panelTest(
  'the baseline is one of the events, once',
  async (panel) => {
    await openCharts(panel);
    const baseline = { id: 'a', name: 'before', time: at(7), source: 'Live', rows: [] };
    await panel.send({ type: 'baseline', baseline });
    assert.deepEqual(await listed(panel), ['Baseline: before']);
    await panel.send({ type: 'marks', marks: [{ kind: 'baseline', time: at(7), text: 'before' }] });
    assert.deepEqual(await listed(panel), ['Baseline: before']);
    await panel.send({ type: 'marks', marks: [] }, { type: 'baseline' });
    assert.deepEqual(await listed(panel), []);
  },
  SIZE,
);

panelTest(
  'a button and K ask for a mark; the copied picture holds those there are',
  async (panel) => {
    await openCharts(panel);
    await panel.page.getByRole('button', { name: 'Mark this moment' }).click();
    await panel.page.locator('.grid').focus();
    await panel.page.keyboard.press('k');
    const asked = (await panel.messages()).filter((message) => message.type === 'command');
    assert.deepEqual(asked, [
      { type: 'command', command: 'markMoment' },
      { type: 'command', command: 'markMoment' },
    ]);
    await panel.page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    const pictures = async (): Promise<readonly string[]> =>
      (await panel.messages()).flatMap((message) => (message.type === 'picture' ? [message.data] : []));
    const copy = panel.page.getByRole('button', { name: 'Copy as picture' });
    await copy.click();
    await until(panel, 'a picture', async () => (await pictures()).length === 1);
    const before = await inked(panel, 25);
    await panel.send({ type: 'marks', marks: MARKS });
    await until(panel, 'a band', async () => (await inked(panel, 25)) > before + 50);
    await copy.click();
    await until(panel, 'another picture', async () => (await pictures()).length === 2);
    const [plain, marked] = await pictures();
    assert.notEqual(plain, marked);
    mkdirSync(PICTURES, { recursive: true });
    writeFileSync(join(PICTURES, 'charts-copied.png'), Buffer.from(marked ?? '', 'base64'));
  },
  SIZE,
);

for (const theme of THEMES) {
  panelTest(
    `${theme.name}: marks as a picture`,
    async (panel) => {
      await openCharts(panel);
      await panel.send({ type: 'growth', growth: growth([]) }, { type: 'traces', traces: past(NTFS, LEAK) });
      const before = await inked(panel, 25);
      await panel.send({ type: 'marks', marks: MARKS });
      await panel.page.locator('.chart-events summary').click();
      await until(panel, 'a band', async () => (await inked(panel, 25)) > before + 50);
      await panel.page.screenshot({ path: join(PICTURES, `charts-marks-${theme.name}.png`) });
    },
    { ...SIZE, height: 760, theme },
  );
}
