/**
 * One target under the fuzzer, as the parent sees it: starts the worker with caps, notices hangs and exhausted memory,
 * starts it anew with what it had kept, and makes what it found smaller.
 */
import { Worker } from 'node:worker_threads';
import type { FuzzBundle } from './bundle';
import type { Defect, FromWorker, Slowest, WorkerInput } from './messages';
import { CASE, CONTROL_CELLS, LENGTH, RUNNING } from './messages';
import { minimise } from './minimise';
import { LARGEST_INPUT } from './mutate';

export interface Caps {
  /** A case that runs longer hangs. */
  readonly caseMs: number;
  /** Heap of the worker. */
  readonly heapMegabytes: number;
  /** Workers a target may use up by hangs and exhausted memory. */
  readonly mostRestarts: number;
  /** Smaller inputs tried for a defect that costs a worker. */
  readonly slowTries: number;
}

export interface Finding {
  readonly defect: Defect;
  readonly bytes: Uint8Array;
  /** Cases that showed it. */
  readonly times: number;
}

export interface CampaignResult {
  readonly runs: number;
  /** Counted places reached. */
  readonly reached: number;
  readonly kept: number;
  readonly slowest: Slowest;
  /** The slowest input, when it took long. */
  readonly slowInput: Uint8Array | undefined;
  readonly findings: readonly Finding[];
}

const WATCH_MS = 100;

interface Started {
  readonly worker: Worker;
  readonly control: Int32Array;
  readonly input: () => Uint8Array;
}

export class Campaign {
  readonly #found = new Map<string, { defect: Defect; bytes: Uint8Array; times: number }>();
  readonly #kept: Uint8Array[];
  #runs = 0;
  #reached = 0;
  #slowInput: Uint8Array | undefined;
  #slowest: Slowest = { milliseconds: 0, bytes: 0 };

  constructor(
    private readonly bundle: FuzzBundle,
    private readonly root: string,
    private readonly target: string,
    private readonly seed: string,
    private readonly caps: Caps,
    seeds: readonly Uint8Array[],
  ) {
    this.#kept = [...seeds];
  }

  /** Fuzzes for that long, or for about that many cases. */
  async run(milliseconds: number, mostRuns: number, signal: AbortSignal): Promise<CampaignResult> {
    const end = performance.now() + milliseconds;
    const isOver = (): boolean => performance.now() >= end || this.#runs >= mostRuns || signal.aborted;
    for (let start = 0; start < this.caps.mostRestarts && !isOver(); start += 1) await this.#round(start, isOver);
    const findings: Finding[] = [];
    for (const { defect, bytes, times } of this.#found.values()) {
      const confirmed = await this.#confirm(defect, bytes);
      if (confirmed !== undefined) findings.push({ ...confirmed, times });
    }
    return {
      runs: this.#runs,
      reached: this.#reached,
      kept: this.#kept.length,
      slowest: this.#slowest,
      slowInput: this.#slowInput,
      findings,
    };
  }

