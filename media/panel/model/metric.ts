/**
 * One counter of all rows, column-wise: its value, its change in the last sample, and the tick it last changed in.
 * Typed arrays indexed by row id; knows nothing of tags.
 */

/** Tick of a value that has not changed yet. */
const NEVER = -1_000_000;

export class Metric {
  values = new Float64Array(0);
  deltas = new Float64Array(0);
  ticks = new Int32Array(0);

  grow(length: number): void {
    const { values, deltas, ticks } = this;
    this.values = new Float64Array(length);
    this.values.set(values);
    this.deltas = new Float64Array(length);
    this.deltas.set(deltas);
    this.ticks = new Int32Array(length).fill(NEVER);
    this.ticks.set(ticks);
  }

  /** Empties a row for a new tag. */
  reset(id: number): void {
    this.values[id] = 0;
    this.deltas[id] = 0;
    this.ticks[id] = NEVER;
  }

  /** Notes a change. */
  move(id: number, delta: number, tick: number): void {
    this.deltas[id] = delta;
    if (delta !== 0) this.ticks[id] = tick;
  }

  value(id: number): number {
    return this.values[id] ?? 0;
  }

  delta(id: number): number {
    return this.deltas[id] ?? 0;
  }

  /** Ticks since the last change: 0 for one in this very sample. */
  age(id: number, tick: number): number {
    return tick - (this.ticks[id] ?? NEVER);
  }
}
