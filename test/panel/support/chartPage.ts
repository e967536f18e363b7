/**
 * The charts of two tags with a past, as tests of charts want them on the page.
 */
import type { TracesResult } from '../../../src/shared/trace';
import type { PanelPage } from './panelPage';
import { flatRows, sample, status, tagNumber, type NamedRow } from './samples';

export const CHART_START = Date.UTC(2026, 1, 14, 9, 30, 0);
export const [LEAK, NTFS] = [tagNumber('Leak'), tagNumber('NtfF')];

const ROWS: readonly NamedRow[] = [
  { tag: 'Leak', nonPaged: [1000, 0, 64_000] },
  { tag: 'NtfF', nonPaged: [10, 4, 1_000], paged: [500, 100, 32_000] },
];

export function past(...tags: readonly number[]): TracesResult {
  const times = Array.from({ length: 60 }, (_, second) => CHART_START + (second - 60) * 1000);
  return {
    spanMs: 600_000,
    traces: tags.flatMap((tag) => [
      {
        tag,
        paged: false,
        times,
        bytes: times.map((_, at) => (tag === LEAK ? 1000 * at : 900)),
        blocks: times.map((_, at) => (tag === LEAK ? 16 * at : 6)),
      },
      {
        tag,
        paged: true,
        times,
        bytes: times.map((_, at) => (tag === LEAK ? 0 : 30_000 + 500 * (at % 7))),
        blocks: times.map((_, at) => (tag === LEAK ? 0 : 400 + (at % 7))),
      },
    ]),
  };
}

export async function showRows(panel: PanelPage): Promise<void> {
  await panel.send({ type: 'status', status: status() }, { type: 'sample', sample: sample(flatRows(ROWS)) });
}

/** Waits for a state of the page, by asking it: Playwright's own waiting needs eval, which the policy forbids. */
export async function until(panel: PanelPage, what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 600; turn += 1) {
    if (await holds()) return;
    await panel.settle();
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error(`never: ${what}`);
}

export async function openCharts(panel: PanelPage): Promise<void> {
  await showRows(panel);
  await panel.send({ type: 'chart', tag: NTFS }, { type: 'chart', tag: LEAK });
  await panel.send({ type: 'traces', traces: past(NTFS, LEAK) });
  await until(panel, 'two figures', async () => (await panel.page.locator('.figure canvas').count()) === 2);
}
