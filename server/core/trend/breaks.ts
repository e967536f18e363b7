/**
 * Breaks in a row of readings: stretches without any, and counters that begin anew. Pure; judges the times that samples
 * say, so a recording that is played tells what happened when it was made.
 */
import type { EventMark } from '../../../src/shared/eventMark';

/** A stretch counts when it is so many times as long as those around it, and at least this long. */
const GAP_RATIO = 5;
const LEAST_GAP_MS = 5000;

export class Breaks {
  /** Times of the last three readings at most, the newest last. */
  #times: number[] = [];
  #found: EventMark[] = [];

  /** What follows has nothing to do with what came before. */
  clear(): void {
    this.#times = [];
  }

  /** A reading at this time. */
  take(time: number): void {
    const [oldest, before, last] = this.#times;
    this.#times = [...this.#times, time].slice(-3);
    if (before === undefined || oldest === undefined || last === undefined) return;
    // Only what is shorter again after it is a gap: a longer interval that somebody chose stays long.
    const usual = Math.max(before - oldest, time - last);
    if (usual > 0 && last - before >= LEAST_GAP_MS && last - before > GAP_RATIO * usual) {
      this.#found.push({ kind: 'gap', time: before, end: last, text: '' });
    }
  }

  /** Counters of most tags fell: what was read before belongs to another run of the machine. */
  restarted(time: number): void {
    this.clear();
    this.#found.push({ kind: 'restart', time, text: '' });
  }

  /** What was found since this was asked last. */
  found(): readonly EventMark[] {
    const found = this.#found;
    if (found.length > 0) this.#found = [];
    return found;
  }
}
