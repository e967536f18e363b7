/**
 * What the monitor is doing, as the extension host sees it: one value the panel, the context keys and the commands read.
 */
import type { LiveAvailability, MonitorState, SourceInfo, SourceSpec } from '../shared/monitorProtocol';
import type { MonitorFailure } from './monitorFailure';

export type MonitorPhase =
  /** Nothing was asked for yet. */
  | { readonly kind: 'idle' }
  /** The process starts, or a source is being opened. `source`: its rows are still shown, for it is opened again. */
  | { readonly kind: 'opening'; readonly spec: SourceSpec; readonly source?: SourceInfo }
  | { readonly kind: 'open'; readonly spec: SourceSpec; readonly source: SourceInfo; readonly monitor: MonitorState }
  /** Live data was asked for where there is none. */
  | { readonly kind: 'notLive'; readonly live: LiveAvailability }
  /** The source could not be opened; the monitor said why in one line. */
  | { readonly kind: 'refused'; readonly spec: SourceSpec; readonly message: string }
  /** The process is gone. `retryInMs`: it will be started again; rows of the source are still worth reading. */
  | {
      readonly kind: 'failed';
      readonly failure: MonitorFailure;
      readonly source?: SourceInfo;
      readonly retryInMs?: number;
    };

/** The source whose rows are to be seen. */
export function shownSource(phase: MonitorPhase): SourceInfo | undefined {
  return phase.kind === 'open' || phase.kind === 'opening' || phase.kind === 'failed' ? phase.source : undefined;
}
