/** What crosses between the fuzzer and its worker. The input at hand lies in shared memory: a hung worker can't send it. */

export interface WorkerInput {
  readonly targets: string;
  readonly target: string;
  readonly root: string;
  readonly seed: string;
  /** Inputs the user named, and those kept before the worker was started anew. */
  readonly corpus: readonly Uint8Array[];
  readonly control: SharedArrayBuffer;
  readonly bytes: SharedArrayBuffer;
  /** Runs mutations from the start; otherwise only what `check` asks. */
  readonly fuzz: boolean;
}

/** Cells of `control`: cases begun, whether one is running, its length in bytes. */
export const CASE = 0;
export const RUNNING = 1;
export const LENGTH = 2;
export const CONTROL_CELLS = 3;

export type FindingKind = 'throw' | 'hang' | 'memory';

export interface Defect {
  readonly kind: FindingKind;
  /** The same for the same defect: error, message without numbers, function. */
  readonly signature: string;
  /** For people: message and stack. */
  readonly detail: string;
}

export interface Slowest {
  readonly milliseconds: number;
  readonly bytes: number;
}

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'kept'; readonly bytes: Uint8Array }
  | { readonly kind: 'defect'; readonly defect: Defect; readonly bytes: Uint8Array }
  | { readonly kind: 'progress'; readonly runs: number; readonly reached: number; readonly slowest: Slowest }
  /** The slowest case so far, when it took long. */
  | { readonly kind: 'slow'; readonly bytes: Uint8Array }
  | { readonly kind: 'checked'; readonly defect: Defect | undefined };

export type ToWorker = { readonly check: Uint8Array };
