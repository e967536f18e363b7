/**
 * What stands around the grid: the source, its state, the controls, what is remembered, and what a screen reader gets.
 */
import assert from 'node:assert/strict';
import type { PanelPage } from './support/panelPage';
import { flatRows, manyRows, MEMORY, nothingToShow, RECORDING, sample, seeded, status } from './support/samples';
import { panelTests } from './support/withPanel';

const panelTest = panelTests();
const ROWS = flatRows([
  { tag: 'Aaaa', nonPaged: [100, 40, 6_000] },
  { tag: 'Bbbb', paged: [5_000, 4_999, 64] },
]);

const commands = async (panel: PanelPage): Promise<readonly string[]> =>
  (await panel.messages()).flatMap((message) => (message.type === 'command' ? [message.command] : []));

panelTest('a recording is named as one, with its time and place, and can be moved in', async (panel) => {
  await panel.send(
    { type: 'status', status: status({ source: RECORDING }) },
    { type: 'sample', sample: sample(ROWS, { index: 41 }) },
  );
  const bar = panel.page.locator('.source');
  assert.equal(
    await bar.innerText().then((text) => text.replace(/\s+/g, ' ').trim()),
    'Recording: leak.poolrec – not this machine Feb 14, 2026, 9:30:00 AM sample 42 of 120',
  );
  const slider = panel.page.locator('.seek');
  assert.equal(await slider.inputValue(), '41');
  assert.equal(await slider.getAttribute('aria-valuetext'), 'sample 42 of 120');
  await slider.focus();
  await panel.page.keyboard.press('ArrowRight');
  assert.deepEqual((await panel.messages()).at(-1), { type: 'seek', index: 42 });
  await panel.send({ type: 'status', status: status({ source: RECORDING, state: { state: 'ended' } }) });
  await panel.page.getByRole('button', { name: /Play again/ }).click();
  assert.deepEqual(await commands(panel), ['resume']);
});

panelTest('a capture of one screen is a picture: nothing to play, nothing at an end', async (panel) => {
  const source = { kind: 'capture', label: 'server.txt', live: false, sampleCount: 1 } as const;
  await panel.send(
    { type: 'status', status: status({ source, state: { state: 'ended' } }) },
    { type: 'sample', sample: sample(ROWS, { index: 0 }) },
  );
  assert.equal(
    await panel.page
      .locator('.source')
      .innerText()
      .then((text) => text.replace(/\s+/g, ' ').trim()),
    'Capture: server.txt – not this machine Feb 14, 2026, 9:30:00 AM',
  );
  for (const name of [/^(Pause|Resume|Play)/, /^Take a sample/, /^Record/, /^Hold the order/]) {
    assert.equal(await panel.page.getByRole('button', { name }).count(), 0, String(name));
  }
  assert.equal(await panel.page.getByRole('slider').count(), 0);
  await panel.page.locator('.grid').focus();
  await panel.page.keyboard.press('q');
  assert.deepEqual(await commands(panel), []);
});

panelTest('a jump inside a recording is no change', async (panel) => {
  const moved = flatRows([{ tag: 'Aaaa', nonPaged: [900, 40, 60_000] }]);
  await panel.send(
    { type: 'status', status: status({ source: RECORDING }) },
    { type: 'sample', sample: sample(ROWS, { index: 3 }) },
    { type: 'sample', sample: sample(moved, { index: 90 }) },
  );
  assert.deepEqual(await panel.column('bytesDelta'), ['']);
});

panelTest('memory totals are short to read and exact when pointed at', async (panel) => {
  await panel.send({ type: 'status', status: status() }, { type: 'sample', sample: sample(ROWS) });
  const items = panel.page.locator('.memory .item');
  const text = (await items.allTextContents()).join(' | ');
  assert.match(text, /^Nonpaged700 MiB \| Paged585 MiB \|/);
  assert.match(text, /Available7\.25 GiB/);
  assert.equal(
    await items.first().getAttribute('title'),
    'Nonpaged pool (PoolMon: Pool N): 734,003,200 bytes (716,800K)',
  );
  const { nonPagedPoolBytes, pagedPoolBytes } = MEMORY;
  await panel.send({
    type: 'sample',
    sample: sample([], { reset: false, memory: { nonPagedPoolBytes, pagedPoolBytes } }),
  });
  assert.equal(
    await panel.page.locator('.memory .item:visible').count(),
    2,
    'what a source does not know is not shown',
  );
});

panelTest('nothing to show: the reason, and a button for each way out', async (panel) => {
  assert.equal(await panel.page.locator('.notice:visible').textContent(), 'Starting…');
  await panel.send(nothingToShow('This machine is not Windows.'));
  assert.equal(await panel.page.locator('.notice:visible .notice-text').textContent(), 'This machine is not Windows.');
  assert.equal(await panel.page.locator('.toolbar').isVisible(), false);
  await panel.page.getByRole('button', { name: 'Open PoolMon Text...' }).click();
  assert.deepEqual(await commands(panel), ['openCapture']);
});

