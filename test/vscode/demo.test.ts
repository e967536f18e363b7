/**
 * The whole path in a real VS Code: the packed extension, the demo workspace, from a growing tag to the allocating line,
 * and from the sources to the problems of their tags.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { Session, screenshot, tellFailures } from './session';
import { editorAt, eventually, findTag, notifications, openFile, panelFrame, pickRows, runCommand } from './workbench';

let session: Session;
let page: Page;
tellFailures(() => page);

before(async () => {
  session = await Session.start({ name: 'demo' });
  page = await session.open();
});

after(async () => {
  await session.stop();
});

let step = 0;
afterEach(async () => {
  await screenshot(page, `demo-${String(++step)}`);
});

/** Line (from 1) of the first text in a file of the demo workspace. */
function lineOf(file: string, text: string): number {
  const lines = readFileSync(join(session.folder, file), 'utf8').split('\n');
  const at = lines.findIndex((line) => line.includes(text));
  assert.notEqual(at, -1, `${file} has no ${text}`);
  return at + 1;
}

/** Bytes of the rows as they stand, from the top. */
async function bytesInSight(): Promise<number[]> {
  const cells = await panelFrame(page)
    .locator('.grid-body [role="row"]')
    .evaluateAll((rows) =>
      rows
        .filter((row) => row instanceof HTMLElement && row.offsetParent !== null)
        .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
        .map((row) => row.querySelector('[data-column="bytes"]')?.textContent ?? ''),
    );
  return cells.map((text) => Number(/^[\d,]+/.exec(text)?.[0].replaceAll(',', '')));
}

test('the panel plays the recording, says so, and sorts by bytes', async () => {
  // A driver source wakes the extension; the first time, the panel comes by itself where a recording is named.
  await openFile(page, 'leaky/client.c');
  const panel = panelFrame(page);
  await panel.locator('[role="row"] [data-column="tag"]', { hasText: /^Leak/ }).first().waitFor();
  await panel.getByText('leak.poolrec').first().waitFor();
  await panel.locator('[role="columnheader"][data-column="tag"]').click();
  const header = panel.locator('[role="columnheader"][data-column="bytes"]');
  await header.click();
  await eventually('descending order of bytes', async () => {
    if ((await header.getAttribute('aria-sort')) !== 'descending') return undefined;
    const bytes = await bytesInSight();
    return bytes.length > 3 && bytes.every((value, at) => at === 0 || value <= (bytes[at - 1] ?? 0)) ? true : undefined;
  });
  await screenshot(page, 'panel');
});

test('a click on the leaking tag opens the editor at the allocating line', async () => {
  const panel = panelFrame(page);
  await panel.locator('[role="row"] [data-column="tag"]', { hasText: /^Leak/ }).first().click();
  const line = lineOf('leaky/leaky.c', 'ExAllocatePool2(');
  await editorAt(page, 'leaky.c', new RegExp(`^Ln ${String(line)}, Col \\d+ \\(15 selected\\)$`));
  await screenshot(page, 'line');
});

test('the panel names the owner of each tag of the drivers', async () => {
  const panel = panelFrame(page);
  const row = panel.locator('[role="row"]', {
    has: page.locator('xpath=//*[@data-column="tag" and starts-with(., "Leak")]'),
  });
  await row.locator('[data-column="owner"]', { hasText: 'leaky' }).first().waitFor();
});

test('a tag of two drivers asks which, with the evidence', async () => {
  await findTag(page, "'omeD'");
  const places = pickRows(page).filter({ hasText: 'allocator' });
  await places.first().waitFor();
  const texts = await places.allTextContents();
  assert.ok(
    texts.some((text) => text.includes('leaky/client.c')),
    texts.join('\n'),
  );
  assert.ok(
    texts.some((text) => text.includes('steady/steady.c')),
    texts.join('\n'),
  );
  await screenshot(page, 'owners');
  await places.filter({ hasText: 'steady/steady.c' }).first().click();
  const line = lineOf('steady/steady.c', 'sizeof(WCHAR), DEMO_TAG');
  await editorAt(page, 'steady.c', new RegExp(`^Ln ${String(line)}, Col \\d+ \\(14 selected\\)$`));
});

