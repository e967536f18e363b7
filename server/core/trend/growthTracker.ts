/**
 * Growth of all tags as samples come: keeps their history and judges, a few series at a time, those that moved.
 * Pure: no clock of its own; a sample's time is what it says, put right where the clock was set back.
 */
import type { EventMark } from '../../../src/shared/eventMark';
import type { GrowthMessage, TagGrowth } from '../../../src/shared/growth';
import { growthKey, GROWTH_VERDICTS } from '../../../src/shared/growth';
import type { Sample } from '../../../src/shared/sample';
import { MOST_TRACED, type TagPool, type TagTrace } from '../../../src/shared/trace';
import { Breaks } from './breaks';
import { CompanionSearch } from './companions';
import { judgeGrowth, type SeriesWindow } from './growth';
import { History, type TierLimits } from './history';
import { sketch } from './sketch';
import { sumWindow } from './sumWindow';
import { TagSeries } from './tagSeries';

/** Readings a judgement is made from: 2,016 pairs, some 30 µs; more would hardly make it surer. */
export const MOST_POINTS = 64;
/** Time assumed to have passed when the clock was set back before there was any interval. */
const USUAL_INTERVAL_MS = 1000;

export class GrowthTracker {
  readonly #history: History;
  readonly #series = new TagSeries();
  readonly #breaks = new Breaks();
  readonly #times = new Float64Array(MOST_POINTS);
  readonly #values = new Float64Array(MOST_POINTS);
  #windowMs: number;
  #scope: string | undefined;
  /** Added to a sample's time, and what passed between the last two. */
  #shift = 0;
  #interval = USUAL_INTERVAL_MS;
  /** By series: the last judgement of one that moved. */
  #judged: (TagGrowth | undefined)[] = [];
  /** Series whose judgement is another since it was last told. */
  #untold = new Set<number>();
  /** The same of sums, by slot: of tags that move in both pools. */
  #sums: (TagGrowth | undefined)[] = [];
  #untoldSums = new Set<number>();
  #tellAll = true;
  #cursor = 0;

  constructor(windowMs: number, tiers?: readonly TierLimits[]) {
    this.#windowMs = windowMs;
    this.#history = new History(tiers);
  }

  /** Bytes of typed arrays history holds. */
  get byteLength(): number {
    return this.#history.byteLength;
  }

  /** Whether there is any sample. */
  get started(): boolean {
    return this.#history.lastTime !== undefined;
  }

  setWindow(windowMs: number): void {
    this.#windowMs = windowMs;
    this.#forgetJudgements();
  }

  /** What follows has nothing to do with what came before: another source, another place in it. */
  restart(): void {
    this.#history.clear();
    this.#breaks.clear();
    this.#series.clear();
    this.#scope = undefined;
    this.#shift = 0;
    this.#interval = USUAL_INTERVAL_MS;
    this.#forgetJudgements();
  }

  /** Adds a sample to history. One with the very time of the last is left out: a rate needs time. */
  add(sample: Sample): void {
    const other = this.#scope !== undefined && this.#scope !== sample.scope;
    const anew = !other && this.#series.beganAnew(sample.rows);
    if (other || anew) this.restart();
    if (anew) this.#breaks.restarted(sample.time);
    this.#breaks.take(sample.time);
    this.#scope = sample.scope;
    const last = this.#history.lastTime;
    let time = sample.time + this.#shift;
    if (time === last) return;
    if (last !== undefined && time < last) {
      // The clock was set back: time has gone on all the same.
      this.#shift += last + this.#interval - time;
      time = last + this.#interval;
    } else if (last !== undefined) this.#interval = time - last;
    this.#series.take(sample);
    this.#history.take(time, this.#series.bytes, this.#series.blocks, this.#series.count);
  }

  /** Gaps and new beginnings seen since this was asked last. */
  takeBreaks(): readonly EventMark[] {
    return this.#breaks.found();
  }

  /** Series there are; a whole round of judging visits each. */
  get seriesCount(): number {
    return this.#series.count;
  }

