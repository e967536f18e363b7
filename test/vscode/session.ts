/**
 * One real VS Code for the tests of this folder: code-server with the packed extension installed, a copy of the demo
 * workspace, and Chromium on it. Everything it writes lies below .cache/vscode-test.
 */
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'node:test';
import { chromium, type Browser, type Page } from 'playwright-core';
import { chromiumFlags, ensureChromium } from '../../scripts/setup/chromium.mjs';
import {
  ensureCodeServer,
  installExtension,
  prepareProfile,
  startCodeServer,
  type RunningCodeServer,
} from '../../scripts/setup/codeServer.mjs';

const ROOT = join(__dirname, '../..');
/** `npm test -- vscode-minimum` runs the same tests in the oldest VS Code that package.json admits. */
const EDITION = process.env['POOLLENS_VSCODE'] === 'minimum' ? 'minimum' : 'current';
const SCREENSHOTS = join(ROOT, '.cache', 'screenshots');

export interface SessionOptions {
  /** Name of its folder; sessions of two files must not share one. */
  readonly name: string;
  /** Files written into the copy of the demo workspace before VS Code sees it: relative path → text. */
  readonly files?: Readonly<Record<string, string>>;
  /** User settings over the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of the machine the extension runs on: those that no folder may give. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  readonly workspaceTrust?: boolean;
}

export class Session {
  private constructor(
    /** Everything of this session lies below. */
    readonly data: string,
    /** The copy of the demo workspace. */
    readonly folder: string,
    private readonly server: RunningCodeServer,
    private readonly browser: Browser,
  ) {}

  static async start(options: SessionOptions): Promise<Session> {
    const { name, files = {}, settings = {}, machineSettings = {}, workspaceTrust = false } = options;
    const vsix = join(ROOT, 'poollens.vsix');
    if (!existsSync(vsix))
      throw new Error('poollens.vsix is missing: run `npm test -- vscode`, or `npm run package` first');
    const data = join(ROOT, '.cache', 'vscode-test', EDITION, name);
    rmSync(data, { recursive: true, force: true });
    const folder = join(data, 'demo');
    mkdirSync(data, { recursive: true });
    cpSync(join(ROOT, 'test/fixtures/demo'), folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    const codeServer = ensureCodeServer(EDITION);
    // Without motion nothing is half-way in a picture, or moves away under a click.
    prepareProfile(data, { 'workbench.reduceMotion': 'on', ...settings });
    mkdirSync(join(data, 'user', 'Machine'), { recursive: true });
    writeFileSync(join(data, 'user', 'Machine', 'settings.json'), JSON.stringify(machineSettings));
    installExtension(codeServer, data, vsix);
    const server = await startCodeServer(codeServer, { data, workspaceTrust });
    try {
      const browser = await chromium.launch({ executablePath: ensureChromium(), args: [...chromiumFlags] });
      return new Session(data, folder, server, browser);
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** A fresh window on the workspace, once its explorer shows files. */
  async open(): Promise<Page> {
    const context = await this.browser.newContext({ viewport: { width: 1400, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(`${this.server.address}/?folder=${encodeURIComponent(this.folder)}`);
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
    return page;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
  }
}

/** Keeps a picture for people to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${EDITION === 'current' ? '' : `${EDITION}-`}${name}.png`) });
}

/** After a test that failed: a picture, and the workbench in words for a log that is all somebody has. */
export function tellFailures(currentPage: () => Page): void {
  afterEach(async (context) => {
    if (!('passed' in context) || context.passed === true) return;
    const page = currentPage();
    await screenshot(page, `failed-${context.name.replaceAll(/\W+/g, '-').slice(0, 60)}`);
    const parts = {
      'active tab': '.tab.active',
      'quick input': '.quick-input-widget:visible',
      notifications: '.notifications-toasts .notification-list-item-message',
      'status bar': '.statusbar-item',
    };
    for (const [part, selector] of Object.entries(parts)) {
      const texts = await page.locator(selector).allInnerTexts();
      const typed = await page
        .locator(`${selector} input[type="text"]`)
        .evaluateAll((inputs) => inputs.map((input) => (input instanceof HTMLInputElement ? input.value : '')));
      console.error(`${part}: ${JSON.stringify([...texts, ...typed])}`);
    }
  });
}
