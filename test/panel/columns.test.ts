/**
 * Columns in a real browser: their width, place and choice by pointer and by key, what is kept, and what 300 pixels hold.
 */
import assert from 'node:assert/strict';
import { COLUMN_IDS } from '../../media/panel/model/columns';
import type { PanelPage } from './support/panelPage';
import { flatRows, sample, status, tagNumber, type NamedRow } from './support/samples';
import { panelTests } from './support/withPanel';

const panelTest = panelTests();
const ROWS: readonly NamedRow[] = [
  { tag: 'Aaaa', nonPaged: [100, 40, 6_000] },
  { tag: 'Io  ', nonPaged: [10, 0, 1_000], paged: [3, 1, 512] },
];
const WIDE = { width: 1400 };

async function show(panel: PanelPage): Promise<void> {
  await panel.send({ type: 'status', status: status() }, { type: 'sample', sample: sample(flatRows(ROWS)) });
}

const columns = async (panel: PanelPage): Promise<string> =>
  await panel.page
    .locator('[role=columnheader]')
    .evaluateAll((nodes) => nodes.map((n) => n.getAttribute('data-column')).join(' '));
const widthOf = async (panel: PanelPage, id: string): Promise<number> =>
  await panel.page.locator(`#head-${id}`).evaluate((node) => node.getBoundingClientRect().width);
const kept = async (panel: PanelPage): Promise<Readonly<Record<string, unknown>>> => {
  const layouts = (await panel.messages()).flatMap((m) => (m.type === 'keepLayout' ? [m.layout] : []));
  return { ...layouts.at(-1) };
};
const press = async (panel: PanelPage, ...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await panel.page.keyboard.press(key);
  await panel.settle();
};
const center = async (panel: PanelPage, selector: string): Promise<{ readonly x: number; readonly y: number }> => {
  const box = await panel.page.locator(selector).boundingBox();
  assert.ok(box);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};
async function drag(panel: PanelPage, from: string, to: { readonly x: number; readonly y: number }): Promise<void> {
  const start = await center(panel, from);
  await panel.page.mouse.move(start.x, start.y);
  await panel.page.mouse.down();
  await panel.page.mouse.move((start.x + to.x) / 2, to.y);
  await panel.page.mouse.move(to.x, to.y);
  await panel.page.mouse.up();
  await panel.settle();
}

const USUAL = 'tag type allocs allocsDelta frees freesDelta diff bytes bytesDelta perAlloc growth history owner';

panelTest(
  'an edge is dragged: the column gets wider, is kept, and nothing is sorted',
  async (panel) => {
    await show(panel);
    assert.equal(await columns(panel), USUAL);
    const before = await widthOf(panel, 'diff');
    const grip = await center(panel, '#head-diff .grip');
    await drag(panel, '#head-diff .grip', { x: grip.x + 60, y: grip.y });
    assert.ok(Math.abs((await widthOf(panel, 'diff')) - before - 60) <= 1);
    assert.deepEqual(Object.keys((await kept(panel))['widths'] ?? {}), ['diff']);
    assert.equal(await panel.page.locator('#head-diff').getAttribute('aria-sort'), 'none');
    await panel.page.locator('#head-diff .grip').dblclick();
    await panel.settle();
    assert.ok((await widthOf(panel, 'diff')) < before, 'twice: as wide as its contents');
    assert.equal(await panel.page.locator('#head-diff').getAttribute('aria-sort'), 'none');
  },
  WIDE,
);

panelTest(
  'a name is dragged: the column goes where it is dropped, a click still sorts, the tag stays first',
  async (panel) => {
    await show(panel);
    await drag(panel, '#head-growth .label', await center(panel, '#head-allocs'));
    assert.ok((await columns(panel)).startsWith('tag type growth allocs '));
    assert.equal((await panel.rows())[0]?.['allocs'], '100', 'cells went along');
    await drag(panel, '#head-type .label', await center(panel, '#head-bytes'));
    assert.ok((await columns(panel)).startsWith('tag growth allocs allocsDelta frees freesDelta diff bytes type '));
    await drag(panel, '#head-bytes .label', await center(panel, '#head-tag'));
    assert.ok((await columns(panel)).startsWith('tag bytes growth allocs '));
    await drag(panel, '#head-tag .label', await center(panel, '#head-diff'));
    assert.ok((await columns(panel)).startsWith('tag bytes growth allocs '));
    assert.equal(await panel.page.locator('#head-bytes').getAttribute('aria-sort'), 'descending', 'no drag sorts');
    await panel.page.locator('#head-growth').click();
    await panel.settle();
    assert.equal(await panel.page.locator('#head-growth').getAttribute('aria-sort'), 'descending');
  },
  WIDE,
);

