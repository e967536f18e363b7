/**
 * What is still to be scanned, in the order of its coming, but project by project: a thread stays with a project, whose
 * headers it has read, until nothing of it is left, and comes back to it. Images belong to none. Starts nothing.
 */
import type { ScanTask } from '../scanTypes';

/** Files from this size on, in bytes, are scanned one at a time, whatever the number of threads: they are read whole. */
const LARGE = 48 << 20;

/** Most files in one message to a thread: enough that messages cost nothing, few enough that threads end together. */
const MOST_IN_BATCH = 16;

export function isLarge({ task }: { readonly task: ScanTask }): boolean {
  return (task.size ?? 0) >= LARGE;
}

export class TaskQueue<Item extends { readonly task: ScanTask }, Thread extends object = object> {
  /** By project, in the order of their first tasks. */
  readonly #groups = new Map<string, Item[]>();
  /** By project, who had tasks of it last. */
  readonly #had = new Map<string, Thread>();
  #length = 0;

  /** `threads`: among how many the work is divided. */
  constructor(private readonly threads: number) {}

  get length(): number {
    return this.#length;
  }

  push(item: Item): void {
    const key = projectOf(item);
    const group = this.#groups.get(key);
    if (group) group.push(item);
    else this.#groups.set(key, [item]);
    this.#length += 1;
  }

  /** Tasks that come before all others of their projects. */
  putBack(items: readonly Item[]): void {
    for (const item of [...items].reverse()) {
      const key = projectOf(item);
      this.#groups.set(key, [item, ...(this.#groups.get(key) ?? [])]);
    }
    this.#length += items.length;
  }

  keep(isWanted: (item: Item) => boolean): void {
    const left = [...this.#groups.values()].flat().filter(isWanted);
    this.clear();
    for (const item of left) this.push(item);
  }

  clear(): void {
    this.#groups.clear();
    this.#length = 0;
  }

  /**
   * Tasks of one project for a thread: of one it has had before, else of one that nobody had, else of any. A large file
   * alone, and none while another one is being scanned.
   */
  take(thread: Thread, isLargeBusy: boolean): Item[] {
    const fair = Math.min(Math.ceil(this.#length / (this.threads * 4)), MOST_IN_BATCH);
    for (const key of this.#inOrder(thread)) {
      const batch = batchOf(this.#groups.get(key) ?? [], fair, isLargeBusy);
      if (batch.length === 0) continue;
      this.#length -= batch.length;
      if (this.#groups.get(key)?.length === 0) this.#groups.delete(key);
      this.#had.set(key, thread);
      return batch;
    }
    return [];
  }

  *#inOrder(thread: Thread): Generator<string> {
    const keys = [...this.#groups.keys()];
    for (const key of keys) if (this.#had.get(key) === thread) yield key;
    for (const key of keys) if (!this.#had.has(key)) yield key;
    for (const key of keys) if (this.#had.has(key) && this.#had.get(key) !== thread) yield key;
  }
}

/** What tells projects apart; the same for all that belongs to none. */
function projectOf({ task }: { readonly task: ScanTask }): string {
  return task.project ?? '';
}

/** Takes the next tasks off a list. */
function batchOf<Item extends { readonly task: ScanTask }>(items: Item[], fair: number, isLargeBusy: boolean): Item[] {
  const large = items.slice(0, fair).findIndex(isLarge);
  if (large < 0) return items.splice(0, fair);
  if (large > 0) return items.splice(0, large);
  if (!isLargeBusy) return items.splice(0, 1);
  const small = items.findIndex((item) => !isLarge(item));
  return small < 0 ? [] : items.splice(small, 1);
}
