/**
 * The grid in a real browser: what it shows of a reading, how it is sorted, filtered and walked through by keyboard.
 */
import assert from 'node:assert/strict';
import type { PanelPage } from './support/panelPage';
import { flatRows, manyRows, nextRows, sample, seeded, status, tagNumber, type NamedRow } from './support/samples';
import { panelTests } from './support/withPanel';

const panelTest = panelTests();

const ROWS: readonly NamedRow[] = [
  { tag: 'Aaaa', nonPaged: [100, 40, 6_000] },
  { tag: 'Bbbb', paged: [5_000, 4_999, 64] },
  { tag: 'Io  ', nonPaged: [10, 0, 1_000], paged: [3, 1, 512] },
  { tag: 'Zzzz', paged: [7, 7, 0] },
];

async function show(panel: PanelPage, rows: readonly NamedRow[] = ROWS): Promise<void> {
  await panel.send({ type: 'status', status: status() }, { type: 'sample', sample: sample(flatRows(rows)) });
}

async function press(panel: PanelPage, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await panel.page.keyboard.press(key);
  await panel.settle();
}

const tags = async (panel: PanelPage): Promise<string> => (await panel.column('tag')).map((t) => t.trim()).join(' ');
const announced = (panel: PanelPage): Promise<string | null> => panel.page.locator('[aria-live]').textContent();

panelTest('one row per tag and pool, biggest first', async (panel) => {
  await show(panel);
  const rows = await panel.rows();
  assert.deepEqual(
    rows.map(
      (r) =>
        `${r['tag'] ?? ''}|${r['type'] ?? ''}|${r['allocs'] ?? ''}|${r['diff'] ?? ''}|${r['bytes'] ?? ''}|${r['perAlloc'] ?? ''}`,
    ),
    [
      'Aaaa|Nonp|100|60|6,000|100',
      'Io  |Nonp|10|10|1,000|100',
      'Io  |Paged|3|2|512|256',
      'Bbbb|Paged|5,000|1|64|64',
      'Zzzz|Paged|7|0|0|0',
    ],
  );
  const grid = panel.page.locator('[role=grid]');
  assert.equal(await grid.getAttribute('aria-rowcount'), '6');
  assert.equal(await panel.page.locator('.grid-body .row').nth(1).getAttribute('role'), 'row');
});

panelTest('a click on a header sorts, a second one turns it round, and the header says so', async (panel) => {
  await show(panel);
  const header = panel.page.locator('#head-tag');
  await header.click();
  await panel.settle();
  assert.equal(await tags(panel), 'Aaaa Bbbb Io Io Zzzz');
  assert.equal(await header.getAttribute('aria-sort'), 'ascending');
  await header.click();
  await panel.settle();
  assert.equal(await tags(panel), 'Zzzz Io Io Bbbb Aaaa');
  assert.equal(await header.getAttribute('aria-sort'), 'descending');
  assert.equal(await panel.page.locator('#head-bytes').getAttribute('aria-sort'), 'none');
  assert.equal(await announced(panel), 'Sorted by Tag, descending');
});

panelTest("PoolMon's letters sort, choose the pool and show totals", async (panel) => {
  await show(panel);
  await panel.page.locator('.grid').focus();
  const order: Record<string, string> = {};
  for (const key of ['t', 'a', 'f', 's', 'm', 'b', 'd']) {
    await press(panel, key);
    order[key] = await tags(panel);
  }
  assert.deepEqual(order, {
    t: 'Aaaa Bbbb Io Io Zzzz',
    a: 'Bbbb Aaaa Io Zzzz Io',
    f: 'Bbbb Aaaa Zzzz Io Io',
    s: 'Aaaa Io Io Bbbb Zzzz',
    m: 'Io Aaaa Io Bbbb Zzzz',
    b: 'Aaaa Io Io Bbbb Zzzz',
    d: 'Aaaa Io Io Bbbb Zzzz',
  });
  await press(panel, 'p');
  assert.equal(await tags(panel), 'Aaaa Io');
  await press(panel, 'p');
  assert.equal(await tags(panel), 'Io Bbbb Zzzz');
  await press(panel, 'p', 'e');
  const totals = await panel.page.locator('.grid-foot .row').allTextContents();
  assert.deepEqual(totals, ['TotalNonp11040707,0001002 rows', 'TotalPaged5,0105,00735761923 rows']);
  assert.equal(await panel.page.locator('[role=grid]').getAttribute('aria-rowcount'), '8');
});

