/**
 * A source followed from the command line: every sample of a file at once or at an interval, those of a machine or a
 * command as they come, until there is no more, somebody has seen enough, or Ctrl-C.
 */
import type { MonitorState } from '../../src/shared/monitorProtocol';
import type { Sample } from '../../src/shared/sample';
import type { FeedSource, PoolSource } from '../monitor/poolSource';
import { SamplingLoop } from '../monitor/samplingLoop';

export interface Following {
  /** Samples to see. */
  readonly count: number;
  /** Milliseconds between two; undefined: a file is played at once. */
  readonly intervalMs: number | undefined;
  readonly sample: (sample: Sample) => void;
  /** Why there is nothing new just now. */
  readonly problem: (message: string) => void;
  readonly signal: AbortSignal;
}

const LIVE_INTERVAL_MS = 1000;

/** Resolves at the end; rejects with what `sample` throws. The caller closes the source. */
export async function followSource(source: PoolSource | FeedSource, following: Following): Promise<void> {
  if (!('feed' in source) && !source.info.live && following.intervalMs === undefined) playAtOnce(source, following);
  else await followLoop(source, following);
}

function playAtOnce(source: PoolSource, { count, sample, signal }: Following): void {
  for (let seen = 0; seen < count && !signal.aborted; seen++) {
    const next = source.read();
    if (next === undefined) return;
    sample(next);
  }
}

async function followLoop(source: PoolSource | FeedSource, following: Following): Promise<void> {
  const { signal } = following;
  await new Promise<void>((resolve, reject) => {
    let seen = 0;
    const loop = new SamplingLoop({
      ready: () => true,
      message: () => undefined,
      jumped: () => undefined,
      sample: (sample) => {
        if (seen >= following.count) return;
        seen++;
        try {
          following.sample(sample);
        } catch (error) {
          finish();
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        if (seen >= following.count) finish();
      },
      state: (state: MonitorState) => {
        if (state.state === 'ended') finish();
        else if ('message' in state) following.problem(state.message);
      },
    });
    const finish = (): void => {
      loop.pause();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    signal.addEventListener('abort', finish);
    if (signal.aborted) finish();
    else loop.open(source, following.intervalMs ?? LIVE_INTERVAL_MS);
  });
}
