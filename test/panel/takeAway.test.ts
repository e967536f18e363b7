/**
 * Rows selected and taken away, in a real browser: with Shift and Control, to the clipboard, as CSV, JSON and PoolMon's
 * text, which our own parser reads back; and the list of keys.
 */
import assert from 'node:assert/strict';
import { gridAction, headerAction } from '../../media/panel/model/keys';
import { KEY_TEXTS } from '../../media/panel/view/keyStrings';
import { parseCapture } from '../../server/core/capture/parseCapture';
import type { ExportFormat } from '../../src/shared/panelMessages';
import { rowsToCounters } from '../../src/shared/sample';
import type { PanelPage } from './support/panelPage';
import { flatRows, MEMORY, sample, status, tagNumber, type NamedRow } from './support/samples';
import { panelTests } from './support/withPanel';

const panelTest = panelTests();
const ROWS: readonly NamedRow[] = [
  { tag: 'Aaaa', nonPaged: [100, 40, 6_000] },
  { tag: 'Bbbb', paged: [5_000, 4_999, 64] },
  { tag: 'Io  ', nonPaged: [10, 0, 1_000], paged: [3, 1, 512] },
  { tag: 'Zzzz', paged: [7, 7, 9] },
];
const LAYOUT = {
  type: 'layout',
  layout: { chosen: ['type', 'allocs', 'bytes', 'bytesDelta', 'owner', 'history'] },
} as const;

async function show(panel: PanelPage): Promise<void> {
  await panel.send(LAYOUT, { type: 'status', status: status() }, { type: 'sample', sample: sample(flatRows(ROWS)) });
}