test('a value nobody allocates with: instructions and bytes that hold it, named as weak evidence', async () => {
  // STATUS_INSUFFICIENT_RESOURCES: what both drivers return, in their code on three machines.
  await findTag(page, '0xc000009a');
  const leaky = pickRows(page).filter({ hasText: 'leaky.sys' }).first();
  await leaky.waitFor();
  assert.match((await leaky.textContent()) ?? '', /Leaky\w+.*leaky\.c:\d+.*no allocator seen/);
  await page.locator('.quick-input-widget:visible', { hasText: 'constant in code, may be chance' }).waitFor();
  await screenshot(page, 'constants');
  await leaky.click();
  await editorAt(page, 'leaky.c', /^Ln \d+, /);
});

test('a tag of the driver: the images can be searched besides, behind those that allocate', async () => {
  await findTag(page, "'omeD'");
  await pickRows(page).filter({ hasText: 'allocator' }).first().waitFor();
  await pickRows(page).filter({ hasText: 'Search all images for these four bytes' }).click();
  await pickRows(page).filter({ hasText: 'These four bytes occur in no other driver' }).waitFor();
  await page.keyboard.press('Escape');
});

test('Problems shows the shared tag and the default tag', async () => {
  await openFile(page, 'steady/pool.c');
  await page.locator('.monaco-editor .squiggly-warning').first().waitFor();
  await runCommand(page, 'Problems: Focus on Problems View');
  const rows = page.locator('.markers-panel .monaco-list-row');
  await rows.filter({ hasText: 'default-tag' }).first().waitFor();
  await rows.filter({ hasText: 'duplicate-tag' }).first().waitFor();
  const shared = await rows.filter({ hasText: 'duplicate-tag' }).allTextContents();
  assert.ok(
    shared.every((text) => text.includes('Demo')),
    shared.join('\n'),
  );
  await screenshot(page, 'problems');
});

test('the code of a problem leads to what its rule is about', async () => {
  const row = page.locator('.markers-panel .monaco-list-row').filter({ hasText: 'duplicate-tag' }).first();
  await row.locator('a', { hasText: 'duplicate-tag' }).click();
  await page.locator('.tab.active[data-resource-name="duplicate-tag.md"]').waitFor();
  await page.locator('.editor-instance .view-line', { hasText: 'poollens-disable-next-line' }).first().waitFor();
  await screenshot(page, 'rule');
});

test('a hover on a tag spells it and names its other users', async () => {
  await openFile(page, 'leaky/leaky.h');
  const macro = page.locator('.monaco-editor .view-line', { hasText: 'define DEMO_TAG' }).getByText('DEMO_TAG').first();
  const hover = page.locator('.monaco-hover:visible', { hasText: '0x6f6d6544' });
  await eventually('the hover', async () => {
    await macro.hover();
    return (await hover.count()) > 0 ? true : undefined;
  });
  const text = (await hover.first().textContent()) ?? '';
  assert.match(text, /Demo/);
  assert.match(text, /steady/);
  await screenshot(page, 'hover');
});

test('a stopped monitor stays stopped when the window is loaded again, until it is started', async () => {
  await runCommand(page, 'PoolLens: Stop Monitor');
  await runCommand(page, 'PoolLens: Open Pool Monitor');
  const offered = (): Promise<void> => panelFrame(page).getByRole('button', { name: 'Show This Machine' }).waitFor();
  await offered();
  await page.reload();
  await runCommand(page, 'PoolLens: Open Pool Monitor');
  await offered();
  await runCommand(page, 'PoolLens: Start Monitor');
  await panelFrame(page).getByText('leak.poolrec').first().waitFor();
});

test('the walkthrough shows its steps', async () => {
  await runCommand(page, 'Welcome: Open Walkthrough');
  await pickRows(page).filter({ hasText: 'Get started with PoolLens' }).first().click();
  await page.locator('.gettingStartedContainer', { hasText: 'Hunt a leak' }).waitFor();
  await screenshot(page, 'walkthrough');
});

test('nothing popped up on the way', async () => {
  assert.deepEqual(await notifications(page), []);
});
