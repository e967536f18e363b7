/**
 * How a source was left when its process ended: what a new process is told, so that it goes on where the old one was.
 */
import type { MonitorState, OpenParams } from '../shared/monitorProtocol';

export interface LeftOpen {
  /** What happened, as one sentence for the recording. */
  readonly why: string;
  readonly params: Pick<OpenParams, 'index' | 'scope' | 'paused'>;
}

/** `index`: of the last sample of a finite source. `scope`: what was chosen, if anything was. */
export function leftOpen(
  why: string,
  { state }: MonitorState,
  index: number | undefined,
  scope: string | undefined,
): LeftOpen {
  return {
    why,
    params: {
      ...(index === undefined || index === 0 ? {} : { index }),
      ...(scope === undefined ? {} : { scope }),
      ...(state === 'paused' ? { paused: true } : {}),
    },
  };
}
