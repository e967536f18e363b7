/**
 * Whether a reading may be a leak hunt's next snapshot: of the same machine, the same pools and the same run of the machine,
 * later than the last. A report over anything else would be nonsense that looks like a finding. Pure.
 */
import { fellSince } from './huntCounters';
import type { HuntRun } from './huntRun';

/** What is open now, and its newest reading in full. */
export interface OpenReading {
  /** Undefined while nothing is open. */
  readonly source: string | undefined;
  readonly live: boolean;
  readonly scope: string;
  readonly time: number;
  readonly rows: readonly number[];
}

/** Why a reading can't be one. */
export type HuntProblem = 'nothing' | 'otherSource' | 'otherScope' | 'restarted' | 'notLater';

/** Undefined where it can be one. */
export function huntProblem(run: HuntRun, open: OpenReading | undefined): HuntProblem | undefined {
  if (open?.source === undefined) return 'nothing';
  if (!open.live || open.source !== run.source) return 'otherSource';
  if (open.scope !== run.scope) return 'otherScope';
  if (fellSince(run.watched, open.rows)) return 'restarted';
  return open.time <= (run.snapshots.at(-1)?.time ?? 0) ? 'notLater' : undefined;
}
