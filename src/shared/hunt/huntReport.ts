/**
 * The report of a leak hunt, as Markdown and as one HTML file with charts in it: to be attached to a bug. Tags, names and
 * paths are hostile: no markup comes out of them, and the page runs no script. Pure.
 */
import { tagSpellings } from '../poolTag';
import { huntFindings, type HuntFinding } from './huntFindings';
import type { HuntRun } from './huntRun';
import { markdownText, withoutControls } from './markdownText';

/** Who owns a tag and where, one line each; empty where nobody is known. */
export type HuntOwners = ReadonlyMap<number, readonly string[]>;

/** Tags the report goes into. */
export const MOST_REPORTED = 20;
const CHART = { width: 640, height: 120, edge: 8 };

const POOLS = { nonPaged: 'Nonpaged pool', paged: 'Paged pool', both: 'Both pools' } as const;
const HEADINGS = ['Tag', 'Pool', 'Before', 'Test stopped', 'After the wait', 'Kept', 'Freed', 'Blocks kept'] as const;

const isoTime = (milliseconds: number): string => {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().replace('T', ' ').slice(0, 19);
};
const bytesText = (bytes: number): string => bytes.toLocaleString('en-US');
const percent = (part: number): string => `${(100 * part).toFixed(0)} %`;

function cells({ tag, paged, before, stopped, after, kept, freed }: HuntFinding): readonly string[] {
  return [
    tagSpellings(tag).text,
    paged ? 'paged' : 'nonpaged',
    bytesText(before.bytes),
    bytesText(stopped.bytes),
    bytesText(after.bytes),
    bytesText(kept),
    percent(freed),
    bytesText(after.blocks - before.blocks),
  ];
}

/** What was done, and what came of it, in lines of text. */
function summary(run: HuntRun, found: readonly HuntFinding[]): readonly string[] {
  const times = run.snapshots.map((snapshot) => snapshot.time);
  const [start = 0, end = 0] = [times[0], times.at(-1)];
  const stopped = times[run.stoppedAt ?? times.length - 1] ?? end;
  const kept = found.reduce((sum, one) => sum + one.kept, 0);
  return [
    `${POOLS[run.pool]} of: ${run.source}`,
    `Test from ${isoTime(start)} to ${isoTime(stopped)} UTC; waited until ${isoTime(end)} UTC`,
    `${counted(times.length, 'snapshot')}, one every ${counted(run.everyMinutes, 'minute')} while the test ran`,
    found.length === 0
      ? 'Nothing the test allocated was left at the end.'
      : `${counted(found.length, 'tag')} held more at the end than before the test: ${bytesText(kept)} bytes together.`,
  ];
}

/** `1 tag`, `2 tags`. */
function counted(count: number, thing: string): string {
  return `${String(count)} ${thing}${count === 1 ? '' : 's'}`;
}

export function huntMarkdown(run: HuntRun, owners: HuntOwners): string {
  const found = huntFindings(run);
  const shown = found.slice(0, MOST_REPORTED);
  const row = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  return [
    '# Leak hunt',
    '',
    ...summary(run, found).map((line) => `- ${markdownText(line)}`),
    '',
    ...(shown.length === 0
      ? []
      : [row(HEADINGS), row(HEADINGS.map(() => '---')), ...shown.map((one) => row(cells(one).map(markdownText))), '']),
    ...shown.flatMap((one) => {
      const { text, literal, hex } = tagSpellings(one.tag);
      const lines = owners.get(one.tag) ?? [];
      return [
        `## ${markdownText(text)}, in C ${markdownText(literal)}, ${hex}`,
        '',
        ...(lines.length === 0 ? ['- no owner known'] : lines.map((line) => `- ${markdownText(line)}`)),
        '',
      ];
    }),
  ].join('\n');
}

function html(text: string): string {
  return withoutControls(text).replace(/[&<>"']/g, (char) => `&#${String(char.charCodeAt(0))};`);
}

const STYLE = `body{font:14px/1.5 system-ui,sans-serif;margin:2em;max-width:60em;color:#1f1f1f;background:#fff}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:2px 12px 2px 0;text-align:right}
th:nth-child(-n+2),td:nth-child(-n+2){text-align:left;white-space:pre}h2{white-space:pre-wrap}
svg{max-width:100%}.line{fill:none;stroke:#0063d3;stroke-width:2}.stop{stroke:#b5200d;stroke-dasharray:4 3}
.axis{stroke:#8888}@media (prefers-color-scheme:dark){body{color:#ccc;background:#1f1f1f}.line{stroke:#59a4f9}.stop{stroke:#f48771}}`;

export function huntHtml(run: HuntRun, owners: HuntOwners): string {
  const found = huntFindings(run);
  const shown = found.slice(0, MOST_REPORTED);
  const head = HEADINGS.map((text) => `<th scope="col">${text}</th>`).join('');
  const rows = shown.map(
    (one) =>
      `<tr>${cells(one)
        .map((text) => `<td>${html(text)}</td>`)
        .join('')}</tr>`,
  );
  const parts = shown.map((one) => {
    const { text, literal, hex } = tagSpellings(one.tag);
    const lines = owners.get(one.tag) ?? [];
    const items = (lines.length === 0 ? ['no owner known'] : lines).map((line) => `<li>${html(line)}</li>`);
    return `<h2>${html(text)}, in C ${html(literal)}, ${hex}</h2>\n${chart(run, one)}\n<ul>${items.join('')}</ul>`;
  });
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Leak hunt</title><style>${STYLE}</style></head><body>
<h1>Leak hunt</h1>
<ul>${summary(run, found)
    .map((line) => `<li>${html(line)}</li>`)
    .join('')}</ul>
${rows.length === 0 ? '' : `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`}
${parts.join('\n')}
</body></html>
`;
}

/** Bytes over the whole run, with a line where the test stopped. Numbers only: nothing hostile can be in it. */
function chart(run: HuntRun, { bytes, paged }: HuntFinding): string {
  const times = run.snapshots.map((snapshot) => snapshot.time);
  const [start = 0, end = 0] = [times[0], times.at(-1)];
  const [low, high] = [Math.min(...bytes), Math.max(...bytes)];
  const { width, height, edge } = CHART;
  const x = (time: number): number => edge + ((time - start) / Math.max(1, end - start)) * (width - 2 * edge);
  const y = (value: number): number => height - edge - ((value - low) / Math.max(1, high - low)) * (height - 2 * edge);
  const points = bytes.map((value, at) => `${x(times[at] ?? start).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const stop = x(times[run.stoppedAt ?? times.length - 1] ?? end).toFixed(1);
  const label = `${paged ? 'Paged' : 'Nonpaged'} bytes from ${bytesText(low)} to ${bytesText(high)}; the test stopped at the dashed line`;
  return `<svg role="img" aria-label="${label}" viewBox="0 0 ${String(width)} ${String(height)}" width="${String(width)}" height="${String(height)}"><line class="axis" x1="${String(edge)}" y1="${String(height - edge)}" x2="${String(width - edge)}" y2="${String(height - edge)}"/><line class="stop" x1="${stop}" y1="${String(edge)}" x2="${stop}" y2="${String(height - edge)}"/><polyline class="line" points="${points}"/></svg><p>${label}</p>`;
}
