/**
 * Values of many series (bytes, and the blocks that hold them) over time, in memory that has an upper bound: only changes are kept, all series in one ring, each
 * change knowing how far back its series' last one lies. The oldest changes give way, whoever they belong to.
 */
import type { SeriesWindow } from './growth';

/** Changes made room for at a time: 1.25 MiB. */
const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;
/** Distance of a series' first change from the one before it. */
const NONE = 0xffff_ffff;

interface Chunk {
  readonly sample: Uint32Array;
  readonly value: Float64Array;
  readonly blocks: Uint32Array;
  /** Number of changes (of any series) back to the last one of the same series. */
  readonly back: Uint32Array;
}

/** More blocks than any kernel has room for are shown as this many. */
const MOST_BLOCKS = 0xffff_ffff;
const BYTES_A_CHANGE = 20;

/** Steps of one series, oldest first: what it was from each time on. */
export interface Trace {
  readonly times: readonly number[];
  readonly bytes: readonly number[];
  readonly blocks: readonly number[];
}

/** What was found by walking back through one series. */
interface Changes {
  /** Newest first: number of the sample, and value from there on. */
  readonly count: number;
  /** First sample from which on the series is known. */
  readonly from: number;
}

export interface ValueLogLimits {
  /** Changes kept, rounded up to a multiple of 65,536; 20 bytes each. */
  readonly changes: number;
  /** Samples kept. */
  readonly samples: number;
}

export class ValueLog {
  readonly #capacity: number;
  readonly #chunks: Chunk[] = [];
  readonly #times: Float64Array;
  /** Samples and changes since the beginning, also those that gave way. */
  #samples = 0;
  #changes = 0;
  /** By series: the value at the last sample, and the number of its last change plus 1 (0: none yet). */
  #last = new Float64Array(0);
  #lastBlocks = new Uint32Array(0);
  #head = new Float64Array(0);
  #foundSamples = new Uint32Array(64);
  #foundValues = new Float64Array(64);
  #foundBlocks = new Uint32Array(64);

  constructor(limits: ValueLogLimits) {
    this.#capacity = Math.max(1, Math.ceil(limits.changes / CHUNK)) * CHUNK;
    this.#times = new Float64Array(limits.samples);
  }

  /** Time of the last sample. */
  get lastTime(): number | undefined {
    return this.#samples === 0 ? undefined : this.#timeOf(this.#samples - 1);
  }

  /** Bytes of typed arrays held. */
  get byteLength(): number {
    return (
      this.#chunks.length * CHUNK * BYTES_A_CHANGE +
      this.#times.byteLength +
      this.#last.byteLength +
      this.#lastBlocks.byteLength +
      this.#head.byteLength
    );
  }

  /** Forgets everything; keeps its memory. */
  clear(): void {
    this.#samples = 0;
    this.#changes = 0;
    this.#last.fill(0);
    this.#lastBlocks.fill(0);
    this.#head.fill(0);
  }