panelTest(
  'keyboard: on a column’s name Shift changes its width, Control its place, Delete takes it away',
  async (panel) => {
    await show(panel);
    await panel.page.locator('.grid').focus();
    await press(panel, 'ArrowUp', 'ArrowRight', 'ArrowRight');
    assert.equal(await panel.page.locator('.active-cell').getAttribute('id'), 'head-allocs');
    const before = await widthOf(panel, 'allocs');
    await press(panel, 'Shift+ArrowRight', 'Shift+ArrowRight');
    assert.ok((await widthOf(panel, 'allocs')) > before);
    assert.equal(await panel.page.locator('[aria-live]').textContent(), 'Allocs: 15 characters wide');
    await press(panel, 'Control+ArrowRight');
    assert.ok((await columns(panel)).startsWith('tag type allocsDelta allocs '));
    assert.equal(await panel.page.locator('.active-cell').getAttribute('id'), 'head-allocs', 'the focus goes along');
    assert.equal(await panel.page.locator('[aria-live]').textContent(), 'Allocs: column 4');
    await press(panel, 'Control+ArrowLeft', 'Control+ArrowLeft', 'Control+ArrowLeft');
    assert.ok((await columns(panel)).startsWith('tag allocs type '), 'the tag stays first');
    await press(panel, 'Delete');
    assert.equal((await columns(panel)).includes('allocs '), false);
    assert.equal(await panel.page.locator('.grid').getAttribute('aria-colcount'), '12');
    assert.deepEqual(
      (await kept(panel))['chosen'],
      USUAL.split(' ').filter((id) => id !== 'allocs'),
    );
  },
  WIDE,
);

panelTest('the chooser: by key alone every column can be had, moved and given back', async (panel) => {
  await show(panel);
  await panel.page.locator('.grid').focus();
  await press(panel, 'c');
  const dialog = panel.page.getByRole('dialog', { name: 'Choose columns (C)' });
  assert.ok(await dialog.isVisible());
  assert.equal(await dialog.getByRole('checkbox').count(), COLUMN_IDS.length - 1);
  const shown = (await columns(panel)).split(' ');
  await press(panel, 'Space');
  assert.equal((await columns(panel)).includes(' type '), false);
  await press(panel, 'Space');
  assert.equal(await columns(panel), shown.join(' '));
  await press(panel, 'Alt+ArrowDown');
  assert.equal((await columns(panel)).split(' ')[1], 'allocs');
  const focused = await panel.page.evaluate(() => document.activeElement?.closest('li')?.textContent ?? '');
  assert.match(focused, /^Type/, 'the focus goes along');
  const unchecked = dialog.getByRole('checkbox', { checked: false });
  while ((await unchecked.count()) > 0) await unchecked.first().check();
  await panel.settle();
  assert.equal((await columns(panel)).split(' ').length, COLUMN_IDS.length);
  await panel.page.locator('#head-nonPagedBytes').evaluate((node) => node.scrollIntoView({ inline: 'center' }));
  await panel.until(
    async () => (await panel.rows())[0]?.['nonPagedBytes'] === '6,000',
    'cells that come into sight are written',
  );
  await press(panel, 'Escape');
  assert.equal(await dialog.isVisible(), false);
  assert.ok(await panel.page.locator('.grid').evaluate((node) => node === document.activeElement));
  await press(panel, 'c');
  await dialog.getByRole('button', { name: 'Reset all' }).click();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await panel.settle();
  assert.equal(await columns(panel), shown.join(' '));
  assert.deepEqual(await kept(panel), { order: COLUMN_IDS, widths: {} });
});