panelTest(
  'changes stand in parentheses with their sign, fade, and survive a wrap and a fall',
  async (panel) => {
    await show(panel, [
      { tag: 'Grow', nonPaged: [10, 2, 800] },
      { tag: 'Wrap', nonPaged: [4_294_967_290, 100, 4_096] },
      { tag: 'Fall', paged: [500, 100, 4_000] },
      { tag: 'Same', paged: [5, 1, 40] },
    ]);
    await panel.page.locator('#head-tag').click();
    const next: readonly NamedRow[] = [
      { tag: 'Grow', nonPaged: [15, 3, 1_200] },
      { tag: 'Wrap', nonPaged: [4, 100, 4_096] },
      { tag: 'Fall', paged: [450, 100, 3_500] },
      { tag: 'News', paged: [2, 0, 64] },
    ];
    await panel.send({ type: 'sample', sample: sample(flatRows(next), { reset: false }) });
    const changes = (await panel.rows()).map((r) =>
      [r['tag'], r['allocsDelta'], r['freesDelta'], r['bytesDelta']].join(' '),
    );
    assert.deepEqual(changes, [
      'Fall (−50)  (−500)',
      'Grow (+5) (+1) (+400)',
      'News (+2)  (+64)',
      'Same   ',
      'Wrap (+10)  ',
    ]);
    const heat = async (): Promise<readonly (string | null)[]> =>
      await panel.page
        .locator('.row:not([hidden]) .cell.bytes[role=gridcell]')
        .evaluateAll((nodes) =>
          nodes
            .toSorted(
              (a, b) =>
                Number(a.parentElement?.getAttribute('aria-rowindex')) -
                Number(b.parentElement?.getAttribute('aria-rowindex')),
            )
            .map((n) => n.getAttribute('data-heat')),
        );
    assert.deepEqual(await heat(), ['3', '3', '3', null, null]);
    const idle = { type: 'sample', sample: sample([], { reset: false }) } as const;
    await panel.send(idle);
    assert.deepEqual(await heat(), ['2', '2', '2', null, null]);
    assert.equal((await panel.column('bytesDelta')).join(''), '', 'no change since the last sample');
    await panel.send(idle, idle);
    assert.deepEqual(await heat(), [null, null, null, null, null]);
  },
  { width: 1400 },
);

panelTest('a tag that goes leaves the grid; a full reading replaces everything', async (panel) => {
  await show(panel);
  await panel.send({ type: 'sample', sample: sample([], { reset: false, removed: [tagNumber('Io  ')] }) });
  assert.equal(await tags(panel), 'Aaaa Bbbb Zzzz');
  await panel.send({ type: 'sample', sample: sample(flatRows([{ tag: 'Only', paged: [1, 0, 8] }])) });
  assert.equal(await tags(panel), 'Only');
  await panel.send({ type: 'clear' });
  assert.equal(await panel.page.locator('.grid').isVisible(), false);
});

panelTest('the filter looks at tags and owners, and typing in it triggers no key', async (panel) => {
  await show(panel);
  const owners = [{ tag: tagNumber('Zzzz'), label: 'disk.sys +1', detail: 'disk.sys: call at disk.c:12' }];
  await panel.send({ type: 'owners', reset: true, owners });
  const filter = panel.page.locator('.filter');
  await filter.focus();
  await panel.page.keyboard.type('bpa');
  await panel.settle();
  assert.equal(await filter.inputValue(), 'bpa');
  assert.equal(await panel.page.locator('.notice:visible').textContent(), 'No tag matches.Show all tags');
  assert.deepEqual(
    (await panel.messages()).filter((m) => m.type === 'command'),
    [],
  );
  await press(panel, 'Escape');
  assert.equal(await tags(panel), 'Aaaa Io Io Bbbb Zzzz');
  for (const [text, expected] of [
    ['DISK', 'Zzzz'],
    ['I?', 'Io Io'],
    ['*z', 'Zzzz'],
    ['0x61616141', 'Aaaa'],
    ['bb', 'Bbbb'],
  ] as const) {
    await filter.fill(text);
    await panel.settle();
    assert.equal(await tags(panel), expected, text);
  }
  assert.equal(await announced(panel), '1 row');
  assert.equal(await panel.page.locator('.row-count').textContent(), '1 of 5 rows');
});

