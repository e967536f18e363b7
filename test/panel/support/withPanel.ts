/**
 * One browser for the tests of a file, a fresh page for each.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PanelBrowser, PanelPage, type PanelOptions } from './panelPage';

export type PanelTest = (panel: PanelPage) => Promise<void>;

/** Declares tests that get a page; a page that met an error of script or policy fails its test. */
export function panelTests(): (name: string, run: PanelTest, options?: PanelOptions) => void {
  let browser: PanelBrowser | undefined;
  before(async () => {
    browser = await PanelBrowser.start();
  });
  after(async () => {
    await browser?.stop();
  });
  return (name, run, options = {}) => {
    void test(name, async () => {
      assert.ok(browser);
      const panel = await PanelPage.open(browser, options);
      try {
        await run(panel);
        assert.deepEqual(panel.errors, []);
      } finally {
        await panel.close();
      }
    });
  };
}
