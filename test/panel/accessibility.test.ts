/**
 * The panel for those who cannot see it, use no pointer, or need other colours or no motion: every state judged by axe in
 * all themes, the grid's roles, and a walk through everything by keyboard alone.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { COLUMN_IDS } from '../../media/panel/model/columns';
import type { Baseline } from '../../src/shared/baseline';
import { axeProblems } from './support/axe';
import type { PanelPage } from './support/panelPage';
import { flatRows, growth, nothingToShow, RECORDING, sample, status, type NamedRow } from './support/samples';
import { THEMES } from './support/themes';
import { panelTests } from './support/withPanel';

const panelTest = panelTests();
const PICTURES = join(__dirname, '../../.cache/screenshots');
mkdirSync(PICTURES, { recursive: true });

const ROWS: readonly NamedRow[] = [
  { tag: 'Leak', nonPaged: [900, 100, 64_000] },
  { tag: 'Io  ', nonPaged: [10, 0, 1_000], paged: [3, 1, 512] },
  { tag: 'Ntf0', paged: [5_000, 4_000, 6_400] },
];
const NEXT: readonly NamedRow[] = [{ tag: 'Leak', nonPaged: [950, 100, 68_000] }];
const BEFORE: Baseline = {
  id: 'b',
  name: 'before the test',
  time: Date.UTC(2026, 1, 14, 9, 0, 0),
  source: 'Live: this machine',
  rows: flatRows([
    { tag: 'Leak', nonPaged: [9, 0, 600] },
    { tag: 'Gone', paged: [4, 0, 400] },
  ]),
};
const FAILED = { state: 'failed', message: 'STATUS_ACCESS_DENIED' } as const;

async function show(panel: PanelPage): Promise<void> {
  await panel.send(
    { type: 'status', status: status() },
    { type: 'sample', sample: sample(flatRows(ROWS)) },
    { type: 'growth', growth: growth([{ tag: 'Leak', verdict: 'growing', bytesPerMinute: 4_000, p: 0.001 }]) },
    { type: 'sample', sample: sample(flatRows(NEXT), { reset: false, sequence: 2 }) },
  );
}

const press = async (panel: PanelPage, ...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await panel.page.keyboard.press(key);
  await panel.settle();
};

/** What the panel shows, one state after another; each begins where the one before left it. */
const STATES: readonly (readonly [string, (panel: PanelPage) => Promise<void>])[] = [
  ['before any message', (panel) => panel.settle()],
  ['rows', show],
  ['all columns', (panel) => panel.send({ type: 'layout', layout: { chosen: COLUMN_IDS } })],
  [
    'rows selected, totals',
    async (panel) => {
      await panel.page.locator('.grid').focus();
      await press(panel, 'Control+Home', 'Shift+ArrowDown', 'e');
    },
  ],
  ['joined rows', (panel) => press(panel, 'j')],
  ['a baseline with a tag that is gone', (panel) => panel.send({ type: 'baseline', baseline: BEFORE })],
  ['the active cell in the header', (panel) => press(panel, 'Control+Home', 'ArrowUp', 'ArrowRight')],
  ['column chooser', (panel) => press(panel, 'c')],
  ['keys', (panel) => press(panel, 'Escape', 'h')],
  [
    'a filter that lets nothing through',
    async (panel) => {
      await press(panel, 'Escape');
      await panel.page.locator('input.filter').fill('nobody');
      await panel.settle();
    },
  ],
  [
    'rows of a source that failed',
    async (panel) => {
      await panel.page.locator('input.filter').fill('');
      const actions = [{ label: 'Try Again', action: 'refresh' }] as const;
      await panel.send({ type: 'status', status: status({ state: FAILED, actions }) });
    },
  ],
  [
    'a recording with faults, at its end',
    (panel) =>
      panel.send({
        type: 'status',
        status: status({ source: { ...RECORDING, issues: ['frame 88 is cut short'] }, state: { state: 'ended' } }),
      }),
  ],
  ['nothing open', (panel) => panel.send({ type: 'clear' }, nothingToShow())],
];

for (const theme of THEMES) {
  panelTest(
    `${theme.name}: axe finds nothing in any state`,
    async (panel) => {
      const found: string[] = [];
      for (const [name, enter] of STATES) {
        await enter(panel);
        found.push(...(await axeProblems(panel)).map((problem) => `${name}: ${problem}`));
      }
      assert.deepEqual(found, []);
    },
    { theme, width: 900, height: 420 },
  );
}

panelTest('the grid says how large it is, where each row and cell stands, and what it is sorted by', async (panel) => {
  await show(panel);
  await panel.send({ type: 'layout', layout: { chosen: COLUMN_IDS } });
  await panel.page.locator('.grid').focus();
  await press(panel, 'e');
  const grid = await panel.page.locator('.grid').evaluate((node) => {
    const rows = [...node.querySelectorAll('[role=row]')].filter((row) => !row.hasAttribute('hidden'));
    return {
      role: node.getAttribute('role'),
      rowCount: Number(node.getAttribute('aria-rowcount')),
      columnCount: Number(node.getAttribute('aria-colcount')),
      indices: rows.map((row) => Number(row.getAttribute('aria-rowindex'))).sort((a, b) => a - b),
      cells: rows.map((row) =>
        [...row.children].map((cell) => [cell.getAttribute('role'), Number(cell.getAttribute('aria-colindex'))]),
      ),
      sorted: [...node.querySelectorAll('[role=columnheader]')]
        .map((head) => head.getAttribute('aria-sort'))
        .filter((sort) => sort === 'ascending' || sort === 'descending'),
    };
  });
  assert.equal(grid.role, 'grid');
  // A header, four rows, two of totals.
  assert.equal(grid.rowCount, 7);
  assert.deepEqual(grid.indices, [1, 2, 3, 4, 5, 6, 7]);
  assert.equal(grid.columnCount, COLUMN_IDS.length);
  for (const cells of grid.cells) {
    assert.deepEqual(
      cells.map(([, index]) => index),
      COLUMN_IDS.map((_, at) => at + 1),
    );
    assert.ok(cells.every(([role]) => role === 'columnheader' || role === 'gridcell'));
  }
  assert.deepEqual(grid.sorted, ['descending']);
});

