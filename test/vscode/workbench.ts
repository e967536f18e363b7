/**
 * What a user does in VS Code's workbench, through its DOM: palette, panel, editor, quick pick. Polls; never sleeps.
 */
import assert from 'node:assert/strict';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { readTagInput } from '../../src/owners/tagInput';
import { tagSpellings } from '../../src/shared/poolTag';

const PALETTE = '.quick-input-widget:visible';

/** Repeats until the condition gives a value; fails with the last thing seen. */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined>, timeoutMs = 30_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Runs a command by its title. The palette lists what is registered when it opens, so it is opened again until it has it. */
export async function runCommand(page: Page, title: string): Promise<void> {
  const row = page.locator(`${PALETTE} .monaco-list-row`).filter({ hasText: title }).first();
  await eventually(`the command ${title}`, async () => {
    // A picker that is just closing takes the palette with it: then F1 is pressed again.
    await page.keyboard.press('F1');
    const there = await page
      .locator(`${PALETTE} input[type="text"]`)
      .fill(`>${title}`, { timeout: 2000 })
      .then(() => row.waitFor({ timeout: 1000 }))
      .then(
        () => true,
        () => undefined,
      );
    if (there === undefined) await page.keyboard.press('Escape');
    return there;
  });
  await row.click();
}

/** The panel's document: a webview is a frame in a frame. */
export function panelFrame(page: Page): FrameLocator {
  return page
    .locator('iframe.webview.ready')
    .contentFrame()
    .locator('iframe#active-frame[title="PoolLens"]')
    .contentFrame();
}

/** Rows of the open quick pick. */
export function pickRows(page: Page): Locator {
  return page.locator(`${PALETTE} .monaco-list-row`);
}

/** Asks for a tag in any of its spellings, and takes it once the list has it as typed: until then it shows other tags. */
export async function findTag(page: Page, typed: string): Promise<void> {
  const tag = readTagInput(typed);
  assert.ok(tag !== undefined, typed);
  await runCommand(page, 'PoolLens: Find Tag');
  await page.locator(`${PALETTE} input[placeholder^="Fred"]`).fill(typed);
  await pickRows(page)
    .filter({ hasText: tagSpellings(tag).hex })
    .first()
    .click();
}

/** The text of the status bar's cursor position, such as `Ln 39, Col 31 (15 selected)`. */
export async function cursor(page: Page): Promise<string> {
  return (await page.locator('[id="status.editor.selection"]').textContent()) ?? '';
}

/** Waits until the named file is the active editor and the cursor stands as given. */
export async function editorAt(page: Page, file: string, position: RegExp): Promise<void> {
  await page.locator(`.tab.active[data-resource-name="${file}"]`).waitFor();
  let seen = '';
  await eventually(`${file} at ${String(position)}`, async () => {
    seen = await cursor(page);
    return position.test(seen) ? seen : undefined;
  }).catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : String(error)}; the cursor is at ${seen}`);
  });
}

function explorerRow(page: Page, depth: number, name: string): Locator {
  return page
    .locator(`.explorer-folders-view .monaco-list-row[aria-level="${String(depth)}"]`)
    .filter({ has: page.getByText(name, { exact: true }) });
}

/** Opens a file through the explorer: code-server from npm has no ripgrep, so Go to File finds nothing. */
export async function openFile(page: Page, file: string): Promise<void> {
  await page.keyboard.press('Escape');
  const names = file.split('/');
  for (const [at, name] of names.slice(1).entries()) {
    const folder = explorerRow(page, at + 1, names[at] ?? '');
    // The explorer unfolds a folder by itself when an editor shows a file in it, perhaps between our look and our click.
    await eventually(`${name} in the explorer`, async () => {
      if ((await explorerRow(page, at + 2, name).count()) > 0) return true;
      if ((await folder.getAttribute('aria-expanded')) === 'false') await folder.click();
      return undefined;
    });
  }
  await explorerRow(page, names.length, names.at(-1) ?? '').dblclick();
  await page.locator(`.tab.active[data-resource-name="${names.at(-1) ?? ''}"]`).waitFor();
}

/** Messages VS Code shows in a corner. There must be none that nobody asked for. */
export async function notifications(page: Page): Promise<string[]> {
  return page.locator('.notifications-toasts .notification-list-item-message').allTextContents();
}
