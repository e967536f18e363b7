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

/** For a file that others read, and the log: what happened, in English, to be put behind "the monitor process". */
export function failureWords(failure: MonitorFailure): string {
  switch (failure.kind) {
    case 'start':
      return 'could not be started';
    case 'silent':
      return 'did not answer';
    case 'hung':
      return 'was hung and has been ended';
    case 'version':
      return 'was another version';
    case 'garbled':
      return 'wrote something that is no message';
    case 'ended':
      return failure.signal === undefined
        ? `ended with exit code ${failure.code ?? '?'}`
        : `was ended by ${failure.signal}`;
  }
}