  /** The past of tags in both pools, up to `most` steps each; times are those of the samples. */
  traces(tags: readonly number[], spanMs: number, most: number): readonly TagTrace[] {
    const last = this.#history.lastTime;
    if (last === undefined) return [];
    const since = last - spanMs;
    const log = this.#history.logSince(since);
    return tags.slice(0, MOST_TRACED).flatMap((tag) =>
      [false, true].flatMap((paged) => {
        const series = this.#series.seriesOf(tag, paged);
        if (series === undefined || log === undefined) return [];
        const trace = log.trace(series, since, most);
        return [{ tag, paged, ...trace, times: trace.times.map((time) => time - this.#shift) }];
      }),
    );
  }

  /** A search for tags that move together with one, to be stepped by the caller; undefined for a tag never seen. */
  companions({ tag, paged }: TagPool, spanMs: number): CompanionSearch | undefined {
    const series = this.#series.seriesOf(tag, paged);
    const since = (this.#history.lastTime ?? 0) - spanMs;
    const log = this.#history.logSince(since);
    if (series === undefined || log === undefined || !this.started) return undefined;
    return new CompanionSearch(log, series, since, this.#series.count);
  }

  /** The tag and pool of a series. */
  tagPool(series: number): TagPool {
    return { tag: this.#series.tags[series >>> 1] ?? 0, paged: (series & 1) === 1 };
  }

  /** Judges up to `budget` series that moved, going on where it stopped, at most once round. Gives how many it visited. */
  judge(budget: number): number {
    const { count } = this.#series;
    const { lastTime } = this.#history;
    if (lastTime === undefined) return 0;
    const since = lastTime - this.#windowMs;
    const log = this.#history.logSince(since);
    if (log === undefined) return 0;
    const moved = log.movedTest(since);
    let left = budget;
    for (let visited = 0; visited < count; visited++) {
      const series = this.#cursor < count ? this.#cursor : 0;
      const moving = moved(series);
      if (moving && left-- <= 0) return visited;
      this.#cursor = series + 1;
      const found = moving ? judged(log.window(series, since, this.#times, this.#values)) : undefined;
      // Blocks alone may have moved.
      note(this.#judged, this.#untold, series, found?.swing === 0 ? undefined : found);
      // The nonpaged pool of a tag comes first.
      if ((series & 1) === 0) continue;
      const both = this.#judged[series] !== undefined && this.#judged[series - 1] !== undefined;
      // Steps of both are gone through once more: about twice the work.
      if (both) left -= 2;
      const sum = both ? judged(sumWindow(log, series - 1, series, since, this.#times, this.#values)) : undefined;
      note(this.#sums, this.#untoldSums, series >>> 1, sum);
    }
    return count;
  }

  /** What is new since the last message; everything after a restart. */
  message(): GrowthMessage {
    const reset = this.#tellAll;
    const { rows, lines, gone } = told(this.#judged, this.#untold, (series) => this.tagPool(series));
    const sums = told(this.#sums, this.#untoldSums, (slot) => this.tagPool(2 * slot));
    this.#tellAll = false;
    const settled = reset ? [] : gone.map(({ tag, paged }) => growthKey(tag, paged));
    const joined = { rows: sums.rows, lines: sums.lines, settled: reset ? [] : sums.gone.map(({ tag }) => tag) };
    return { reset, windowMs: this.#windowMs, still: this.#still(), rows, lines, settled, joined };
  }

  /** Judgement of a series that stood still, for which any will do that never was. */
  #still(): TagGrowth {
    const since = (this.#history.lastTime ?? 0) - this.#windowMs;
    const window = this.#history.logSince(since)?.window(MOST_SERIES, since, this.#times, this.#values);
    return judgeGrowth(window ?? NOTHING);
  }

  #forgetJudgements(): void {
    this.#judged = [];
    this.#untold.clear();
    this.#sums = [];
    this.#untoldSums.clear();
    this.#tellAll = true;
    this.#cursor = 0;
  }
}

/** A series that no tag has. */
const MOST_SERIES = Number.MAX_SAFE_INTEGER;
const NOTHING = { times: new Float64Array(0), values: new Float64Array(0), count: 0, samples: 0, low: 0, high: 0 };

function judged(window: SeriesWindow): TagGrowth {
  const line = sketch(window);
  return { ...judgeGrowth(window), ...(line === undefined ? {} : { line }) };
}

/** Keeps a judgement, and that it is to be told, where it is another than the last. */
function note(known: (TagGrowth | undefined)[], untold: Set<number>, at: number, next: TagGrowth | undefined): void {
  const before = known[at];
  if (next === undefined && before === undefined) return;
  const judged = next === undefined ? undefined : rounded(next);
  const same =
    judged?.verdict === before?.verdict &&
    judged?.bytesPerMinute === before?.bytesPerMinute &&
    judged?.p === before?.p &&
    judged?.swing === before?.swing &&
    judged?.line === before?.line;
  if (same && judged?.verdict !== 'tooLittle') return;
  known[at] = judged;
  untold.add(at);
}

interface Told {
  readonly rows: number[];
  readonly lines: string[];
  /** Judged once, and now no more. */
  readonly gone: TagPool[];
}

/** What is to be told, as a message has it; nothing is left to be told. */
function told(known: readonly (TagGrowth | undefined)[], untold: Set<number>, at: (n: number) => TagPool): Told {
  const made: Told = { rows: [], lines: [], gone: [] };
  for (const one of untold) {
    const judged = known[one];
    const { tag, paged } = at(one);
    if (judged === undefined) made.gone.push({ tag, paged });
    else {
      made.rows.push(tag, paged ? 1 : 0, ...growthNumbers(judged));
      made.lines.push(judged.line ?? '');
    }
  }
  untold.clear();
  return made;
}

/** Digits nobody reads would only make each judgement another. */
function rounded(growth: TagGrowth): TagGrowth {
  const { bytesPerMinute, p } = growth;
  return { ...growth, bytesPerMinute: Number(bytesPerMinute.toPrecision(4)), p: Number(p.toPrecision(2)) };
}

function growthNumbers(growth: TagGrowth): readonly number[] {
  const { verdict, bytesPerMinute, p, swing, points, samples, spanMs } = growth;
  return [GROWTH_VERDICTS.indexOf(verdict), bytesPerMinute, p, swing, points, samples, spanMs];
}