/** The element with the focus: what it is called, and whether one sees that it has it. */
async function focused(panel: PanelPage): Promise<{ readonly name: string; readonly seen: boolean }> {
  return await panel.page.evaluate(() => {
    const node = document.activeElement;
    if (node === null || node === document.body) return { name: '', seen: true };
    const marked = (element: Element): boolean => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
    };
    const active = document.getElementById(node.getAttribute('aria-activedescendant') ?? '');
    const name = node.getAttribute('aria-label') ?? node.textContent ?? '';
    return { name, seen: marked(node) || (active !== null && marked(active)) };
  });
}

for (const theme of THEMES) {
  panelTest(
    `${theme.name}: whatever Tab reaches shows that it has the focus`,
    async (panel) => {
      await show(panel);
      const unseen: string[] = [];
      const names: string[] = [];
      for (let stop = 0; stop < 40; stop += 1) {
        await panel.page.keyboard.press('Tab');
        const { name, seen } = await focused(panel);
        if (name === '' || names.includes(name)) break;
        names.push(name);
        if (!seen) unseen.push(name);
      }
      assert.ok(names.includes('Pool tags') && names.length > 10, names.join('; '));
      assert.deepEqual(unseen, []);
    },
    { theme },
  );
}

panelTest(
  'by keyboard alone: every dialog, list and pane is reached, used and left, and the grid has the focus again',
  async (panel) => {
    await show(panel);
    const inGrid = async (after: string): Promise<void> =>
      assert.ok(await panel.page.locator('.grid').evaluate((node) => node === document.activeElement), after);
    while ((await focused(panel)).name !== 'Pool tags') await panel.page.keyboard.press('Tab');
    // Sorting in the header, a column wider, hidden and back through the chooser.
    await press(panel, 'ArrowUp', 'ArrowRight', 'ArrowRight', 'Enter');
    assert.equal(await panel.page.locator('#head-allocs').getAttribute('aria-sort'), 'descending');
    await press(panel, 'c');
    await panel.page.keyboard.press('Space');
    assert.equal(await panel.page.locator('#head-type').count(), 0);
    await panel.page.keyboard.press('Space');
    assert.equal(await panel.page.locator('#head-type').count(), 1);
    await press(panel, 'Escape');
    await inGrid('column chooser');
    await press(panel, 'h');
    assert.ok(await panel.page.getByRole('dialog', { name: /Keys/ }).isVisible());
    await press(panel, 'Escape');
    await inGrid('keys');
    // The filter and back.
    await press(panel, '/');
    await panel.page.keyboard.type('Leak');
    // Once empties it, once more leaves it.
    await press(panel, 'Escape', 'Escape');
    await inGrid('filter');
    // A row into the charts; the charts are left by the button that closes them.
    await press(panel, 'Control+Home', 'v');
    await panel.until(async () => (await panel.page.locator('.chip').count()) === 1, 'the chart’s tag');
    const close = panel.page.getByRole('button', { name: /Close/ });
    for (let stop = 0; stop < 20; stop += 1) {
      if (await close.evaluate((node) => node === document.activeElement)) break;
      await panel.page.keyboard.press('Tab');
    }
    await press(panel, 'Enter');
    assert.equal(await panel.page.locator('.chip').isVisible(), false);
    await inGrid('charts');
    await press(panel, 'Enter');
    assert.equal((await panel.messages()).at(-1)?.type, 'openTag');
  },
);

panelTest(
  'a change fades, but not for who wants no motion, be it the system or VS Code that says so',
  async (panel) => {
    await show(panel);
    const duration = (): Promise<string> =>
      panel.page
        .locator('.cell.count[data-heat]')
        .first()
        .evaluate((node) => getComputedStyle(node).transitionDuration);
    assert.equal(await duration(), '0.15s');
    await panel.page.emulateMedia({ reducedMotion: 'reduce' });
    assert.equal(await duration(), '0s');
    await panel.page.emulateMedia({ reducedMotion: 'no-preference' });
    await panel.page.evaluate(() => document.body.classList.add('vscode-reduce-motion'));
    assert.equal(await duration(), '0s');
  },
);

panelTest('colours the system forces: selection, active cell and changes are still to be told apart', async (panel) => {
  await panel.page.emulateMedia({ forcedColors: 'active' });
  await show(panel);
  await panel.page.locator('.grid').focus();
  await press(panel, 'Control+Home', 'ArrowRight', 'Shift+ArrowDown', 'o');
  await panel.page.screenshot({ path: join(PICTURES, 'forced-colors.png') });
  const looks = await panel.page.evaluate(() => {
    const style = (selector: string): CSSStyleDeclaration => {
      const node = document.querySelector(selector);
      if (node === null) throw new Error(`no ${selector}`);
      return getComputedStyle(node);
    };
    return {
      selected: style('.grid-body .row.selected').forcedColorAdjust,
      other: style('.grid-body .row:not([hidden], .selected)').forcedColorAdjust,
      outline: style('.active-cell').outlineStyle,
    };
  });
  // Without it the system takes the background away, and with it the selection.
  assert.deepEqual([looks.selected, looks.other], ['none', 'auto']);
  assert.notEqual(looks.outline, 'none');
});
