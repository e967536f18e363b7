/**
 * Places in images in a real VS Code: without a source the function is disassembled with the call marked; a source that
 * fits twice is asked about; one that is shown leads to all others. Looked at in four themes.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { Session, screenshot, tellFailures } from './session';
import { editorAt, eventually, findTag, notifications, openFile, pickRows, runCommand } from './workbench';

let session: Session;
let page: Page;
tellFailures(() => page);

before(async () => {
  // One driver without its sources, and a source that wakes the extension.
  session = await Session.start({
    name: 'disassembly',
    files: { 'wake.c': "void f(void *p) { ExFreePoolWithTag(p, 'qRtS'); }\n", '.vscode/settings.json': '{}' },
  });
  const { folder } = session;
  for (const name of ['build/x86', 'build/arm64', 'steady', 'leaky', 'leak.poolrec', 'README.md']) {
    rmSync(join(folder, name), { recursive: true });
  }
  page = await session.open();
  await openFile(page, 'wake.c');
});

after(async () => {
  await session.stop();
});

/** The text in sight, blanks as blanks. */
async function linesInSight(): Promise<string[]> {
  const lines = await page.locator('.editor-instance .view-line').allTextContents();
  return lines.map((line) => line.replaceAll('\u00a0', ' '));
}

test('a place of an image without a source opens the function with the call selected and marked', async () => {
  await findTag(page, 'Leak');
  const tab = page.locator('.tab.active', { hasText: 'LeakyStore' });
  await tab.waitFor();
  const lines = await eventually('the call in sight', async () => {
    const seen = await linesInSight();
    return seen.some((line) => line.includes('; allocates, tag Leak')) ? seen : undefined;
  });
  assert.ok(
    lines.some((line) => line.includes('nt!ExAllocatePool2')),
    lines.join('\n'),
  );
  // Coloured by its own grammar, and read-only.
  assert.equal(await page.locator('[id="status.editor.mode"]').textContent(), 'PoolLens Disassembly');
  assert.ok((await page.locator('.editor-instance .view-line span span[class*="mtk"]').count()) > 20);
  const selected = (await page.locator('[id="status.editor.selection"]').textContent()) ?? '';
  assert.match(selected, /^Ln \d+, Col \d+ \(\d+ selected\)$/);
  assert.equal((await page.locator('.editor-instance .view-overlays [class*="ced-"]').count()) > 0, true);
  await screenshot(page, 'disassembly');
});

test('the other places of a driver are marked in the same document', async () => {
  await findTag(page, 'Demo');
  const row = pickRows(page).filter({ hasText: 'DriverEntry' }).first();
  await row.waitFor();
  await screenshot(page, 'disassembly-owners');
  await row.click();
  await page.locator('.tab.active', { hasText: 'steady.sys!DriverEntry' }).waitFor();
  await eventually('two marked lines', async () =>
    (await page.locator('.editor-instance .view-overlays .cdr[class*="ced-"]').count()) >= 2 ? true : undefined,
  );
});

test('Go to Definition on a tag that an image alone binds leads into its code', async () => {
  await openFile(page, 'wake.c');
  await page.locator('.editor-instance .view-line', { hasText: 'qRtS' }).getByText("'qRtS'").first().click();
  await page.keyboard.press('F12');
  await page.locator('.tab.active[data-resource-name="steady.sys!DriverEntry"]').waitFor();
  await eventually('the call selected', async () => {
    const seen = (await page.locator('[id="status.editor.selection"]').textContent()) ?? '';
    return /^Ln \d\d+, Col \d\d+ \(\d\d selected\)$/.test(seen) ? true : undefined;
  });
  assert.ok((await linesInSight()).some((line) => line.includes('; binds, tag StRq')));
});

for (const theme of ['Dark Modern', 'Light Modern', 'Dark High Contrast', 'Light High Contrast']) {
  test(`readable in the theme ${theme}`, async () => {
    await runCommand(page, 'Preferences: Color Theme');
    await page.locator('.quick-input-widget:visible input').fill(theme);
    await pickRows(page).filter({ hasText: theme }).first().click();
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await page.mouse.move(900, 5);
    await screenshot(page, `disassembly-${theme.replaceAll(' ', '-').toLowerCase()}`);
  });
}

test('a source that is shown once is found from then on', async () => {
  const source = readFileSync(join(__dirname, '../fixtures/demo/leaky/leaky.c'));
  const elsewhere = join(session.data, 'elsewhere/leaky');
  mkdirSync(elsewhere, { recursive: true });
  writeFileSync(join(elsewhere, 'leaky.c'), source);
  cpSync(join(__dirname, '../fixtures/demo/leaky/client.c'), join(elsewhere, 'client.c'));
  await findTag(page, 'Leak');
  await page.locator('.tab.active', { hasText: 'LeakyStore' }).waitFor();
  const dialog = page.locator('.quick-input-widget:visible');
  // VS Code's own dialog loses what is typed while it still reads a folder; should it, it is closed and opened again.
  await eventually('the dialog to take the name', async () => {
    await page.locator('.codelens-decoration a', { hasText: 'Locate leaky.c:39' }).click();
    const input = dialog.locator('input[type="text"]').first();
    const listed = (file: string): Promise<void> =>
      pickRows(page).filter({ hasText: file }).first().waitFor({ timeout: 5000 });
    const taken = await listed('wake.c')
      .then(() => input.fill(join(elsewhere, 'leaky.c')))
      .then(() => listed('client.c'))
      .then(() => screenshot(page, 'disassembly-locate'))
      .then(() => input.press('Enter'))
      .then(() => dialog.waitFor({ state: 'hidden', timeout: 5000 }))
      .then(
        () => true,
        () => undefined,
      );
    if (taken === undefined) await page.keyboard.press('Escape');
    return taken;
  });
  await editorAt(page, 'leaky.c', /^Ln 39, Col \d+ \(\d+ selected\)$/);
  // The setting leads the next place there without a question.
  await findTag(page, 'Demo');
  const client = pickRows(page).filter({ hasText: 'LeakyCreateClient' }).first();
  await client.waitFor();
  await client.click();
  await editorAt(page, 'client.c', /^Ln \d+, /);
});

test('nothing popped up on the way', async () => {
  assert.deepEqual(await notifications(page), []);
});
