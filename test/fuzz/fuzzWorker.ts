/**
 * The worker thread of the fuzzer: changes inputs, runs the target, keeps inputs that reach new code, reports defects.
 * Started with memory limits; the parent ends it when a case does not return.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import v8 from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { COUNTERS } from './instrument';
import type { Defect, FromWorker, Slowest, ToWorker, WorkerInput } from './messages';
import { CASE, LENGTH, RUNNING } from './messages';
import { LARGEST_INPUT } from './mutate';
import { Random } from './random';
import type { FuzzTarget } from './target';

/** Bytes outside the heap one case may leave behind: a file of 1 MB needs some copies, not hundreds. */
const MOST_BUFFERS = 256 * 1024 * 1024;
/** A case slower than this is not kept: its descendants would eat the time of all others. */
const MOST_KEPT_MS = 250;
const TURN_MS = 100;
/** The slowest case is saved when it takes longer. */
const SLOW_MS = 500;

const input = workerData as WorkerInput;
const port = parentPort;
const control = new Int32Array(input.control);
const shared = new Uint8Array(input.bytes);

function post(message: FromWorker): void {
  port?.postMessage(message);
}

/** Which counters have been seen in which magnitude; a bit for 1, 2, 3, 4+, 8+, 16+, 32+, 128+. */
class Reached {
  readonly #seen: Uint8Array;
  count = 0;

  constructor(private readonly counters: Uint8Array) {
    this.#seen = new Uint8Array(counters.length);
  }

  clear(): void {
    this.counters.fill(0);
  }

  /** Notes what the last case reached; says whether any of it is new. */
  note(): boolean {
    let isNew = false;
    for (let index = 0; index < this.counters.length; index += 1) {
      const runs = this.counters[index] ?? 0;
      if (runs === 0) continue;
      const bit = runs < 4 ? 1 << (runs - 1) : runs < 8 ? 8 : runs < 16 ? 16 : runs < 32 ? 32 : runs < 128 ? 64 : 128;
      const seen = this.#seen[index] ?? 0;
      if ((seen & bit) !== 0) continue;
      if (seen === 0) this.count += 1;
      this.#seen[index] = seen | bit;
      isNew = true;
    }
    return isNew;
  }
}

function describe(error: unknown): Defect {
  const thrown = error instanceof Error ? error : new Error(String(error));
  const message = (thrown.message.split('\n')[0] ?? '').replace(/0x[0-9a-f]+|\d+/gi, '#').slice(0, 120);
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const place =
    /^\s+at (?:new )?([\w.#<>$ [\]]+) \(/.exec(frames.find((line) => !line.includes('node:')) ?? '')?.[1] ?? '?';
  const isMemory = /Array buffer allocation failed|Invalid (typed )?array length|Invalid string length/.test(message);
  return {
    kind: isMemory ? 'memory' : 'throw',
    signature: `${thrown.name}: ${message} in ${place}`,
    detail: [thrown.message, ...frames.slice(0, 12)].join('\n'),
  };
}

class Session {
  runs = 0;
  slowest: Slowest = { milliseconds: 0, bytes: 0 };
  readonly reached: Reached;
  readonly #corpus: Uint8Array[] = [];
  readonly #random = new Random(`${input.seed}/${input.target}`);

  constructor(private readonly target: FuzzTarget) {
    const counters: unknown = Reflect.get(globalThis, COUNTERS);
    this.reached = new Reached(counters instanceof Uint8Array ? counters : new Uint8Array());
  }

  /** One case. Undefined when the target kept its promises. */
  runCase(bytes: Uint8Array): { readonly defect: Defect | undefined; readonly milliseconds: number } {
    shared.set(bytes.subarray(0, shared.length));
    control[LENGTH] = Math.min(bytes.length, shared.length);
    Atomics.add(control, CASE, 1);
    Atomics.store(control, RUNNING, 1);
    const before = v8.getHeapStatistics().external_memory;
    const start = performance.now();
    let defect: Defect | undefined;
    try {
      this.target.run(bytes);
    } catch (error) {
      defect = describe(error);
    }
    const milliseconds = performance.now() - start;
    Atomics.store(control, RUNNING, 0);
    const buffers = v8.getHeapStatistics().external_memory - before;
    if (buffers > MOST_BUFFERS) {
      const detail = `${String(Math.round(buffers / 2 ** 20))} MB of buffers for ${String(bytes.length)} bytes`;
      defect ??= { kind: 'memory', signature: 'memory: buffers', detail };
    }
    return { defect, milliseconds };
  }

  /** Runs the seeds as they are, then changes of whatever is kept, in turns. */
  async fuzz(): Promise<never> {
    for (const bytes of [...this.target.seeds(input.root), ...input.corpus]) {
      this.#try(Uint8Array.from(bytes), true);
      await nextTurn();
    }
    for (;;) {
      const end = performance.now() + TURN_MS;
      while (performance.now() < end) this.#try(this.#change(), false);
      post({ kind: 'progress', runs: this.runs, reached: this.reached.count, slowest: this.slowest });
      await nextTurn();
    }
  }

  /** Half of the changes build on what was found last. */
  #change(): Uint8Array {
    const recent = this.#random.chance(2) ? Math.max(0, this.#corpus.length - 32) : 0;
    const base = this.#corpus[recent + this.#random.below(this.#corpus.length - recent)] ?? new Uint8Array();
    const other = this.#random.pickSome(this.#corpus) ?? base;
    return this.target.mutate(base, this.#random, other).slice(0, LARGEST_INPUT);
  }

  #try(bytes: Uint8Array, isSeed: boolean): void {
    this.reached.clear();
    const { defect, milliseconds } = this.runCase(bytes);
    this.runs += 1;
    if (milliseconds > this.slowest.milliseconds) {
      this.slowest = { milliseconds, bytes: bytes.length };
      if (milliseconds > SLOW_MS) post({ kind: 'slow', bytes });
    }
    if (defect !== undefined) post({ kind: 'defect', defect, bytes });
    const isNew = this.reached.note();
    if (!isSeed && (!isNew || milliseconds > MOST_KEPT_MS)) return;
    this.#corpus.push(bytes);
    if (!isSeed) post({ kind: 'kept', bytes });
  }
}

async function main(): Promise<void> {
  const { TARGETS } = (await import(input.targets)) as { readonly TARGETS: readonly FuzzTarget[] };
  const target = TARGETS.find(({ name }) => name === input.target);
  if (target === undefined) throw new Error(`no fuzz target ${input.target}`);
  await target.prepare?.(input.root);
  const session = new Session(target);
  port?.on('message', ({ check }: ToWorker) => {
    post({ kind: 'checked', defect: session.runCase(check).defect });
  });
  post({ kind: 'ready' });
  if (input.fuzz) await session.fuzz();
}

void main();
