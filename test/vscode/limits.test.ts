/**
 * Where things are missing: a workspace nobody trusts yet, and a language server that dies. Commands answer, the panel
 * says why, nothing pops up.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { Session, screenshot, tellFailures } from './session';
import { editorAt, eventually, findTag, notifications, openFile, panelFrame, pickRows, runCommand } from './workbench';

let session: Session;
let page: Page;
tellFailures(() => page);
const PRINT = 'console.log(" Far1 Nonp 7 (0) 2 (0) 5 640 (0) 128")';

before(async () => {
  session = await Session.start({
    name: 'limits',
    workspaceTrust: true,
    // Another machine, as it were: a program that prints what PoolMon prints.
    machineSettings: {
      'poollens.monitor.commands': { Faraway: { run: [process.execPath, '-e', PRINT], speaks: 'text' } },
    },
    settings: { 'security.workspace.trust.startupPrompt': 'never' },
  });
  page = await session.open();
  await page.getByText('Restricted Mode', { exact: true }).waitFor();
});

after(async () => {
  await session.stop();
});

/** Processes of this session's language server: Linux tells by their command line. */
function languageServers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((id) => {
      try {
        const words = readFileSync(`/proc/${String(id)}/cmdline`, 'utf8').split('\0');
        return words.some((word) => word.startsWith(session.data) && word.endsWith(join('dist', 'server.js')));
      } catch {
        return false; // It has just ended.
      }
    });
}

test('an untrusted workspace: the recording it names stays closed, and the panel says what there is', async () => {
  await runCommand(page, 'PoolLens: Open Pool Monitor');
  const panel = panelFrame(page);
  await panel.getByRole('button', { name: /Open Recording/ }).waitFor();
  assert.equal(await panel.getByText('leak.poolrec').count(), 0);
  await screenshot(page, 'untrusted');
});

test('an untrusted workspace: its own sources are searched and checked', async () => {
  await findTag(page, 'Leak');
  await editorAt(page, 'leaky.c', /^Ln 39, /);
  await openFile(page, 'leaky/client.c');
  await page.locator('.monaco-editor .squiggly-warning').first().waitFor();
});

test('a command of the settings is asked about before it runs, and then its readings are shown', async () => {
  await runCommand(page, 'PoolLens: Connect to Another Machine');
  await pickRows(page).filter({ hasText: 'Faraway' }).first().click();
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.getByText('Far1 Nonp').first().waitFor();
  await dialog.locator('.monaco-button', { hasText: /^Run$/ }).click();
  const panel = panelFrame(page);
  await panel.getByText('Faraway').first().waitFor();
  await panel.locator('[role="row"] [data-column="tag"]', { hasText: /^Far1/ }).first().waitFor();
});

test('a language server that dies is started again, and a tag leads to its line as before', async () => {
  const [first, ...others] = languageServers();
  assert.ok(first !== undefined && others.length === 0, 'one language server runs');
  process.kill(first, 'SIGKILL');
  await eventually('a new language server', () => {
    const now = languageServers();
    return Promise.resolve(now.length === 1 && now[0] !== first ? true : undefined);
  });
  await findTag(page, 'Leak');
  await editorAt(page, 'leaky.c', /^Ln 39, /);
});

test('a restart by hand leaves one server', async () => {
  const [before] = languageServers();
  await runCommand(page, 'PoolLens: Restart Language Server');
  await eventually('the old server to be gone', () => {
    const now = languageServers();
    return Promise.resolve(now.length === 1 && now[0] !== before ? true : undefined);
  });
});

test('a tag nobody uses: the list says so, with how many files were read', async () => {
  await findTag(page, 'Zzz9');
  await pickRows(page).filter({ hasText: 'No driver or source here uses this tag' }).waitFor();
  // Nobody uses it, so the images are searched for its bytes without being asked to; the demo has six.
  await pickRows(page).filter({ hasText: 'These four bytes occur in none of the 6 images' }).waitFor();
  await screenshot(page, 'nobody');
  await page.keyboard.press('Escape');
});

test('nothing popped up on the way', async () => {
  assert.deepEqual(await notifications(page), []);
});