  /** What one input does, under the caps. */
  async check(bytes: Uint8Array): Promise<Defect | undefined> {
    const checker = new Checker(() => this.#start('check', false), this.caps);
    try {
      return await checker.check(bytes);
    } finally {
      await checker.stop();
    }
  }

  /** From the worker's start until time is up, it hangs or it dies. */
  async #round(start: number, isOver: () => boolean): Promise<void> {
    const started = this.#start(`${this.seed}+${String(start)}`, true);
    const before = this.#runs;
    started.worker.on('message', (message: FromWorker) => {
      if (message.kind === 'kept') this.#kept.push(message.bytes);
      if (message.kind === 'slow') this.#slowInput = message.bytes;
      if (message.kind === 'defect') this.#note(message.defect, message.bytes);
      if (message.kind !== 'progress') return;
      this.#runs = before + message.runs;
      this.#reached = Math.max(this.#reached, message.reached);
      if (message.slowest.milliseconds > this.#slowest.milliseconds) this.#slowest = message.slowest;
    });
    const ended = await new Watch(started, this.caps, isOver).ended;
    if (ended !== undefined) this.#note(ended, started.input());
    await started.worker.terminate();
  }

  #note(defect: Defect, bytes: Uint8Array): void {
    const known = this.#found.get(defect.signature);
    const isSmaller = known === undefined || bytes.length < known.bytes.length;
    this.#found.set(defect.signature, {
      defect,
      bytes: isSmaller ? bytes : known.bytes,
      times: (known?.times ?? 0) + 1,
    });
  }

  /**
   * Smaller bytes with the same defect. One that does not come again is kept as it was found, and says so; but a hang that
   * does not was a busy machine.
   */
  async #confirm(defect: Defect, bytes: Uint8Array): Promise<{ defect: Defect; bytes: Uint8Array } | undefined> {
    const checker = new Checker(() => this.#start('check', false), this.caps);
    try {
      const again = await checker.check(bytes);
      if (again === undefined && defect.kind === 'hang') return undefined;
      if (again?.signature !== defect.signature) {
        return { defect: { ...defect, detail: `did not come again when run alone\n${defect.detail}` }, bytes };
      }
      const most = defect.kind === 'throw' ? 600 : this.caps.slowTries;
      const shows = async (candidate: Uint8Array): Promise<boolean> =>
        (await checker.check(candidate))?.signature === defect.signature;
      return { defect: again, bytes: await minimise(bytes, shows, most) };
    } finally {
      await checker.stop();
    }
  }

  #start(seed: string, fuzz: boolean): Started {
    const control = new SharedArrayBuffer(CONTROL_CELLS * 4);
    const bytes = new SharedArrayBuffer(LARGEST_INPUT);
    const { targets, worker: file } = this.bundle;
    const common = { targets, target: this.target, root: this.root, seed, control, bytes, fuzz };
    const workerData: WorkerInput = { ...common, corpus: fuzz ? this.#kept : [] };
    const worker = new Worker(file, {
      workerData,
      // The bundle needs no loader, and tsx would take seconds to start.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.caps.heapMegabytes },
    });
    const cells = new Int32Array(control);
    return { worker, control: cells, input: () => new Uint8Array(bytes).slice(0, cells[LENGTH] ?? 0) };
  }
}

/** Waits until `isOver`, a case that does not return, the worker's death, or `stop`. */
class Watch {
  readonly ended: Promise<Defect | undefined>;
  stop: () => void = () => undefined;

  constructor({ worker, control }: Started, caps: Caps, isOver: () => boolean) {
    this.ended = new Promise((resolve) => {
      const failed = (error: unknown): void => {
        done(death(error));
      };
      const exited = (): void => {
        done({ kind: 'throw', signature: 'worker: ended by itself', detail: 'the worker ended by itself' });
      };
      const done = (defect: Defect | undefined): void => {
        clearInterval(timer);
        worker.off('error', failed).off('exit', exited);
        resolve(defect);
      };
      let last = -1;
      let since = performance.now();
      const timer = setInterval(() => {
        const now = Atomics.load(control, CASE);
        if (now !== last || Atomics.load(control, RUNNING) === 0) {
          last = now;
          since = performance.now();
        }
        if (performance.now() - since > caps.caseMs) done(hang(caps));
        else if (isOver()) done(undefined);
      }, WATCH_MS);
      worker.on('error', failed).on('exit', exited);
      this.stop = () => {
        done(undefined);
      };
    });
  }
}

function hang({ caseMs }: Caps): Defect {
  const detail = `no answer within ${String(caseMs)} ms`;
  return { kind: 'hang', signature: 'hang', detail };
}

/** A worker out of memory; anything else that ends a worker is a defect of the fuzzer and must be seen. */
function death(error: unknown): Defect {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return { kind: 'memory', signature: 'memory: heap', detail: String(error) };
  return { kind: 'throw', signature: `worker: ${String(error)}`, detail: String(error) };
}

/** Runs single inputs, in one worker for as long as that lives. */
class Checker {
  #started: Started | undefined;

  constructor(
    private readonly start: () => Started,
    private readonly caps: Caps,
  ) {}

  async check(bytes: Uint8Array): Promise<Defect | undefined> {
    const started = (this.#started ??= await this.#ready());
    const watch = new Watch(started, this.caps, () => false);
    let answer: { readonly defect: Defect | undefined } | undefined;
    const listen = (message: FromWorker): void => {
      if (message.kind !== 'checked') return;
      answer = message;
      watch.stop();
    };
    started.worker.on('message', listen);
    started.worker.postMessage({ check: bytes });
    const ended = await watch.ended;
    started.worker.off('message', listen);
    if (answer !== undefined) return answer.defect;
    await this.stop();
    return ended;
  }

  async stop(): Promise<void> {
    await this.#started?.worker.terminate();
    this.#started = undefined;
  }

  #ready(): Promise<Started> {
    const started = this.start();
    return new Promise((resolve, reject) => {
      started.worker.once('message', () => {
        resolve(started);
      });
      started.worker.once('error', reject);
    });
  }
}
