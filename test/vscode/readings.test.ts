/**
 * What is done with readings, through the dialogs of a real VS Code: a baseline from its name to its end, and a leak hunt
 * from the first question to the report. The readings come from a program that prints what the test last wrote.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { Session, screenshot, tellFailures } from './session';
import { eventually, notifications, panelFrame, pickRows, runCommand } from './workbench';

let session: Session;
let page: Page;
tellFailures(() => page);

const target = mkdtempSync(join(tmpdir(), 'poollens-target-'));
const screenFile = join(target, 'screen.txt');
const PRINT = 'process.stdout.write(require("node:fs").readFileSync(process.argv[1]))';

/** What the target's pools hold from now on: blocks of 64 bytes that the demo driver's tag has. */
function hold(blocks: number): void {
  const next = `${screenFile}.next`;
  writeFileSync(next, ` Leak Nonp ${String(blocks + 2)} (0) 2 (0) ${String(blocks)} ${String(64 * blocks)} (0) 64\n`);
  // In one step: a reading between two writes would be half a screen.
  renameSync(next, screenFile);
}

before(async () => {
  hold(10);
  session = await Session.start({
    name: 'readings',
    machineSettings: {
      'poollens.monitor.commands': {
        Target: { run: [process.execPath, '-e', PRINT, screenFile], speaks: 'text' },
      },
    },
  });
  page = await session.open();
});

after(async () => {
  await session.stop();
  rmSync(target, { recursive: true, force: true });
});

const input = (): Locator => page.locator('.quick-input-widget:visible input[type="text"]');

/** The cell of the driver's tag once it says so: a reading with these numbers has come all the way to the panel. */
async function cellSays(column: string, text: string): Promise<void> {
  const row = panelFrame(page).locator('.grid-body [role="row"]:not([hidden])').first();
  await row
    .locator(`[data-column="${column}"]`, { hasText: new RegExp(`^${text.replaceAll(/[()+]/g, '\\$&')}$`) })
    .waitFor();
}

/** Changes the pools and waits until the panel shows it. */
async function holdShown(blocks: number): Promise<void> {
  hold(blocks);
  await cellSays('bytes', (64 * blocks).toLocaleString('en-US'));
}

/** Takes a row of the quick pick that asks this, and waits until it has gone. */
async function pick(question: string, label: string): Promise<void> {
  const field = page.locator(`.quick-input-widget:visible input[placeholder="${question}"]`);
  await field.waitFor();
  await pickRows(page).filter({ hasText: label }).first().click();
  await field.waitFor({ state: 'hidden' });
}

test('the target’s readings are there', async () => {
  await runCommand(page, 'PoolLens: Connect to Another Machine');
  await pickRows(page).filter({ hasText: 'Target' }).first().click();
  await page.locator('.monaco-dialog-box .monaco-button', { hasText: /^Run$/ }).click();
  await panelFrame(page).getByText('Target').first().waitFor();
  await cellSays('bytes', '640');
});

test('the menu of the panel has its groups', async () => {
  await page.locator('.part.panel .title-actions, .part.panel .global-actions').first().waitFor();
  await page.locator('.part.panel [aria-label="Views and More Actions..."]').first().click();
  const menu = page.locator('.context-view .monaco-menu');
  await menu.getByText('Leak Hunt...').waitFor();
  await screenshot(page, 'menu');
  await page.keyboard.press('Escape');
  await menu.waitFor({ state: 'hidden' });
});

const since = (): Locator => panelFrame(page).locator('select[aria-label^="Rows by what became"]');

