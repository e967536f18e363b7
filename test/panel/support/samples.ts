/**
 * Readings to show: flat rows from a few named ones, and many made from a seeded generator.
 */
import { GROWTH_VERDICTS, type GrowthMessage, type TagGrowth } from '../../../src/shared/growth';
import type { SampleMessage, SourceInfo } from '../../../src/shared/monitorProtocol';
import type { PanelStatus } from '../../../src/shared/panelMessages';
import { tagFromText } from '../../../src/shared/poolTag';
import { ROW_STRIDE } from '../../../src/shared/sample';

/** allocs, frees, bytes */
export type Counters = readonly [number, number, number];

export interface NamedRow {
  readonly tag: string;
  readonly nonPaged?: Counters;
  readonly paged?: Counters;
}

export function flatRows(rows: readonly NamedRow[]): number[] {
  return rows.flatMap(({ tag, nonPaged = [0, 0, 0], paged = [0, 0, 0] }) => [tagNumber(tag), ...paged, ...nonPaged]);
}

export function tagNumber(text: string): number {
  const tag = tagFromText(text);
  if (tag === undefined) throw new Error(`no tag: ${text}`);
  return tag;
}

const GIB = 2 ** 30;
export const MEMORY = {
  totalBytes: 16 * GIB - 4096,
  availableBytes: 7.25 * GIB,
  pageFaults: 1_234_567,
  residentKernelBytes: 38_400_000,
  residentPagedPoolBytes: 512_000_000,
  commitBytes: 11.5 * GIB,
  commitLimitBytes: 21 * GIB,
  commitPeakBytes: 13 * GIB,
  nonPagedPoolBytes: 734_003_200,
  pagedPoolBytes: 613_416_960,
};

export function sample(rows: readonly number[], more: Partial<SampleMessage> = {}): SampleMessage {
  return {
    sequence: 1,
    time: Date.UTC(2026, 1, 14, 9, 30, 0),
    scope: 'system',
    reset: true,
    memory: MEMORY,
    rows,
    removed: [],
    ...more,
  };
}

export const LIVE: SourceInfo = { kind: 'ntdll', label: 'Live: this machine', live: true };
export const RECORDING: SourceInfo = { kind: 'recording', label: 'leak.poolrec', live: false, sampleCount: 120 };

export function status(more: Partial<PanelStatus> = {}): PanelStatus {
  return {
    source: LIVE,
    state: { state: 'running' },
    intervalMs: 1000,
    growthMinutes: 10,
    actions: [],
    recording: false,
    ...more,
  };
}

/** A window of ten minutes at one reading a second, with nothing in it. */
export const STILL: TagGrowth = {
  verdict: 'stable',
  bytesPerMinute: 0,
  p: 1,
  swing: 0,
  points: 64,
  samples: 600,
  spanMs: 599_000,
};

export interface NamedGrowth extends Partial<TagGrowth> {
  readonly tag: string;
  readonly paged?: boolean;
}

export function growthRows(rows: readonly NamedGrowth[]): number[] {
  return rows.flatMap((row) => {
    const { verdict, bytesPerMinute, p, swing, points, samples, spanMs } = { ...STILL, ...row };
    const code = GROWTH_VERDICTS.indexOf(verdict);
    return [tagNumber(row.tag), row.paged === true ? 1 : 0, code, bytesPerMinute, p, swing, points, samples, spanMs];
  });
}

export function growth(rows: readonly NamedGrowth[], more: Partial<GrowthMessage> = {}): GrowthMessage {
  const flat = growthRows(rows);
  const lines = rows.map(({ line = '' }) => line);
  return { reset: true, windowMs: 600_000, still: STILL, rows: flat, lines, settled: [], ...more };
}

/** Numbers from 0 to 1 that are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `count` tags, each in one pool, with counters spread as on a real machine. */
export function manyRows(count: number, random: () => number): number[] {
  const rows: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const text = [n % 62, Math.floor(n / 62) % 62, Math.floor(n / 3844) % 62, 7]
      .map((at) => LETTERS.charAt(at))
      .join('');
    const allocs = Math.floor(10 ** (random() * 6));
    const frees = Math.floor(allocs * random());
    const counters: Counters = [allocs, frees, (allocs - frees) * Math.ceil(16 + random() * 500)];
    rows.push(...flatRows([random() < 0.5 ? { tag: text, paged: counters } : { tag: text, nonPaged: counters }]));
  }
  return rows;
}

/** The next reading: about a third of the tags have moved. Only those are returned; `rows` is changed with them. */
export function nextRows(rows: number[], random: () => number): number[] {
  const changed: number[] = [];
  for (let at = 0; at < rows.length; at += ROW_STRIDE) {
    if (random() > 0.33) continue;
    const pool = (rows[at + 1] ?? 0) > 0 ? 1 : 4;
    const block = Math.ceil(16 + random() * 4000);
    const allocs = Math.floor(random() * 50);
    const frees = Math.min(Math.floor(random() * 50), (rows[at + pool] ?? 0) + allocs - (rows[at + pool + 1] ?? 0));
    rows[at + pool] = (rows[at + pool] ?? 0) + allocs;
    rows[at + pool + 1] = (rows[at + pool + 1] ?? 0) + frees;
    rows[at + pool + 2] = Math.max(0, (rows[at + pool + 2] ?? 0) + (allocs - frees) * block);
    changed.push(...rows.slice(at, at + ROW_STRIDE));
  }
  return changed;
}

/** Where nothing can be shown: why, and the ways out. */
export function nothingToShow(message = 'The pools of this machine cannot be read: this is Linux, not Windows.'): {
  readonly type: 'status';
  readonly status: PanelStatus;
} {
  return {
    type: 'status',
    status: {
      state: { state: 'failed', message: 'refused' },
      message,
      intervalMs: 1000,
      growthMinutes: 10,
      recording: false,
      actions: [
        { label: 'Open Recording...', action: 'openRecording' },
        { label: 'Open PoolMon Text...', action: 'openCapture' },
      ],
    },
  };
}