const press = async (panel: PanelPage, ...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await panel.page.keyboard.press(key);
  await panel.settle();
};
async function selected(panel: PanelPage): Promise<string> {
  await panel.settle();
  return await panel.page.locator('.grid-body .row:not([hidden])[aria-selected=true]').evaluateAll((nodes) =>
    nodes
      .toSorted((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
      .map((n) => n.querySelector('.tag')?.textContent?.trim() ?? '')
      .join(' '),
  );
}
/** What the grid puts on the clipboard, asked through the event that Ctrl+C ends in. */
const copied = async (panel: PanelPage): Promise<string> =>
  await panel.page.evaluate(() => {
    const clipboardData = new DataTransfer();
    document.dispatchEvent(new ClipboardEvent('copy', { clipboardData, cancelable: true }));
    return clipboardData.getData('text/plain');
  });
async function exported(panel: PanelPage, format: ExportFormat): Promise<string> {
  await panel.send({ type: 'perform', task: { kind: 'export', format } });
  const last = (await panel.messages()).at(-1);
  assert.ok(last?.type === 'exported' && last.format === format);
  return last.text;
}

panelTest('Shift takes the rows between along, Control one more or less, a move one alone', async (panel) => {
  await show(panel);
  assert.equal(await panel.page.locator('.grid').getAttribute('aria-multiselectable'), 'true');
  const row = (tag: string): ReturnType<PanelPage['page']['locator']> =>
    panel.page.locator('.grid-body .row:not([hidden])', { hasText: tag }).first().locator('.bytes');
  await row('Aaaa').click();
  await row('Bbbb').click({ modifiers: ['Shift'] });
  assert.equal(await selected(panel), 'Aaaa Io Io Bbbb');
  await row('Io').click({ modifiers: ['ControlOrMeta'] });
  assert.equal(await selected(panel), 'Aaaa Io Bbbb');
  // They stay selected where the order takes them.
  await panel.page.locator('#head-tag').click();
  assert.equal(await selected(panel), 'Aaaa Bbbb Io');
  await panel.page.locator('.grid').focus();
  await press(panel, 'Control+Home', 'Shift+ArrowDown', 'Shift+ArrowDown');
  assert.equal(await selected(panel), 'Aaaa Bbbb Io');
  await press(panel, 'Shift+ArrowUp');
  assert.equal(await selected(panel), 'Aaaa Bbbb');
  await press(panel, 'ArrowRight');
  assert.equal(await selected(panel), 'Aaaa Bbbb', 'a step to the side selects nothing else');
  await press(panel, 'Control+a');
  assert.equal(await selected(panel), 'Aaaa Bbbb Io Io Zzzz');
  await press(panel, 'Control+Space');
  assert.equal(await selected(panel), 'Aaaa Io Io Zzzz');
  await press(panel, 'Escape');
  assert.equal(await selected(panel), 'Bbbb');
  await press(panel, 'Shift+Control+End');
  assert.equal(await selected(panel), 'Bbbb Io Io Zzzz');
});

panelTest(
  'selected rows are copied in the order and with the columns shown; texts stay in their cells',
  async (panel) => {
    await show(panel);
    const owners = [{ tag: tagNumber('Bbbb'), label: 'a\tb\n=c', detail: '' }];
    await panel.send({ type: 'owners', reset: true, owners });
    await panel.page.locator('.grid').focus();
    assert.equal(await copied(panel), 'Tag\tType\tAllocs\tBytes\tBytes Δ\tOwner\nAaaa\tNonp\t100\t6000\t0\t');
    await press(panel, 'Control+End', 'Shift+ArrowUp');
    const lines = [
      'Tag\tType\tAllocs\tBytes\tBytes Δ\tOwner',
      'Bbbb\tPaged\t5000\t64\t0\ta b =c',
      'Zzzz\tPaged\t7\t9\t0\t',
    ];
    assert.equal(await copied(panel), lines.join('\n'));
    assert.equal(await panel.page.locator('[aria-live]').textContent(), '2 rows copied');
    await panel.send({ type: 'perform', task: { kind: 'copyRows' } });
    assert.deepEqual((await panel.messages()).at(-1), { type: 'copy', text: lines.join('\n') });
    await panel.page.locator('.filter').focus();
    assert.equal(await copied(panel), '', 'elsewhere the clipboard is not ours');
  },
);

panelTest('CSV and JSON of the rows shown: numbers as numbers, nothing that runs as a formula', async (panel) => {
  await show(panel);
  const owners = [{ tag: tagNumber('Bbbb'), label: '=cmd|"x",y', detail: '' }];
  await panel.send({ type: 'owners', reset: true, owners });
  await panel.page.locator('.filter').fill('/xA*');
  await panel.settle();
  await panel.send({
    type: 'sample',
    sample: sample(flatRows([{ tag: 'Io  ', paged: [3, 1, 12] }]), { reset: false }),
  });
  assert.deepEqual((await exported(panel, 'csv')).split('\r\n'), [
    'Tag,Type,Allocs,Bytes,Bytes Δ,Owner',
    'Bbbb,Paged,5000,64,0,"\'=cmd|""x"",y"',
    '"Io  ",Paged,3,12,-500,',
    'Zzzz,Paged,7,9,0,',
    '',
  ]);
  const parsed = JSON.parse(await exported(panel, 'json')) as Record<string, unknown>;
  const { rows, ...about } = parsed;
  assert.deepEqual(about, {
    time: '2026-02-14T09:30:00.000Z',
    scope: 'system',
    memory: MEMORY,
    source: 'Live: this machine',
  });
  assert.deepEqual((rows as readonly unknown[])[0], {
    value: '0x62626242',
    pool: 'paged',
    tag: 'Bbbb',
    type: 'Paged',
    allocs: 5000,
    bytes: 64,
    bytesDelta: 0,
    owner: '=cmd|"x",y',
  });
});

panelTest('PoolMon’s text of the view is read back as what it was, rows joined or apart', async (panel) => {
  await show(panel);
  const apart = await exported(panel, 'poolmon');
  await panel.page.locator('.grid').focus();
  await press(panel, 'j');
  const joined = await exported(panel, 'poolmon');
  for (const text of [apart, joined]) {
    const { value, issues } = parseCapture(text, { time: 0 });
    assert.deepEqual(issues, []);
    const read = rowsToCounters(value[0]?.rows ?? []).toSorted((a, b) => a.tag - b.tag);
    const shown = rowsToCounters(flatRows(ROWS)).toSorted((a, b) => a.tag - b.tag);
    assert.deepEqual(read, shown);
    assert.equal(value[0]?.memory.nonPagedPoolBytes, MEMORY.nonPagedPoolBytes);
  }
});

panelTest('H shows the keys, every one of which does something; Escape leads back', async (panel) => {
  await show(panel);
  await panel.page.locator('.grid').focus();
  await press(panel, 'h');
  const dialog = panel.page.getByRole('dialog', { name: 'Keys of the grid' });
  assert.equal(await dialog.locator('.key').count(), KEY_TEXTS.length);
  await press(panel, 'Escape');
  assert.equal(await dialog.isVisible(), false);
  assert.ok(await panel.page.locator('.grid').evaluate((node) => node === document.activeElement));
  await press(panel, 'Shift+?');
  assert.ok(await dialog.isVisible());
  const names: Readonly<Record<string, string>> = {
    '↑': 'ArrowUp',
    '↓': 'ArrowDown',
    '←': 'ArrowLeft',
    '→': 'ArrowRight',
    Space: ' ',
    Esc: 'Escape',
    '0–9': '5',
  };
  for (const text of KEY_TEXTS.flatMap(({ keys }) => keys)) {
    const [, modifier = '', last = ''] = /^(?:(Ctrl|Shift)\+)?(.+)$/.exec(text) ?? [];
    const key = {
      key: names[last] ?? last,
      ctrlKey: modifier === 'Ctrl',
      shiftKey: modifier === 'Shift',
      altKey: false,
      metaKey: false,
    };
    // Copying is the browser's own event.
    if (text !== 'Ctrl+C') assert.ok(gridAction(key) ?? headerAction(key), text);
  }
});
