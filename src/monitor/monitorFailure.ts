/**
 * Ways in which the monitor process can fail us, as values; monitorTexts.ts says them in words.
 */
export type MonitorFailure =
  /** It could not be started at all. */
  | { readonly kind: 'start'; readonly reason: string }
  /** It did not say hello in time. */
  | { readonly kind: 'silent'; readonly milliseconds: number }
  /** It lived and answered nothing any more. */
  | { readonly kind: 'hung'; readonly milliseconds: number }
  /** It speaks another version of the protocol. */
  | { readonly kind: 'version'; readonly version: number }
  /** What it wrote was no message. */
  | { readonly kind: 'garbled'; readonly reason: string }
  /** It ended by itself. `lastWords`: the last line it wrote to stderr. */
  | {
      readonly kind: 'ended';
      readonly code: number | undefined;
      readonly signal: string | undefined;
      readonly lastWords: string | undefined;
    };

export class MonitorFailureError extends Error {
  constructor(readonly failure: MonitorFailure) {
    super(`monitor: ${failure.kind}`);
    this.name = 'MonitorFailureError';
  }
}
