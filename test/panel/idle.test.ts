/**
 * A panel that is told nothing does nothing: no frame, no timer, no message, with charts open, too. VS Code takes the page of
 * a hidden view away and our side posts nothing to it, so a hidden panel costs nothing but this rule being kept.
 */
import assert from 'node:assert/strict';
import { openCharts } from './support/chartPage';
import type { PanelPage } from './support/panelPage';
import { growth, manyRows, nextRows, sample, seeded, status } from './support/samples';
import { panelTests } from './support/withPanel';

const panelTest = panelTests();
const SIZE = { width: 1000, height: 600 };

/** Counts what the page schedules from now on. */
async function watch(panel: PanelPage): Promise<() => Promise<Readonly<Record<string, number>>>> {
  await panel.page.evaluate(() => {
    const counts: Record<string, number> = { frames: 0, timeouts: 0, intervals: 0, idle: 0 };
    const wrap = (name: string, as: string): void => {
      const real: unknown = Reflect.get(window, name);
      const counting = (...args: readonly unknown[]): unknown => {
        counts[as] = (counts[as] ?? 0) + 1;
        return typeof real === 'function' ? (Reflect.apply(real, window, args) as unknown) : undefined;
      };
      Object.defineProperty(window, name, { value: counting });
    };
    wrap('requestAnimationFrame', 'frames');
    wrap('setTimeout', 'timeouts');
    wrap('setInterval', 'intervals');
    wrap('requestIdleCallback', 'idle');
    Object.assign(window, { scheduled: counts });
  });
  return async () =>
    await panel.page.evaluate(() => ({ ...(window as unknown as { scheduled: Record<string, number> }).scheduled }));
}

/** Long enough for anything that runs by itself to run, at any interval somebody would choose for a live view. */
const rest = (): Promise<void> => new Promise((done) => setTimeout(done, 1500));

const nothing = { frames: 0, timeouts: 0, intervals: 0, idle: 0 };

panelTest(
  'told nothing, it schedules nothing and says nothing: rows that have just changed and charts are there',
  async (panel) => {
    const random = seeded(7);
    const rows = manyRows(2000, random);
    await panel.send({ type: 'status', status: status() }, { type: 'sample', sample: sample(rows) });
    await openCharts(panel);
    await panel.send({ type: 'sample', sample: sample(rows) });
    // Marks of changes fade with readings, not with time.
    await panel.send({ type: 'sample', sample: sample(nextRows(rows, random), { reset: false, sequence: 2 }) });
    await panel.send({ type: 'growth', growth: growth([]) });
    await panel.settle();
    const said = (await panel.messages()).length;
    const scheduled = await watch(panel);
    await rest();
    assert.deepEqual(await scheduled(), nothing);
    assert.equal((await panel.messages()).length, said);
  },
  SIZE,
);

panelTest(
  'one message makes one frame at most, however many parts it concerns',
  async (panel) => {
    const rows = manyRows(500, seeded(3));
    await openCharts(panel);
    await panel.send({ type: 'sample', sample: sample(rows) });
    const scheduled = await watch(panel);
    await panel.page.evaluate(
      (data) => {
        for (const message of data) window.dispatchEvent(new MessageEvent('message', { data: message }));
      },
      [
        { type: 'sample', sample: sample(rows, { sequence: 2 }) },
        { type: 'growth', growth: growth([], { reset: false }) },
        { type: 'marks', marks: [{ kind: 'note', time: 1, text: 'x' }] },
      ],
    );
    await rest();
    const { frames = 0, intervals } = await scheduled();
    assert.ok(
      frames >= 1 && frames <= 2,
      `${String(frames)} frames: one of the panel, one of the library of the charts`,
    );
    assert.equal(intervals, 0);
  },
  SIZE,
);
