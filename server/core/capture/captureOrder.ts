/**
 * Order and times of several captures that are one series: by times in their names, else by file times, else by name.
 * Pure: file times come from outside.
 */
import { POOLMON_REFRESH_MS } from './poolMonText';

export interface CaptureFile {
  /** Without its folder. */
  readonly name: string;
  /** Milliseconds since 1970: when the file was last written. */
  readonly fileTime: number;
}

export type OrderedBy = 'time in the name' | 'file time' | 'name';

export interface CaptureOrder {
  readonly by: OrderedBy;
  /** Indices of the files, earliest first, each with the time of its last reading. */
  readonly files: readonly { readonly index: number; readonly time: number }[];
}

/** `20260214-0930`, `2026-02-14_09.30.15`, `20260214T093015`: what scripts put into names. Local time. */
const STAMP = /(?<!\d)(20\d\d)([-_.]?)([01]\d)\2([0-3]\d)[-_. T]?([0-2]\d)[-_.h]?([0-5]\d)(?:[-_.m]?([0-5]\d))?(?!\d)/;

const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Copies of one folder all carry the time they were copied at: file times count only where no two are the same. */
export function orderCaptures(files: readonly CaptureFile[]): CaptureOrder {
  const stamps = files.map(({ name }) => timeInName(name));
  const named = stamps.filter((time) => time !== undefined);
  if (allDistinct(named, files.length)) return ordered('time in the name', named);
  const times = files.map(({ fileTime }) => fileTime);
  if (allDistinct(times, files.length)) return ordered('file time', times);
  return orderedByName(files);
}

/** Milliseconds since 1970; undefined where a name holds no time a calendar has. */
export function timeInName(name: string): number | undefined {
  const parts = STAMP.exec(name);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = [1, 3, 4, 5, 6, 7].map((group) =>
    Number(parts[group] ?? 0),
  );
  const date = new Date(year, month - 1, day, hour, minute, second);
  const exists = date.getMonth() === month - 1 && date.getDate() === day && hour < 24;
  return exists ? date.getTime() : undefined;
}

function allDistinct(times: readonly number[], count: number): boolean {
  return times.length === count && new Set(times).size === count;
}

function ordered(by: OrderedBy, times: readonly number[]): CaptureOrder {
  const files = times.map((time, index) => ({ index, time })).sort((a, b) => a.time - b.time);
  return { by, files };
}

/** The last file keeps its time; those before are a refresh of PoolMon apart, as screens of one file are. */
function orderedByName(files: readonly CaptureFile[]): CaptureOrder {
  const last = Math.max(...files.map(({ fileTime }) => fileTime));
  const indices = files.map((_, index) => index);
  indices.sort((a, b) => byName.compare(files[a]?.name ?? '', files[b]?.name ?? '') || a - b);
  const time = (place: number): number => last - (files.length - 1 - place) * POOLMON_REFRESH_MS;
  return { by: 'name', files: indices.map((index, place) => ({ index, time: time(place) })) };
}
