/**
 * What a tick of the panel costs in Chromium: 5,000 rows, a third of them changed, sorted anew, the visible cells
 * written. Script time of the page's thread (its own clock, so that other programs do not count), as a ratio to a bare
 * loop over the same numbers in the same run. Taking the message apart is the browser's part and not in it.
 */
import type { CDPSession } from 'playwright-core';
import { COLUMN_IDS } from '../../media/panel/model/columns';
import { GROWTH_STRIDE, GROWTH_VERDICTS, type GrowthMessage } from '../../src/shared/growth';
import { writeLine } from '../../src/shared/historyLine';
import type { SampleMessage } from '../../src/shared/monitorProtocol';
import { ROW_STRIDE } from '../../src/shared/sample';
import { PanelBrowser, PanelPage } from '../panel/support/panelPage';
import { manyRows, nextRows, sample, seeded, status, STILL } from '../panel/support/samples';

const ROWS = 5_000;
const TICKS = 200;
/** Ticks after which the engine has compiled what it will. */
const WARM = 50;
/** Turns of the bare loop that are timed together: one is too short for the clock. */
const LOOPS = 50;
const JUDGED = 200;

interface TickMessage {
  readonly type: 'sample';
  readonly sample: SampleMessage;
}

interface GrowthTick {
  readonly type: 'growth';
  readonly growth: GrowthMessage;
}

declare global {
  interface Window {
    tickBench: { readonly tick: (at: number) => Promise<void>; readonly bare: (at: number) => void };
  }
}

function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Runs in the page: keeps the messages there, so that a tick costs no transport. */
function install(given: {
  readonly messages: readonly TickMessage[];
  readonly growths: readonly GrowthTick[];
  readonly loops: number;
}): void {
  const { messages, growths, loops } = given;
  window.addEventListener('bare', (event) => {
    const rows = event instanceof CustomEvent ? (event.detail as readonly number[]) : [];
    let sum = 0;
    for (let turn = 0; turn < loops; turn += 1) for (let n = 0; n < rows.length; n += 1) sum += rows[n] ?? 0;
    if (Number.isNaN(sum)) throw new Error('numbers expected');
  });
  window.tickBench = {
    tick: async (at) => {
      window.dispatchEvent(new MessageEvent('message', { data: messages[at] ?? null }));
      window.dispatchEvent(new MessageEvent('message', { data: growths[at] ?? null }));
      await new Promise((done) => requestAnimationFrame(done));
    },
    // Script counts where the browser calls it: the loop stands in a listener, as the panel's does.
    bare: (at) => window.dispatchEvent(new CustomEvent('bare', { detail: messages[at]?.sample.rows })),
  };
}

/** Milliseconds of script the page's thread has run so far. */
async function scriptTime(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find((metric) => metric.name === 'ScriptDuration')?.value ?? Number.NaN);
}

async function timed(session: CDPSession, act: () => Promise<unknown>): Promise<number> {
  const before = await scriptTime(session);
  await act();
  return (await scriptTime(session)) - before;
}

/** As many judgements as the monitor makes a second. */
function growthTick(rows: readonly number[], random: () => number): GrowthTick {
  const list: number[] = [];
  const lines = Array.from({ length: JUDGED }, () => writeLine(() => 31 * random()));
  const tags = rows.length / ROW_STRIDE;
  for (let n = 0; n < JUDGED; n += 1) {
    const at = Math.floor(random() * tags) * ROW_STRIDE;
    const paged = (rows[at + 1] ?? 0) > 0 ? 1 : 0;
    const verdict = Math.floor(random() * GROWTH_VERDICTS.length);
    list.push(rows[at] ?? 0, paged, verdict, (random() - 0.5) * 1e6, random(), 1e6 * random(), 64, 600, 599_000);
  }
  if (list.length !== JUDGED * GROWTH_STRIDE) throw new Error('rows of growth have another length');
  return { type: 'growth', growth: { reset: false, windowMs: 600_000, still: STILL, rows: list, lines, settled: [] } };
}

async function run(browser: PanelBrowser, column: string, all = false): Promise<void> {
  const panel = await PanelPage.open(browser, { width: 1400, height: 700 });
  const { page } = panel;
  const random = seeded(11);
  const rows = manyRows(ROWS, random);
  if (all) await panel.send({ type: 'layout', layout: { chosen: COLUMN_IDS } });
  await panel.send({ type: 'status', status: status() }, { type: 'sample', sample: sample(rows) });
  await page.locator(`#head-${column}`).click();
  await panel.settle();
  const next = (): TickMessage => ({ type: 'sample', sample: sample(nextRows(rows, random), { reset: false }) });
  const messages = Array.from({ length: TICKS }, next);
  const growths = messages.map(() => growthTick(rows, random));
  await page.evaluate(install, { messages, growths, loops: LOOPS });
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const ticks: number[] = [];
  const loops: number[] = [];
  for (let at = 0; at < TICKS; at += 1) {
    const tick = await timed(session, () => page.evaluate((n) => window.tickBench.tick(n), at));
    const bare = await timed(session, () => page.evaluate((n) => window.tickBench.bare(n), at));
    if (at >= WARM) {
      ticks.push(tick);
      loops.push(bare / LOOPS);
    }
  }
  await panel.close();
  const [p50, p95, loop] = [percentile(ticks, 0.5), percentile(ticks, 0.95), percentile(loops, 0.5)];
  console.log(
    `${all ? `all ${String(COLUMN_IDS.length)} columns, ` : ''}sorted by ${column}: p50 ${p50.toFixed(2)} ms, p95 ${p95.toFixed(2)} ms of script a tick; ` +
      `bare loop ${loop.toFixed(3)} ms; ratio ${(p50 / loop).toFixed(0)}, p95 ${(p95 / loop).toFixed(0)}`,
  );
}

async function main(): Promise<void> {
  const browser = await PanelBrowser.start();
  try {
    console.log(`${String(ROWS)} rows, a third changed in each of ${String(TICKS)} ticks, ${String(WARM)} to warm up`);
    for (const column of ['bytesDelta', 'diff', 'tag', 'growth']) await run(browser, column);
    for (const column of ['bytesDelta', 'growth']) await run(browser, column, true);
  } finally {
    await browser.stop();
  }
}

void main();
