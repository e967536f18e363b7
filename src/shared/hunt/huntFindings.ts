/**
 * What a leak hunt found: which tags grew in the test, what of it was freed afterwards, and what stayed. Pure.
 */
import { HUNT_STRIDE, type HuntRun } from './huntRun';

export interface HuntFinding {
  readonly tag: number;
  readonly paged: boolean;
  /** Bytes and blocks before the test, when it stopped, and at the end of the wait. */
  readonly before: Held;
  readonly stopped: Held;
  readonly after: Held;
  /** Bytes at each snapshot. */
  readonly bytes: readonly number[];
  /** Bytes that grew in the test and were not freed: what is left of them at the end. */
  readonly kept: number;
  /** Of what the test added, the part that was freed: 0 to 1; 1 where it added nothing. */
  readonly freed: number;
}

export interface Held {
  readonly blocks: number;
  readonly bytes: number;
}

const NOTHING: Held = { blocks: 0, bytes: 0 };

/** Tags that hold more at the end than before the test, the most first. */
export function huntFindings(run: HuntRun): readonly HuntFinding[] {
  const states = run.snapshots.map(({ rows }) => stateOf(rows));
  const [first = new Map<number, Held>()] = states;
  const keys = new Set(states.flatMap((state) => [...state.keys()]));
  const at = (state: ReadonlyMap<number, Held> | undefined, key: number): Held =>
    state?.get(key) ?? first.get(key) ?? NOTHING;
  const stoppedAt = run.stoppedAt ?? states.length - 1;
  const found = [...keys].map((key): HuntFinding => {
    const [before, stopped, after] = [first.get(key) ?? NOTHING, at(states[stoppedAt], key), at(states.at(-1), key)];
    const added = stopped.bytes - before.bytes;
    const kept = Math.max(0, after.bytes - before.bytes);
    return {
      tag: Math.floor(key / 2),
      paged: key % 2 === 1,
      ...{ before, stopped, after, kept },
      bytes: states.map((state) => at(state, key).bytes),
      freed: added <= 0 ? 1 : Math.max(0, Math.min(1, (stopped.bytes - after.bytes) / added)),
    };
  });
  return found.filter((one) => one.kept > 0 && one.stopped.bytes > one.before.bytes).sort((a, b) => b.kept - a.kept);
}

function stateOf(rows: readonly number[]): Map<number, Held> {
  const state = new Map<number, Held>();
  for (let at = 0; at + HUNT_STRIDE <= rows.length; at += HUNT_STRIDE) {
    const key = 2 * ((rows[at] ?? 0) >>> 0) + (rows[at + 1] === 1 ? 1 : 0);
    state.set(key, { blocks: rows[at + 2] ?? 0, bytes: rows[at + 3] ?? 0 });
  }
  return state;
}
