/**
 * The panel's page in a headless Chromium: the bundle as built, the HTML VS Code gets (policy included), and a double
 * of acquireVsCodeApi that keeps what the page says. Nothing is loaded from anywhere but memory.
 */
import { build } from 'esbuild';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { chromiumFlags, ensureChromium } from '../../../scripts/setup/chromium.mjs';
import { panelHtml } from '../../../src/monitor/panelHtml';
import type { FromPanel, ToPanel } from '../../../src/shared/panelMessages';
import { THEMES, themeStyle, type Theme } from './themes';

const ROOT = join(__dirname, '../../..');
const ORIGIN = 'http://panel.test';

interface Asset {
  readonly path: string;
  readonly body: Buffer;
}

/** The webview's files, made from the sources at hand with the build's settings, so that no test sees a stale dist. */
async function bundle(): Promise<readonly Asset[]> {
  const made = await build({
    entryPoints: {
      panel: join(ROOT, 'media/panel/main.ts'),
      charts: join(ROOT, 'media/charts/main.ts'),
      style: join(ROOT, 'media/panel/panel.css'),
    },
    outdir: '/',
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
    logLevel: 'warning',
  });
  return made.outputFiles.map((file) => ({ path: file.path, body: Buffer.from(file.contents) }));
}

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', ttf: 'font/ttf' };

export interface PanelOptions {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  /** Further classes of the body. */
  readonly bodyClass?: string;
  /** What vscode.getState gives. */
  readonly state?: unknown;
}

export class PanelPage {
  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    /** Errors of the page and refusals of its policy. */
    readonly errors: readonly string[],
  ) {}

  static async open(browser: PanelBrowser, options: PanelOptions = {}): Promise<PanelPage> {
    const { theme = THEMES[0], width = 1100, height = 320, bodyClass = '', state } = options;
    if (theme === undefined) throw new Error('no theme');
    const context = await browser.browser.newContext({
      viewport: { width, height },
      locale: 'en-US',
      timezoneId: 'UTC',
    });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.route('**/*', async (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/') return await route.fulfill({ contentType: 'text/html', body: pageText(theme, bodyClass) });
      const asset = browser.assets.find((file) => file.path === pathname);
      if (asset === undefined) return await route.fulfill({ status: 404 });
      await route.fulfill({ contentType: TYPES[pathname.split('.').pop() ?? ''] ?? 'text/plain', body: asset.body });
    });
    // tsx marks functions with this helper, also those that are sent to the page.
    await page.addInitScript('globalThis.__name = (target) => target');
    await page.addInitScript(installApi, state);
    await page.goto(`${ORIGIN}/`);
    const opened = new PanelPage(page, context, errors);
    await opened.waitForMessage('ready');
    return opened;
  }

  /** Sends a message and waits until the page has shown it. */
  async send(...messages: readonly ToPanel[]): Promise<void> {
    await this.page.evaluate(async (data) => {
      for (const message of data) window.dispatchEvent(new MessageEvent('message', { data: message }));
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    }, messages);
  }

  /** Waits for the next frame. */
  async settle(): Promise<void> {
    await this.send();
  }

  async messages(): Promise<readonly FromPanel[]> {
    return await this.page.evaluate(() => window.panelTest.sent);
  }

  async state(): Promise<unknown> {
    return await this.page.evaluate(() => window.panelTest.state);
  }

  async waitForMessage(type: FromPanel['type']): Promise<void> {
    await this.until(async () => (await this.messages()).some((message) => message.type === type), `message ${type}`);
  }

  /** Waits for a state. Polls, because Playwright's own waiting needs eval, which the page's policy forbids. */
  async until(holds: () => Promise<boolean>, what: string): Promise<void> {
    for (let turn = 0; turn < 400; turn += 1) {
      if (await holds()) return;
      await new Promise((done) => setTimeout(done, 25));
    }
    throw new Error(`never came: ${what}; page errors: ${this.errors.join('; ')}`);
  }

  /** Texts of the visible rows, top to bottom, by column. */
  async rows(): Promise<readonly Readonly<Record<string, string>>[]> {
    return await this.page.evaluate(() => {
      const rows = [...document.querySelectorAll<HTMLElement>('.grid-body .row:not([hidden])')];
      rows.sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')));
      return rows.map((row) =>
        Object.fromEntries(
          [...row.querySelectorAll('[data-column]')].map((cell) => [
            cell.getAttribute('data-column') ?? '',
            cell.textContent ?? '',
          ]),
        ),
      );
    });
  }

  async column(name: string): Promise<readonly string[]> {
    return (await this.rows()).map((row) => row[name] ?? '');
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

declare global {
  interface Window {
    panelTest: { readonly sent: FromPanel[]; state: unknown };
  }
}

function installApi(state: unknown): void {
  const test = { sent: [] as FromPanel[], state };
  window.panelTest = test;
  Object.assign(window, {
    acquireVsCodeApi: () => ({
      postMessage: (message: FromPanel) => test.sent.push(structuredClone(message)),
      getState: () => test.state,
      setState: (next: unknown) => (test.state = structuredClone(next)),
    }),
  });
}

function pageText(theme: Theme, bodyClass: string): string {
  const html = panelHtml({
    cspSource: ORIGIN,
    script: `${ORIGIN}/panel.js`,
    style: `${ORIGIN}/style.css`,
    language: 'en',
  });
  // VS Code sets the theme on the elements from its own script; here the policy must let the attribute pass.
  return html
    .replace('style-src ', "style-src-attr 'unsafe-inline'; style-src ")
    .replace('<html ', `<html style="${themeStyle(theme).replaceAll('"', '&quot;')}" `)
    .replace('<body>', `<body class="${theme.bodyClass} ${bodyClass}">`);
}

/** One Chromium for all tests of a file. */
export class PanelBrowser {
  private constructor(
    readonly browser: Browser,
    readonly assets: readonly Asset[],
  ) {}

  static async start(): Promise<PanelBrowser> {
    const executablePath = process.env['CHROMIUM'] ?? ensureChromium();
    const [browser, assets] = await Promise.all([
      chromium.launch({ executablePath, args: [...chromiumFlags] }),
      bundle(),
    ]);
    return new PanelBrowser(browser, assets);
  }

  async stop(): Promise<void> {
    await this.browser.close();
  }
}
