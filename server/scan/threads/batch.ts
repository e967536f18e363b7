/**
 * A batch of tasks as a thread works through it, and the memory in which it and the pool tell each other how far it is
 * and whether it is still wanted: a thread at work hears no messages. Scans nothing itself.
 */

const AT = 0;
const STOPPED = 1;
const FIELDS = 2;

/** Seen by both threads at once. The pool begins a batch only when the thread has answered all of the last one. */
export class BatchState {
  readonly #fields: Int32Array;

  constructor(readonly memory = new SharedArrayBuffer(FIELDS * Int32Array.BYTES_PER_ELEMENT)) {
    this.#fields = new Int32Array(memory);
  }

  /** A new batch: at its first task, and wanted. */
  begin(): void {
    Atomics.store(this.#fields, AT, 0);
    Atomics.store(this.#fields, STOPPED, 0);
  }

  /** Which task of the batch the thread is at, counted from 0. */
  get at(): number {
    return Atomics.load(this.#fields, AT);
  }

  set at(task: number) {
    Atomics.store(this.#fields, AT, task);
  }

  /** Nobody waits for what is left of the batch. */
  stop(): void {
    Atomics.store(this.#fields, STOPPED, 1);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#fields, STOPPED) === 1;
  }
}

/** Results are sent together while they come faster than this, in ms: each message wakes the other side. */
const SEND_AFTER = 20;

/**
 * Answers each task in order, in one or more messages; with undefined, and without work, those not begun when the batch
 * is stopped.
 */
export function workThrough<Task, Result>(
  tasks: readonly Task[],
  state: BatchState,
  work: (task: Task) => Result | undefined,
  send: (results: readonly (Result | undefined)[]) => void,
): void {
  let results: (Result | undefined)[] = [];
  let sent = performance.now();
  for (const [at, task] of tasks.entries()) {
    state.at = at;
    results.push(state.isStopped ? undefined : work(task));
    if (at < tasks.length - 1 && performance.now() - sent < SEND_AFTER) continue;
    send(results);
    results = [];
    sent = performance.now();
  }
}
