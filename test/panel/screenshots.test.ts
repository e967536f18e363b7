/**
 * The panel in VS Code's four default themes, as pictures in .cache/screenshots for people to look at.
 * What a machine can judge of them is judged: axe finds nothing, text keeps its contrast.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MOST_LEVEL, writeLine } from '../../src/shared/historyLine';
import { axeProblems } from './support/axe';
import { PanelBrowser, PanelPage } from './support/panelPage';
import {
  nothingToShow,
  flatRows,
  growth,
  LIVE,
  manyRows,
  RECORDING,
  sample,
  seeded,
  status,
  tagNumber,
  type NamedRow,
} from './support/samples';
import { THEMES } from './support/themes';

const FOLDER = join(__dirname, '../../.cache/screenshots');
const ROWS: readonly NamedRow[] = [
  { tag: 'Leak', nonPaged: [812_345, 12_345, 3_276_800_000] },
  { tag: 'MmSt', paged: [9_876_543, 9_800_000, 214_748_364] },
  { tag: 'NtfF', paged: [1_234_567, 1_200_000, 48_234_496] },
  { tag: 'File', nonPaged: [126_675_442, 126_600_001, 31_457_280] },
  { tag: 'Io  ', nonPaged: [44_000, 43_120, 901_120], paged: [120, 80, 20_480] },
  { tag: '\\x01\\xffab', nonPaged: [7, 2, 1_040] },
];

let browser: PanelBrowser;
before(async () => {
  mkdirSync(FOLDER, { recursive: true });
  browser = await PanelBrowser.start();
});
after(() => browser.stop());

const ramp = (way: 1 | -1): string =>
  writeLine((point) => (way > 0 ? point : MOST_LEVEL - point) + 1.5 * Math.sin(2 * point));
const BURSTS = writeLine((point) => MOST_LEVEL * Math.abs(Math.sin(point / 3)));

async function fill(panel: PanelPage): Promise<void> {
  const rest = manyRows(400, seeded(3));
  const first = [...flatRows(ROWS), ...rest];
  await panel.send(
    { type: 'status', status: status({ source: LIVE }) },
    { type: 'sample', sample: sample(first) },
    {
      type: 'growth',
      growth: growth([
        { tag: 'Leak', verdict: 'growing', bytesPerMinute: 393_216, p: 1e-9, swing: 3_900_000, line: ramp(1) },
        {
          tag: 'MmSt',
          paged: true,
          verdict: 'draining',
          bytesPerMinute: -12_590,
          p: 0.0021,
          swing: 140_000,
          line: ramp(-1),
        },
        { tag: 'uFAH', paged: true, verdict: 'bursty', bytesPerMinute: 5, p: 0.4, swing: 9_400_000 },
        { tag: 'File', verdict: 'bursty', bytesPerMinute: 90, p: 0.4, swing: 9_400_000, line: BURSTS },
        { tag: '\\x01\\xffab', verdict: 'tooLittle', points: 4, samples: 4, spanMs: 3000 },
      ]),
    },
    {
      type: 'owners',
      reset: true,
      owners: [
        { tag: tagNumber('Leak'), label: 'leaky.sys', detail: 'leaky.sys: call in LeakyAllocate (client.c:42)' },
        { tag: tagNumber('MmSt'), label: 'nt!mm', detail: 'catalogue: Mm section object prototype ptes' },
        { tag: tagNumber('NtfF'), label: 'ntfs.sys +2', detail: 'ntfs.sys: catalogue' },
        { tag: tagNumber('File'), label: 'steady.sys +1', detail: 'steady.sys: call' },
      ],
    },
  );
  const next: readonly NamedRow[] = [
    { tag: 'Leak', nonPaged: [812_395, 12_345, 3_277_004_800] },
    { tag: 'File', nonPaged: [126_675_950, 126_600_520, 31_452_160] },
    { tag: 'Io  ', nonPaged: [44_004, 43_120, 905_216], paged: [120, 80, 20_480] },
  ];
  await panel.send({ type: 'sample', sample: sample(flatRows(next), { reset: false, sequence: 2 }) });
}

for (const theme of THEMES) {
  test(`${theme.name}: rows, a recording, and nothing to show`, async () => {
    const panel = await PanelPage.open(browser, { theme });
    await fill(panel);
    await panel.page.locator('.grid').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'e']) await panel.page.keyboard.press(key);
    await panel.settle();
    await panel.page.screenshot({ path: join(FOLDER, `panel-${theme.name}.png`) });
    assert.deepEqual(await axeProblems(panel), []);

    await panel.page.keyboard.press('c');
    await panel.settle();
    await panel.page.screenshot({ path: join(FOLDER, `columns-${theme.name}.png`) });
    assert.deepEqual(await axeProblems(panel), []);
    await panel.page.keyboard.press('Escape');
    await panel.page.keyboard.press('h');
    await panel.settle();
    await panel.page.screenshot({ path: join(FOLDER, `keys-${theme.name}.png`) });
    assert.deepEqual(await axeProblems(panel), []);
    await panel.page.keyboard.press('Escape');

    await panel.send({
      type: 'status',
      status: status({
        source: { ...RECORDING, issues: ['leak.poolrec: frame 88 is cut short'] },
        state: { state: 'paused' },
      }),
    });
    await panel.send({ type: 'sample', sample: sample([], { reset: false, index: 41 }) });
    await panel.page.screenshot({ path: join(FOLDER, `recording-${theme.name}.png`) });
    assert.deepEqual(await axeProblems(panel), []);

    await panel.send({ type: 'clear' });
    await panel.send(nothingToShow());
    await panel.page.screenshot({ path: join(FOLDER, `empty-${theme.name}.png`) });
    assert.deepEqual(await axeProblems(panel), []);
    assert.deepEqual(panel.errors, []);
    await panel.close();
  });
}

test('300 pixels wide: the least important columns are gone, the tag stays when the rest is scrolled', async () => {
  const panel = await PanelPage.open(browser, { width: 300, height: 420 });
  await fill(panel);
  await panel.send({ type: 'status', status: status({ source: RECORDING }) });
  await panel.send({ type: 'sample', sample: sample([], { reset: false, index: 3 }) });
  await panel.page.screenshot({ path: join(FOLDER, 'narrow.png') });
  const columns = await panel.page.locator('[role=columnheader]').evaluateAll((nodes) => nodes.map((n) => n.id));
  assert.deepEqual(columns, ['head-tag', 'head-type', 'head-bytes', 'head-owner']);
  assert.equal(await panel.page.locator('.grid').getAttribute('aria-colcount'), '4');
  const overflow = await panel.page.evaluate(() => document.documentElement.scrollWidth);
  assert.equal(overflow, 300, 'only the grid scrolls sideways, never the page');

  await panel.page.locator('.grid').evaluate((node) => (node.scrollLeft = node.scrollWidth));
  await panel.settle();
  await panel.page.screenshot({ path: join(FOLDER, 'narrow-scrolled.png') });
  const left = await panel.page
    .locator('.grid-body .cell.tag')
    .first()
    .evaluate((node) => node.getBoundingClientRect().left);
  assert.equal(left, 0);
  assert.deepEqual(await axeProblems(panel), []);
  await panel.close();
});
