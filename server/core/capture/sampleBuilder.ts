/**
 * Collects the rows of one capture into a Sample: a tag of two pools, or listed in parts, becomes one row.
 */
import type { PoolTag } from '../../../src/shared/poolTag';
import type { MemoryTotals, PoolCounters, Sample } from '../../../src/shared/sample';
import { Row, ROW_STRIDE } from '../../../src/shared/sample';

export type Pool = 'paged' | 'nonPaged';

/** `repeated`: the same numbers again, ignored. `summed`: other numbers for a pool already seen, added to it. */
export type Added = 'new' | 'repeated' | 'summed';

export class SampleBuilder {
  readonly #slots = new Map<PoolTag, number>();
  readonly #values: number[] = [];
  readonly #seen: Record<Pool, Set<PoolTag>> = { paged: new Set(), nonPaged: new Set() };

  get isEmpty(): boolean {
    return this.#slots.size === 0;
  }

  add(tag: PoolTag, pool: Pool, counters: PoolCounters): Added {
    const at = this.#slot(tag) + (pool === 'paged' ? Row.pagedAllocs : Row.nonPagedAllocs);
    const values = this.#values;
    const { allocs, frees, bytes } = counters;
    if (!this.#seen[pool].has(tag)) {
      this.#seen[pool].add(tag);
      values[at] = allocs;
      values[at + 1] = frees;
      values[at + 2] = bytes;
      return 'new';
    }
    if (values[at] === allocs && values[at + 1] === frees && values[at + 2] === bytes) return 'repeated';
    values[at] = (values[at] ?? 0) + allocs;
    values[at + 1] = (values[at + 1] ?? 0) + frees;
    values[at + 2] = (values[at + 2] ?? 0) + bytes;
    return 'summed';
  }

  build(time: number, scope: string, memory: MemoryTotals): Sample {
    return { time, scope, memory, rows: Float64Array.from(this.#values) };
  }

  #slot(tag: PoolTag): number {
    const known = this.#slots.get(tag);
    if (known !== undefined) return known;
    const at = this.#values.length;
    this.#slots.set(tag, at);
    for (let i = 0; i < ROW_STRIDE; i++) this.#values.push(i === Row.tag ? tag : 0);
    return at;
  }
}
