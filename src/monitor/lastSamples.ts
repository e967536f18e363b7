/**
 * The last two readings, kept so that a panel shown again has values and changes at once.
 * Pure: messages in, messages out. The newest message stays as it came; all before it are one full reading.
 */
import type { SampleMessage } from '../shared/monitorProtocol';
import { ROW_STRIDE, Row } from '../shared/sample';

export class LastSamples {
  private readonly rows = new Map<number, readonly number[]>();
  private before: SampleMessage | undefined;
  private newest: SampleMessage | undefined;

  /** Index of the newest sample in a finite source. */
  get index(): number | undefined {
    return this.newest?.index;
  }

  /** Of the newest sample. */
  get time(): number | undefined {
    return this.newest?.time;
  }

  clear(): void {
    this.rows.clear();
    this.before = undefined;
    this.newest = undefined;
  }

  receive(sample: SampleMessage): void {
    if (this.newest !== undefined) this.merge(this.newest);
    this.before = this.newest;
    this.newest = sample;
  }

  /** What a panel that knows nothing must be told, in this order. */
  replay(): readonly SampleMessage[] {
    if (this.newest === undefined) return [];
    if (this.before === undefined) return [this.newest];
    return [{ ...this.before, reset: true, removed: [], rows: [...this.rows.values()].flat() }, this.newest];
  }

  /** The newest reading in full; undefined before the first. */
  whole(): { readonly time: number; readonly scope: string; readonly rows: readonly number[] } | undefined {
    if (this.newest === undefined) return undefined;
    const all = new LastSamples();
    for (const message of this.replay()) all.merge(message);
    return { time: this.newest.time, scope: this.newest.scope, rows: [...all.rows.values()].flat() };
  }

  private merge(sample: SampleMessage): void {
    if (sample.reset) this.rows.clear();
    const { rows } = sample;
    for (let at = 0; at + ROW_STRIDE <= rows.length; at += ROW_STRIDE) {
      this.rows.set(rows[at + Row.tag] ?? 0, rows.slice(at, at + ROW_STRIDE));
    }
    for (const tag of sample.removed) this.rows.delete(tag);
  }
}
