/**
 * One leak hunt as it is kept: the documented procedure with its snapshots. Before the test, every few minutes while it
 * runs, when it has stopped, and after a wait in which everything that is no leak should be freed. Pure.
 */
import { outstanding } from '../counters';
import { Row, ROW_STRIDE } from '../sample';
import { watchedCounters } from './huntCounters';

export type HuntPool = 'nonPaged' | 'paged' | 'both';
/** `testing`: the test runs. `waiting`: it has stopped, memory should come back. `done`: the last snapshot is there. */
export type HuntPhase = 'testing' | 'waiting' | 'done';

/** Numbers of one tag in one pool in a flat array: tag, 1 for paged, blocks, bytes. */
export const HUNT_STRIDE = 4;

export interface HuntSnapshot {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The first: every tag that had anything. Later ones: those that differ from the first. */
  readonly rows: readonly number[];
}

export interface HuntRun {
  readonly phase: HuntPhase;
  readonly pool: HuntPool;
  readonly everyMinutes: number;
  /** What was read: `Live: this machine`. */
  readonly source: string;
  /** Of the samples: `system`, `session 1`. */
  readonly scope: string;
  /** Counters at the start that tell of a restart of the machine (huntCounters.ts). */
  readonly watched: readonly number[];
  readonly snapshots: readonly HuntSnapshot[];
  /** Number of the snapshot taken when the test stopped. */
  readonly stoppedAt?: number;
}

/** A day at one in ten minutes; past that every second one of the test is dropped. */
export const MOST_SNAPSHOTS = 144;
const MOST_NUMBERS = 2_000_000;

function rowsOf(rows: readonly number[], pool: HuntPool): Map<string, readonly number[]> {
  const found = new Map<string, readonly number[]>();
  for (let at = 0; at + ROW_STRIDE <= rows.length; at += ROW_STRIDE) {
    const tag = rows[at + Row.tag] ?? 0;
    const add = (paged: 0 | 1, allocs: number, frees: number, bytes: number): void => {
      const row = [tag, paged, outstanding(rows[at + allocs] ?? 0, rows[at + frees] ?? 0), rows[at + bytes] ?? 0];
      if (row[2] !== 0 || row[3] !== 0) found.set(`${String(tag)} ${String(paged)}`, row);
    };
    if (pool !== 'paged') add(0, Row.nonPagedAllocs, Row.nonPagedFrees, Row.nonPagedBytes);
    if (pool !== 'nonPaged') add(1, Row.pagedAllocs, Row.pagedFrees, Row.pagedBytes);
  }
  return found;
}

/** The first snapshot, before the test. `rows` as in a sample. */
export function beginHunt(
  choice: Pick<HuntRun, 'pool' | 'everyMinutes' | 'source'> & Partial<Pick<HuntRun, 'scope'>>,
  time: number,
  rows: readonly number[],
): HuntRun {
  const first = { time, rows: [...rowsOf(rows, choice.pool).values()].flat() };
  const { scope = 'system' } = choice;
  return { ...choice, scope, watched: watchedCounters(rows), phase: 'testing', snapshots: [first] };
}

/** The run with another snapshot: of what differs from the first. One that is not later is left out. */
export function withSnapshot(run: HuntRun, time: number, rows: readonly number[]): HuntRun {
  const [first] = run.snapshots;
  const last = run.snapshots.at(-1);
  if (first === undefined || last === undefined || time <= last.time) return run;
  const now = rowsOf(rows, run.pool);
  const changed: number[] = [];
  for (let at = 0; at + HUNT_STRIDE <= first.rows.length; at += HUNT_STRIDE) {
    const [tag = 0, paged = 0, blocks = 0, bytes = 0] = first.rows.slice(at, at + HUNT_STRIDE);
    const key = `${String(tag)} ${String(paged)}`;
    const row = now.get(key);
    now.delete(key);
    if (row === undefined) changed.push(tag, paged, 0, 0);
    else if (row[2] !== blocks || row[3] !== bytes) changed.push(...row);
  }
  for (const row of now.values()) changed.push(...row);
  const all = [...run.snapshots, { time, rows: changed }];
  const full = run.phase === 'testing' && all.length > MOST_SNAPSHOTS;
  return { ...run, snapshots: full ? all.filter((_, at) => at % 2 === 0 || at === all.length - 1) : all };
}

/** The test has stopped: the last snapshot is that moment's. */
export function stopHunt(run: HuntRun): HuntRun {
  return { ...run, phase: 'waiting', stoppedAt: run.snapshots.length - 1 };
}

export function finishHunt(run: HuntRun): HuntRun {
  return { ...run, phase: 'done' };
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'number' && Number.isFinite(one));
}

/** A run that comes back from a file; undefined where it is none. */
export function parseHunt(value: unknown): HuntRun | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { phase, pool, everyMinutes, source, scope, watched, snapshots, stoppedAt } = value as Readonly<
    Record<string, unknown>
  >;
  if (phase !== 'testing' && phase !== 'waiting' && phase !== 'done') return undefined;
  if (pool !== 'nonPaged' && pool !== 'paged' && pool !== 'both') return undefined;
  if (typeof everyMinutes !== 'number' || !(everyMinutes > 0) || typeof source !== 'string') return undefined;
  if (typeof scope !== 'string' || !isNumbers(watched)) return undefined;
  if (!Array.isArray(snapshots) || snapshots.length === 0) return undefined;
  const taken: HuntSnapshot[] = [];
  let numbers = 0;
  for (const snapshot of snapshots as readonly unknown[]) {
    if (typeof snapshot !== 'object' || snapshot === null) return undefined;
    const { time, rows } = snapshot as Readonly<Record<string, unknown>>;
    if (typeof time !== 'number' || !isNumbers(rows)) return undefined;
    numbers += rows.length;
    if (numbers > MOST_NUMBERS) return undefined;
    taken.push({ time, rows });
  }
  const run = { phase, pool, everyMinutes, source, scope, watched, snapshots: taken } as const;
  return typeof stoppedAt === 'number' && stoppedAt > 0 && stoppedAt < taken.length ? { ...run, stoppedAt } : run;
}
