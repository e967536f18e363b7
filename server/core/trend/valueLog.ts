/**
 * Values of many series over time, in memory that has an upper bound: only changes are kept, all series in one ring, each
 * change knowing how far back its series' last one lies. The oldest changes give way, whoever they belong to.
 */
import type { SeriesWindow } from './growth';

/** Changes made room for at a time: 1 MiB. */
const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;
/** Distance of a series' first change from the one before it. */
const NONE = 0xffff_ffff;

interface Chunk {
  readonly sample: Uint32Array;
  readonly value: Float64Array;
  /** Number of changes (of any series) back to the last one of the same series. */
  readonly back: Uint32Array;
}

/** What was found by walking back through one series. */
interface Changes {
  /** Newest first: number of the sample, and value from there on. */
  readonly count: number;
  /** First sample from which on the series is known. */
  readonly from: number;
}

export interface ValueLogLimits {
  /** Changes kept, rounded up to a multiple of 65,536; 16 bytes each. */
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
  #head = new Float64Array(0);
  #foundSamples = new Uint32Array(64);
  #foundValues = new Float64Array(64);

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
    return this.#chunks.length * CHUNK * 16 + this.#times.byteLength + this.#last.byteLength + this.#head.byteLength;
  }

  /** Forgets everything; keeps its memory. */
  clear(): void {
    this.#samples = 0;
    this.#changes = 0;
    this.#last.fill(0);
    this.#head.fill(0);
  }

  /** Adds a sample, later than the one before: `values` of series 0 to `count` − 1. A series not seen before was 0. */
  take(time: number, values: Float64Array, count: number): void {
    if (count > this.#last.length) this.#grow(count);
    const sample = this.#samples;
    this.#times[sample % this.#times.length] = time;
    this.#samples++;
    const last = this.#last;
    for (let series = 0; series < count; series++) {
      const value = values[series] ?? 0;
      if (value === last[series]) continue;
      last[series] = value;
      this.#append(series, sample, value);
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

  /** Collects values from the last back to the one that held at `first`; the last found holds at `from`. */
  #walk(series: number, first: number): Changes {
    const head = this.#head[series] ?? 0;
    let change = head - 1;
    let count = 0;
    if (head === 0) return this.#note(count, 0, 0, first);
    // The value stays known when the change that made it has given way.
    if (!this.#kept(change)) return this.#note(count, 0, this.#last[series] ?? 0, Math.max(first, this.#oldestKnown()));
    for (;;) {
      const chunk = this.#chunkOf(change);
      const slot = change & (CHUNK - 1);
      const sample = chunk?.sample[slot] ?? 0;
      this.#note(count++, sample, chunk?.value[slot] ?? 0, first);
      if (sample <= first) return { count, from: first };
      const back = chunk?.back[slot] ?? NONE;
      if (back === NONE) return this.#note(count, 0, 0, first);
      if (!this.#kept(change - back)) return { count, from: sample };
      change -= back;
    }
  }

  #note(at: number, sample: number, value: number, from: number): Changes {
    if (at === this.#foundSamples.length) {
      const samples = new Uint32Array(2 * at);
      const values = new Float64Array(2 * at);
      samples.set(this.#foundSamples);
      values.set(this.#foundValues);
      this.#foundSamples = samples;
      this.#foundValues = values;
    }
    this.#foundSamples[at] = sample;
    this.#foundValues[at] = value;
    return { count: at + 1, from };
  }

  #append(series: number, sample: number, value: number): void {
    const change = this.#changes++;
    const chunk = this.#chunkOf(change) ?? this.#addChunk();
    const slot = change & (CHUNK - 1);
    const head = this.#head[series] ?? 0;
    chunk.sample[slot] = sample;
    chunk.value[slot] = value;
    chunk.back[slot] = head === 0 ? NONE : Math.min(change - (head - 1), NONE - 1);
    this.#head[series] = change + 1;
  }

  #addChunk(): Chunk {
    const chunk = { sample: new Uint32Array(CHUNK), value: new Float64Array(CHUNK), back: new Uint32Array(CHUNK) };
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
    const [last, head] = [new Float64Array(length), new Float64Array(length)];
    last.set(this.#last);
    head.set(this.#head);
    this.#last = last;
    this.#head = head;
  }
}