panelTest('sampling that fails says so above rows that stay', async (panel) => {
  await panel.send(
    { type: 'status', status: status() },
    { type: 'sample', sample: sample(ROWS) },
    { type: 'status', status: status({ state: { state: 'failed', message: 'The kernel refused: 0xc0000022.' } }) },
  );
  assert.equal(await panel.page.locator('.notice:visible').textContent(), 'The kernel refused: 0xc0000022.');
  assert.equal((await panel.rows()).length, 2);
  await panel.send({ type: 'status', status: status() });
  assert.equal(await panel.page.locator('.notice:visible').count(), 0);
});

panelTest('controls say what is wanted', async (panel) => {
  await panel.send({ type: 'status', status: status({ intervalMs: 1500 }) }, { type: 'sample', sample: sample(ROWS) });
  const interval = panel.page.getByLabel('Time between samples');
  assert.equal(
    await interval.inputValue(),
    '1500',
    'an interval of the settings that is not in the list is added to it',
  );
  await interval.selectOption('5000');
  assert.deepEqual((await panel.messages()).at(-1), { type: 'setInterval', intervalMs: 5000 });
  await panel.page.getByLabel('Take a sample now').click();
  await panel.page.getByLabel('Record to a file…').click();
  await panel.send({ type: 'status', status: status({ recording: true }) });
  await panel.page.getByLabel('Stop recording').click();
  assert.deepEqual(await commands(panel), ['refresh', 'record', 'record']);
  await panel.page.getByLabel('Pool (P); one row a tag (J)').selectOption('paged');
  await panel.settle();
  assert.deepEqual(await panel.column('tag'), ['Bbbb']);
});

panelTest('choices are kept in VS Code’s state', async (panel) => {
  await panel.send({ type: 'status', status: status() }, { type: 'sample', sample: sample(manyRows(300, seeded(2))) });
  await panel.page.locator('#head-perAlloc').click();
  await panel.page.locator('.grid').focus();
  await panel.page.keyboard.press('p');
  await panel.page.keyboard.press('e');
  await panel.page.locator('.grid').evaluate((node) => {
    const ended = new Promise((done) => node.addEventListener('scrollend', done, { once: true }));
    node.scrollTop = 440;
    return ended.then(() => undefined);
  });
  await panel.settle();
  assert.deepEqual(await panel.state(), {
    sort: { column: 'perAlloc', descending: true },
    pool: 'nonPaged',
    filter: '',
    totals: true,
    highlights: true,
    joins: false,
    chartTags: [],
    chartMinutes: 10,
    chartShare: 0,
    scrollTop: 440,
    readerPaused: false,
  });
});

panelTest(
  'choices come back with the next page',
  async (panel) => {
    await panel.send(
      { type: 'status', status: status() },
      { type: 'sample', sample: sample(manyRows(300, seeded(2))) },
    );
    await panel.settle();
    assert.equal(await panel.page.locator('#head-allocs').getAttribute('aria-sort'), 'ascending');
    assert.equal(await panel.page.locator('.filter').inputValue(), 'A');
    assert.equal(await panel.page.getByLabel('Pool (P); one row a tag (J)').inputValue(), 'paged');
    assert.equal(await panel.page.locator('.grid-foot .row').count(), 1);
    assert.equal(await panel.page.locator('.grid').evaluate((node) => node.scrollTop), 66);
  },
  {
    state: {
      sort: { column: 'allocs', descending: false },
      pool: 'paged',
      filter: 'A',
      totals: true,
      scrollTop: 66,
      readerPaused: false,
    },
  },
);

panelTest(
  'a state of another version is no obstacle',
  async (panel) => {
    await panel.send({ type: 'status', status: status() }, { type: 'sample', sample: sample(ROWS) });
    assert.equal(await panel.page.locator('#head-bytes').getAttribute('aria-sort'), 'descending');
    assert.equal((await panel.rows()).length, 2);
  },
  { state: { sort: { column: '__proto__' }, pool: 7, filter: ['x'], scrollTop: 'far' } },
);

panelTest(
  'with a screen reader the first sample is the last until its user resumes',
  async (panel) => {
    assert.deepEqual(await commands(panel), []);
    await panel.send({ type: 'status', status: status() }, { type: 'sample', sample: sample(ROWS) });
    assert.deepEqual(await commands(panel), ['pause']);
    await panel.send({ type: 'sample', sample: sample([], { reset: false }) });
    assert.deepEqual(await commands(panel), ['pause'], 'once');
  },
  { bodyClass: 'vscode-using-screen-reader' },
);

panelTest(
  'who resumed is not paused again when the panel is shown anew',
  async (panel) => {
    await panel.send({ type: 'status', status: status() }, { type: 'sample', sample: sample(ROWS) });
    assert.deepEqual(await commands(panel), []);
  },
  { bodyClass: 'vscode-using-screen-reader', state: { readerPaused: true } },
);

panelTest('messages nobody knows change nothing', async (panel) => {
  await panel.send({ type: 'status', status: status() }, { type: 'sample', sample: sample(ROWS) });
  await panel.page.evaluate(() => {
    for (const data of [null, 7, 'sample', {}, { type: 'other' }, []]) {
      window.dispatchEvent(new MessageEvent('message', { data }));
    }
  });
  await panel.settle();
  assert.equal((await panel.rows()).length, 2);
});