panelTest('hostile tags and owners are text, nothing else', async (panel) => {
  const hostile: readonly NamedRow[] = [
    { tag: '<img', nonPaged: [1, 0, 40] },
    { tag: '"><b', nonPaged: [1, 0, 30] },
    { tag: '\\x00\\x1b\\xe2\\x80', nonPaged: [1, 0, 20] },
    { tag: '&lt;', nonPaged: [1, 0, 10] },
  ];
  await show(panel, hostile);
  const label = '<img src=x onerror="window.broken=1">';
  await panel.send({
    type: 'owners',
    reset: true,
    owners: [{ tag: tagNumber('<img'), label, detail: '<script>1</script>' }],
  });
  assert.deepEqual(await panel.column('tag'), ['<img', '"><b', '\\x00\\x1b\\xe2\\x80', '&lt;']);
  assert.equal((await panel.column('owner'))[0], label);
  await panel.send({
    type: 'status',
    status: status({
      source: { kind: 'recording', label: '<i>a</i>.poolrec', live: false, issues: ['<b>'] },
      message: '<u>broken</u>',
      actions: [{ label: '<s>x</s>', action: 'refresh' }],
    }),
  });
  assert.equal(await panel.page.locator('img, b, i, u, s').count(), 0);
  assert.equal(await panel.page.locator('script').count(), 1, 'only the page’s own');
  assert.equal(
    await panel.page.locator('.source-label').textContent(),
    'Recording: <i>a</i>.poolrec – not this machine',
  );
});

panelTest('5,000 rows: few elements, and the keyboard reaches every one', async (panel) => {
  await panel.send(
    { type: 'status', status: status() },
    { type: 'sample', sample: sample(manyRows(5_000, seeded(1))) },
  );
  assert.equal(await panel.page.locator('[role=grid]').getAttribute('aria-rowcount'), '5001');
  assert.ok((await panel.page.locator('.grid-body .row').count()) < 40);
  await panel.page.locator('.grid').focus();
  await press(panel, 'Control+End');
  const active = panel.page.locator('.grid-body .row.active');
  assert.equal(await active.getAttribute('aria-rowindex'), '5001');
  const inSight = await active.evaluate((row) => {
    const foot = row.closest('.grid')?.getBoundingClientRect().bottom ?? 0;
    return row.getBoundingClientRect().bottom <= foot + 1;
  });
  assert.ok(inSight);
  await press(panel, 'PageUp');
  const paged = Number(await panel.page.locator('.row.active').getAttribute('aria-rowindex'));
  assert.ok(paged < 5001 && paged > 4970, `a page up from the end: ${String(paged)}`);
  await press(panel, 'Control+Home', 'ArrowDown', 'ArrowDown', 'PageDown', 'PageUp');
  assert.equal(await panel.page.locator('.row.active').getAttribute('aria-rowindex'), '4');
});

