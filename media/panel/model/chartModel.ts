/**
 * The tags chosen for charts and their past: steps from the monitor, followed by the readings that come. Pure; knows
 * neither DOM nor the library that draws.
 */
import type { TagTrace, TracesResult } from '../../../src/shared/trace';
import { MOST_TRACED } from '../../../src/shared/trace';
import type { ChartFigure, ChartLine, ChartMark } from './chartApi';

/** One tag in one pool, growing at its end. */
interface Line {
  readonly tag: number;
  readonly paged: boolean;
  readonly times: number[];
  readonly bytes: number[];
  readonly blocks: number[];
}

/** What changed over the time shown: a row of the table that stands in for the charts. */
export interface TraceSummary {
  readonly tag: number;
  readonly paged: boolean;
  readonly first: number;
  readonly last: number;
  readonly low: number;
  readonly high: number;
  readonly blocksFirst: number;
  readonly blocksLast: number;
}

/** What the grid has of a tag now. */
export interface LatestReading {
  readonly tag: number;
  readonly paged: boolean;
  readonly bytes: number;
  readonly blocks: number;
}

export const USUAL_SPAN_MINUTES = 10;
/** Minutes a chart can look back: up to the week that history holds. */
export const CHART_SPANS = [1, 10, 60, 360, 1440, 10_080];
/** Steps kept of a line that grows: what is older than these is dropped before the span says so. */
const MOST_POINTS = 6000;

export class ChartModel {
  private lines: Line[] = [];
  private chosen: number[] = [];
  private span = USUAL_SPAN_MINUTES;
  private marked: readonly ChartMark[] = [];

  get tags(): readonly number[] {
    return this.chosen;
  }

  get spanMinutes(): number {
    return this.span;
  }

  get spanMs(): number {
    return this.span * 60_000;
  }

  get marks(): readonly ChartMark[] {
    return this.marked;
  }

  setMarks(marks: readonly ChartMark[]): void {
    this.marked = marks;
  }

  setSpan(minutes: number): void {
    this.span = minutes;
  }

  has(tag: number): boolean {
    return this.chosen.includes(tag);
  }

  /** Adds a tag, the oldest giving way when there are too many. */
  add(tag: number): void {
    if (this.has(tag)) return;
    this.chosen = [...this.chosen, tag].slice(-MOST_TRACED);
  }

  remove(tag: number): void {
    this.chosen = this.chosen.filter((other) => other !== tag);
    this.lines = this.lines.filter((line) => line.tag !== tag);
  }

  clear(): void {
    this.lines = [];
  }

  /** Takes over the past; tags no longer chosen are left out. */
  take({ traces }: TracesResult): void {
    this.lines = traces.filter((trace) => this.has(trace.tag)).map(growing);
  }

  /** Takes over a reading. One that is older than what is there is from another place of a recording, and ignored. */
  append(time: number, readings: readonly LatestReading[]): void {
    for (const { tag, paged, bytes, blocks } of readings) {
      const line = this.lines.find((one) => one.tag === tag && one.paged === paged);
      const end = line === undefined ? -1 : line.times.length - 1;
      if (line === undefined || end < 0 || time <= (line.times[end] ?? 0)) continue;
      const same = line.bytes[end] === bytes && line.blocks[end] === blocks;
      const still = same && line.bytes[end - 1] === bytes && line.blocks[end - 1] === blocks;
      if (still) line.times[end] = time;
      else {
        line.times.push(time);
        line.bytes.push(bytes);
        line.blocks.push(blocks);
      }
      forget(line, time - this.spanMs);
    }
  }

  summaries(): readonly TraceSummary[] {
    return this.shown().map(({ tag, paged, bytes, blocks }) => ({
      tag,
      paged,
      first: bytes[0] ?? 0,
      last: bytes.at(-1) ?? 0,
      low: bytes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
      high: bytes.reduce((a, b) => Math.max(a, b), 0),
      blocksFirst: blocks[0] ?? 0,
      blocksLast: blocks.at(-1) ?? 0,
    }));
  }

  /** Seconds since 1970 at which any line has a step. */
  times(): readonly number[] {
    return [...new Set(this.shown().flatMap((line) => line.times))].sort((a, b) => a - b).map((time) => time / 1000);
  }

  figure(
    what: 'bytes' | 'blocks',
    title: string,
    label: (tag: number, paged: boolean) => string,
    format: (value: number) => string,
    times: readonly number[],
  ): ChartFigure {
    const lines = this.shown().map((line): ChartLine => ({
      label: label(line.tag, line.paged),
      colour: this.chosen.indexOf(line.tag),
      dashed: line.paged,
      values: held(line.times, line[what], times),
    }));
    return { title, lines, format, binary: what === 'bytes' };
  }

  /** In the order chosen; a pool in which a tag never had anything is no line. */
  private shown(): readonly Line[] {
    const used = this.lines.filter((line) => line.bytes.some((value) => value > 0) || line.blocks.some((n) => n > 0));
    return used.sort((a, b) => this.chosen.indexOf(a.tag) - this.chosen.indexOf(b.tag) || +a.paged - +b.paged);
  }
}

function growing({ tag, paged, times, bytes, blocks }: TagTrace): Line {
  return { tag, paged, times: [...times], bytes: [...bytes], blocks: [...blocks] };
}

/** Drops what is behind the span, but for the step that holds where it begins. */
function forget(line: Line, since: number): void {
  const kept = line.times.findIndex((time) => time > since) - 1;
  const drop = Math.max(kept, line.times.length - MOST_POINTS);
  if (drop <= 0) return;
  line.times.splice(0, drop);
  line.bytes.splice(0, drop);
  line.blocks.splice(0, drop);
}

/** The value that holds at each of the times: null before the first. */
function held(steps: readonly number[], values: readonly number[], times: readonly number[]): (number | null)[] {
  let at = -1;
  return times.map((seconds) => {
    while (at + 1 < steps.length && (steps[at + 1] ?? 0) / 1000 <= seconds) at += 1;
    return at < 0 ? null : (values[at] ?? null);
  });
}