  /**
   * Adds a sample, later than the one before: `values` and `blocks` of series 0 to `count` − 1. A series not seen before
   * was 0.
   */
  take(time: number, values: Float64Array, blocks: Float64Array, count: number): void {
    if (count > this.#last.length) this.#grow(count);
    const sample = this.#samples;
    this.#times[sample % this.#times.length] = time;
    this.#samples++;
    const [last, lastBlocks] = [this.#last, this.#lastBlocks];
    for (let series = 0; series < count; series++) {
      const value = values[series] ?? 0;
      const held = Math.max(0, Math.min(MOST_BLOCKS, blocks[series] ?? 0));
      if (value === last[series] && held === lastBlocks[series]) continue;
      last[series] = value;
      lastBlocks[series] = held;
      this.#append(series, sample, value, held);
    }
  }

  /** Whether every reading since a time is still here, or nothing has given way at all. */
  holds(since: number): boolean {
    const dropped = this.#changes > this.#capacity || this.#samples > this.#times.length;
    return !dropped || this.#timeOf(this.#oldestKnown()) <= since;
  }

  /** Tells of each series whether it changed after its first sample in the window; for a whole pass over them. */
  movedTest(since: number): (series: number) => boolean {
    const first = this.#firstSince(since);
    return (series) => this.#headSample(series) > first;
  }

  /** Readings of a series since a time, evenly picked where there are more than fit into the arrays. */
  window(series: number, since: number, times: Float64Array, values: Float64Array): SeriesWindow {
    const first = this.#firstSince(since);
    const { count: found, from } = this.#walk(series, first);
    const samples = this.#samples - from;
    const count = Math.min(samples, times.length);
    const last = this.#samples - 1;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < found; i++) {
      low = Math.min(low, this.#foundValues[i] ?? 0);
      high = Math.max(high, this.#foundValues[i] ?? 0);
    }
    for (let point = count - 1, at = 0; point >= 0; point--) {
      const sample = count === 1 ? last : from + Math.round((point * (last - from)) / (count - 1));
      while (at < found - 1 && (this.#foundSamples[at] ?? 0) > sample) at++;
      times[point] = this.#timeOf(sample);
      values[point] = this.#foundValues[at] ?? 0;
    }
    return { times, values, count, samples, low, high };
  }

  /** Times of readings since a time, evenly picked where there are more than `most`: the first and the last among them. */
  instants(since: number, most: number): Float64Array {
    const first = this.#firstSince(since);
    const last = this.#samples - 1;
    const count = Math.max(0, Math.min(most, last - first + 1));
    const step = count < 2 ? 0 : (last - first) / (count - 1);
    return Float64Array.from({ length: count }, (_, at) => this.#timeOf(first + Math.round(at * step)));
  }

  /** Readings since a time. */
  countSince(since: number): number {
    return this.#samples - this.#firstSince(since);
  }

  /** Blocks of a series at these times of readings, ascending. False where it is no longer known so far back. */
  blocksAt(series: number, instants: Float64Array, into: Float64Array): boolean {
    const first = this.#firstSince(instants[0] ?? 0);
    const { count: found, from } = this.#walk(series, first);
    for (let point = instants.length - 1, at = 0; point >= 0; point--) {
      const time = instants[point] ?? 0;
      while (at < found - 1 && this.#timeOf(this.#foundSamples[at] ?? 0) > time) at++;
      into[point] = this.#foundBlocks[at] ?? 0;
    }
    return from <= first;
  }

  /**
   * Steps of a series since a time, with its value at the first reading and at the last. Where there are more than
   * `most`, each stretch of time keeps its lowest, its highest and its last, so that no peak is lost.
   */
  trace(series: number, since: number, most: number): Trace {
    const { count: found, from } = this.#walk(series, this.#firstSince(since));
    const steps: number[] = [];
    for (let at = found - 1; at >= 0; at--) steps.push(at);
    const kept = steps.length <= most ? steps : this.#thinned(steps, most);
    const time = (at: number): number => this.#timeOf(Math.max(from, this.#foundSamples[at] ?? 0));
    const times = kept.map(time);
    const bytes = kept.map((at) => this.#foundValues[at] ?? 0);
    const blocks = kept.map((at) => this.#foundBlocks[at] ?? 0);
    const end = this.lastTime;
    if (end !== undefined && (times.at(-1) ?? end) < end) {
      times.push(end);
      bytes.push(bytes.at(-1) ?? 0);
      blocks.push(blocks.at(-1) ?? 0);
    }
    return { times, bytes, blocks };
  }

  /** Of each stretch of what was found: lowest and highest in bytes, and the last, in order of time. */
  #thinned(steps: readonly number[], most: number): number[] {
    const stretches = Math.max(1, Math.floor((most - 1) / 3));
    const kept = new Set<number>([steps[0] ?? 0]);
    for (let n = 0; n < stretches; n++) {
      const first = Math.floor((n * steps.length) / stretches);
      const end = Math.floor(((n + 1) * steps.length) / stretches);
      let [low, high] = [steps[first] ?? 0, steps[first] ?? 0];
      for (let i = first; i < end; i++) {
        const at = steps[i] ?? 0;
        if ((this.#foundValues[at] ?? 0) < (this.#foundValues[low] ?? 0)) low = at;
        if ((this.#foundValues[at] ?? 0) > (this.#foundValues[high] ?? 0)) high = at;
      }
      kept
        .add(low)
        .add(high)
        .add(steps[end - 1] ?? 0);
    }
    return [...kept].sort((a, b) => b - a);
  }

  /** Collects values from the last back to the one that held at `first`; the last found holds at `from`. */
  #walk(series: number, first: number): Changes {
    const head = this.#head[series] ?? 0;
    let change = head - 1;
    let count = 0;
    if (head === 0) return this.#note(count, 0, 0, 0, first);
    // The value stays known when the change that made it has given way.
    if (!this.#kept(change)) {
      const from = Math.max(first, this.#oldestKnown());
      return this.#note(count, 0, this.#last[series] ?? 0, this.#lastBlocks[series] ?? 0, from);
    }
    for (;;) {
      const chunk = this.#chunkOf(change);
      const slot = change & (CHUNK - 1);
      const sample = chunk?.sample[slot] ?? 0;
      this.#note(count++, sample, chunk?.value[slot] ?? 0, chunk?.blocks[slot] ?? 0, first);
      if (sample <= first) return { count, from: first };
      const back = chunk?.back[slot] ?? NONE;
      if (back === NONE) return this.#note(count, 0, 0, 0, first);
      if (!this.#kept(change - back)) return { count, from: sample };
      change -= back;
    }
  }

  #note(at: number, sample: number, value: number, blocks: number, from: number): Changes {
    if (at === this.#foundSamples.length) this.#makeRoom(2 * at);
    this.#foundSamples[at] = sample;
    this.#foundValues[at] = value;
    this.#foundBlocks[at] = blocks;
    return { count: at + 1, from };
  }

  #makeRoom(length: number): void {
    const [samples, values, blocks] = [new Uint32Array(length), new Float64Array(length), new Uint32Array(length)];
    samples.set(this.#foundSamples);
    values.set(this.#foundValues);
    blocks.set(this.#foundBlocks);
    this.#foundSamples = samples;
    this.#foundValues = values;
    this.#foundBlocks = blocks;
  }

  #append(series: number, sample: number, value: number, blocks: number): void {
    const change = this.#changes++;
    const chunk = this.#chunkOf(change) ?? this.#addChunk();
    const slot = change & (CHUNK - 1);
    const head = this.#head[series] ?? 0;
    chunk.sample[slot] = sample;
    chunk.value[slot] = value;
    chunk.blocks[slot] = blocks;
    chunk.back[slot] = head === 0 ? NONE : Math.min(change - (head - 1), NONE - 1);
    this.#head[series] = change + 1;
  }

  #addChunk(): Chunk {
    const chunk = {
      sample: new Uint32Array(CHUNK),
      value: new Float64Array(CHUNK),
      blocks: new Uint32Array(CHUNK),
      back: new Uint32Array(CHUNK),
    };
    this.#chunks.push(chunk);
    return chunk;
  }

  #chunkOf(change: number): Chunk | undefined {
    return this.#chunks[Math.floor((change % this.#capacity) / CHUNK)];
  }

  #kept(change: number): boolean {
    return change >= 0 && change >= this.#changes - this.#capacity;
  }

  #timeOf(sample: number): number {
    return this.#times[sample % this.#times.length] ?? 0;
  }

  #headSample(series: number): number {
    const change = (this.#head[series] ?? 0) - 1;
    return this.#kept(change) ? (this.#chunkOf(change)?.sample[change & (CHUNK - 1)] ?? 0) : -1;
  }

  /** Oldest sample at which every series is known. */
  #oldestKnown(): number {
    const oldest = Math.max(0, this.#samples - this.#times.length);
    const change = this.#changes - this.#capacity;
    if (change <= 0) return oldest;
    return Math.max(oldest, this.#chunkOf(change)?.sample[change & (CHUNK - 1)] ?? 0);
  }

  /** Number of the first sample at or after a time, among those kept. */
  #firstSince(since: number): number {
    let low = Math.max(0, this.#samples - this.#times.length);
    let high = this.#samples;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#timeOf(middle) < since) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(count: number): void {
    const length = Math.max(1024, 2 ** Math.ceil(Math.log2(count)));
    const [last, head, blocks] = [new Float64Array(length), new Float64Array(length), new Uint32Array(length)];
    last.set(this.#last);
    blocks.set(this.#lastBlocks);
    this.#lastBlocks = blocks;
    head.set(this.#head);
    this.#last = last;
    this.#head = head;
  }
}