panelTest('keyboard only: from the top of the page to a tag’s owners, with one stop for the grid', async (panel) => {
  await show(panel);
  const stops: string[] = [];
  for (let n = 0; n < 20; n += 1) {
    await panel.page.keyboard.press('Tab');
    const name = await panel.page.evaluate(() => {
      const node = document.activeElement;
      return node?.getAttribute('aria-label') ?? node?.tagName ?? '';
    });
    stops.push(name);
    if (name === 'Pool tags') break;
  }
  assert.deepEqual(stops, [
    'Pools of: System. Choose a session',
    'Pause sampling (Q or Space)',
    'Take a sample now',
    'Record to a file…',
    'Hold the order of the rows (O)',
    'Choose columns (C)',
    'Export the rows shown…',
    'Keys (H or ?)',
    'Set baseline: keep this reading to compare with',
    'Choose baseline',
    'Pool (P); one row a tag (J)',
    'Time between samples',
    'Time that growth looks back',
    'Filter by tag, owner, company or description; * and ?, /iTag and /xTag as in PoolMon',
    'Pool tags',
  ]);
  const activeCell = async (): Promise<string | null> => {
    const id = await panel.page.locator('.grid').getAttribute('aria-activedescendant');
    return await panel.page.locator(`#${id ?? 'none'}`).textContent();
  };
  assert.equal(await activeCell(), 'Aaaa');
  await press(panel, 'ArrowDown');
  assert.equal(await activeCell(), 'Io  ');
  await press(panel, 'End');
  assert.equal(await panel.page.locator('.active-cell').getAttribute('data-column'), 'owner');
  await press(panel, 'Home', 'Enter');
  assert.deepEqual((await panel.messages()).at(-1), { type: 'openTag', tag: tagNumber('Io  ') });
  // Up past the first row stands the header; Enter sorts there.
  await press(panel, 'ArrowUp', 'ArrowUp', 'Enter');
  assert.equal(await panel.page.locator('#head-tag').getAttribute('aria-sort'), 'ascending');
  await press(panel, 'q');
  assert.deepEqual((await panel.messages()).at(-1), { type: 'command', command: 'pause' });
  await panel.send({ type: 'status', status: status({ state: { state: 'paused' } }) });
  await press(panel, 'Space');
  assert.deepEqual((await panel.messages()).at(-1), { type: 'command', command: 'resume' });
});

panelTest('a click on a tag opens it; a click beside it only chooses the row', async (panel) => {
  await show(panel);
  await panel.page.locator('.row:not([hidden]) .cell.bytes[role=gridcell]').first().click();
  assert.equal(
    (await panel.messages()).some((m) => m.type === 'openTag'),
    false,
  );
  assert.equal(await panel.page.locator('.row.active .cell.tag').textContent(), 'Aaaa');
  await panel.page.locator('.row:not([hidden]) .cell.tag .opens', { hasText: 'Bbbb' }).click();
  assert.deepEqual((await panel.messages()).at(-1), { type: 'openTag', tag: tagNumber('Bbbb') });
});

panelTest('the chosen row follows its tag when the order changes, also out of sight', async (panel) => {
  const random = seeded(7);
  const rows = [...flatRows([{ tag: 'Mine', nonPaged: [9, 0, 2 ** 40] }]), ...manyRows(3_000, random)];
  await panel.send({ type: 'status', status: status() }, { type: 'sample', sample: sample(rows) });
  await panel.page.locator('.grid').focus();
  await press(panel, 'Control+Home');
  const named = async (): Promise<string | null> => {
    const id = await panel.page.locator('.grid').getAttribute('aria-activedescendant');
    return await panel.page.locator(`#${id ?? 'none'}`).textContent();
  };
  assert.equal(await named(), 'Mine');
  const small = sample(flatRows([{ tag: 'Mine', nonPaged: [9, 8, 1] }]), { reset: false });
  await panel.send({ type: 'sample', sample: small });
  assert.equal(await named(), 'Mine');
  assert.ok(Number(await panel.page.locator('.row.active').getAttribute('aria-rowindex')) > 2_900);
  await press(panel, 'Enter');
  assert.deepEqual((await panel.messages()).at(-1), { type: 'openTag', tag: tagNumber('Mine') });
});

panelTest('ticks speak no word, and without messages nothing runs', async (panel) => {
  const random = seeded(5);
  const rows = manyRows(500, random);
  await panel.send({ type: 'status', status: status() }, { type: 'sample', sample: sample(rows) });
  for (let n = 0; n < 5; n += 1) {
    await panel.send({ type: 'sample', sample: sample(nextRows(rows, random), { reset: false }) });
  }
  assert.equal(await announced(panel), '');
  const work = await panel.page.evaluate(async () => {
    let calls = 0;
    const wait = window.setTimeout.bind(window);
    for (const name of ['setTimeout', 'setInterval', 'requestAnimationFrame', 'requestIdleCallback']) {
      Object.defineProperty(window, name, { value: () => (calls += 1) });
    }
    await new Promise((done) => wait(done, 300));
    return calls;
  });
  assert.equal(work, 0);
});