panelTest('what was kept comes back; what is not understood in it is left out', async (panel) => {
  await panel.send({
    type: 'layout',
    layout: {
      order: ['tag', 'bytes', 'nope', 'owner', 'bytes', 7],
      chosen: ['owner', 'bytes', 'share', '__proto__', null],
      widths: { bytes: 30, owner: 1e9, nope: 5 },
    },
  });
  await show(panel);
  assert.equal(await columns(panel), 'tag bytes share owner');
  const ratio = (await widthOf(panel, 'bytes')) / (await widthOf(panel, 'tag'));
  assert.ok(Math.abs(ratio - 30 / 8) < 0.1, String(ratio));
  assert.equal((await panel.column('share')).join(' '), '85.7% 14.3% 100.0%');
  for (const layout of [null, 7, 'x', [], { order: {}, chosen: [], widths: [] }]) {
    await panel.send({ type: 'layout', layout });
  }
  assert.equal(await columns(panel), 'tag', 'nothing chosen is a choice, too');
});

panelTest(
  '300 pixels: the chooser fits, chosen columns stay and the grid alone scrolls sideways',
  async (panel) => {
    await show(panel);
    await panel.page.locator('.grid').focus();
    await press(panel, 'c');
    const box = await panel.page.locator('dialog[open]').boundingBox();
    assert.ok(box !== null && box.x >= 0 && box.x + box.width <= 300 && box.y >= 0 && box.y + box.height <= 240);
    assert.ok(await panel.page.getByRole('button', { name: 'Done' }).isVisible());
    await panel.page.getByRole('checkbox', { name: /^Diff Outstanding|^Diff Alloc/ }).check();
    await panel.page.getByRole('button', { name: 'Done' }).click();
    await panel.settle();
    assert.equal(await columns(panel), 'tag type diff bytes owner');
    assert.equal(await panel.page.evaluate(() => document.documentElement.scrollWidth), 300);
    await panel.page.locator('.grid').evaluate((node) => (node.scrollLeft = node.scrollWidth));
    await panel.settle();
    const left = await panel.page.locator('#head-tag').evaluate((node) => node.getBoundingClientRect().left);
    assert.equal(left, 0);
  },
  { width: 300, height: 240 },
);

panelTest(
  'descriptions are asked for once a tag, again when the file is another, and shown when there are any',
  async (panel) => {
    await show(panel);
    const asked = async (): Promise<readonly (readonly number[])[]> =>
      (await panel.messages()).flatMap((m) => (m.type === 'describe' ? [m.tags] : []));
    assert.deepEqual(await asked(), [[tagNumber('Aaaa'), tagNumber('Io  ')]]);
    await panel.send({
      type: 'sample',
      sample: sample(flatRows([{ tag: 'New1', paged: [1, 0, 8] }]), { reset: false }),
    });
    await panel.send({ type: 'sample', sample: sample([], { reset: false }) });
    assert.deepEqual((await asked()).slice(1), [[tagNumber('New1')]]);
    await panel.send({ type: 'descriptions', descriptions: [], reset: true });
    assert.equal((await asked()).at(-1)?.length, 3);
    assert.equal((await columns(panel)).includes('description'), false);
    const note = { tag: tagNumber('Io  '), text: 'general <b>IO</b>', detail: 'Io   - nt!io - general <b>IO</b>' };
    await panel.send({ type: 'descriptions', descriptions: [note], reset: false });
    assert.equal((await columns(panel)).includes('description'), true);
    assert.deepEqual(await panel.column('description'), ['', note.text, note.text, '']);
    const cell = panel.page.locator('.grid-body .row:not([hidden]) .cell.description', { hasText: 'general' }).first();
    await cell.hover();
    assert.equal(await cell.getAttribute('title'), note.detail);
    await panel.page.locator('.filter').fill('GENERAL');
    await panel.settle();
    assert.deepEqual(await panel.column('tag'), ['Io  ', 'Io  ']);
  },
  { width: 1600 },
);