test('a baseline is set under a name, compared with, left, chosen again and deleted', async () => {
  await runCommand(page, 'PoolLens: Set Baseline');
  await page.locator('.quick-input-widget:visible', { hasText: 'Name of this reading' }).waitFor();
  await input().fill(' ');
  await page.locator('.quick-input-widget:visible', { hasText: 'A name is needed' }).waitFor();
  await input().fill('before <b>the test</b>');
  await page.locator('.quick-input-widget:visible', { hasText: 'A name is needed' }).waitFor({ state: 'hidden' });
  await input().press('Enter');
  await since().waitFor();
  await holdShown(25);
  await cellSays('bytesSince', '(+960)');
  await screenshot(page, 'baseline');

  await runCommand(page, 'PoolLens: Choose Baseline');
  await pick('Reading to compare with', 'No baseline');
  await since().waitFor({ state: 'hidden' });

  await runCommand(page, 'PoolLens: Choose Baseline');
  await pick('Reading to compare with', 'before <b>the test</b>');
  await since().waitFor();
  await cellSays('bytesSince', '(+960)');

  await runCommand(page, 'PoolLens: Choose Baseline');
  const kept = pickRows(page).filter({ hasText: 'before <b>the test</b>' });
  await kept.hover();
  await kept.locator('.action-label.codicon-trash').click();
  await kept.waitFor({ state: 'hidden' });
  await since().waitFor({ state: 'hidden' });
  await page.keyboard.press('Escape');
  await input().waitFor({ state: 'hidden' });
});

const huntItem = (text: string): Locator => page.locator('.statusbar-item', { hasText: text });

/** VS Code's own dialog loses what is typed while it still reads a folder; should it, the step is taken again. */
async function saveReport(file: string): Promise<void> {
  const dialog = page.locator('.quick-input-widget:visible', { hasText: 'Save Report' });
  await eventually(
    'the report to be saved',
    async () => {
      const tried = await pick('Next step', 'Finish: how much was freed?')
        .then(() => dialog.waitFor({ timeout: 10_000 }))
        .then(() => pickRows(page).filter({ hasText: 'leaky' }).first().waitFor({ timeout: 10_000 }))
        .then(() => input().fill(file))
        .then(() => eventually('the name', async () => ((await input().inputValue()) === file ? true : undefined)))
        .then(() => input().press('Enter'))
        .then(() => dialog.waitFor({ state: 'hidden', timeout: 5000 }))
        .then(() => eventually('the files', () => Promise.resolve(existsSync(file) ? true : undefined), 5000))
        .catch(() => undefined);
      if (tried !== undefined) return tried;
      await page.keyboard.press('Escape');
      await runCommand(page, 'PoolLens: Leak Hunt');
      return undefined;
    },
    150_000,
  );
}

test('a leak hunt: pool, snapshots, the test’s end, what was freed, and the report', async () => {
  await runCommand(page, 'PoolLens: Leak Hunt');
  await pick('Which pool leaks?', 'Nonpaged pool');
  await pick('A snapshot every', '60 min');
  await huntItem('Leak hunt: 1 snapshot').waitFor();
  await holdShown(2000);
  await runCommand(page, 'PoolLens: Leak Hunt');
  await pick('Next step', 'Snapshot now');
  await huntItem('Leak hunt: 2 snapshots').waitFor();
  await holdShown(4000);
  await runCommand(page, 'PoolLens: Leak Hunt');
  await pick('Next step', 'The test has stopped');
  await huntItem('Leak hunt: waiting').waitFor();
  await holdShown(3025);
  // Who owns the tag stands in the report: until the drivers are read, nobody does.
  const row = panelFrame(page).locator('.grid-body [role="row"]:not([hidden])').first();
  await row.locator('[data-column="owner"]', { hasText: 'leaky' }).waitFor();
  await runCommand(page, 'PoolLens: Leak Hunt');
  const report = join(session.folder, 'hunt.html');
  await saveReport(report);
  await page.locator('.tab.active', { hasText: 'Preview hunt.md' }).waitFor();
  // The panel is a webview, too: the report is in the frame that has what was kept.
  await eventually('the report', async () => {
    for (const frame of page.frames()) {
      const there = await frame
        .getByRole('cell', { name: '192,000', exact: true })
        .count()
        .catch(() => 0);
      if (there > 0) return true;
    }
    return undefined;
  });
  await screenshot(page, 'hunt-report');
  await huntItem('Leak hunt').waitFor({ state: 'hidden' });
  const markdown = readFileSync(join(session.folder, 'hunt.md'), 'utf8');
  assert.match(markdown, /\| Leak \| nonpaged \| 1,600 \| 256,000 \| 193,600 \| 192,000 \| 25 % \| 3,000 \|/);
  assert.match(markdown, /Nonpaged pool of: Target/);
  assert.match(markdown, /leaky\.c:39/);
  assert.match(readFileSync(report, 'utf8'), /<svg role="img"/);
});

test('nothing popped up on the way', async () => {
  assert.deepEqual(await notifications(page), []);
});
