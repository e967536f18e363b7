/**
 * The readings behind the grid: counters of every tag and pool and their change since the last sample.
 * Pure; no text, no order and no DOM here.
 *
 * A tag has a slot; a slot has three rows: id `4 × slot` nonpaged and `4 × slot + 1` paged, as PoolMon prints them, and
 * `4 × slot + 2` both pools together.
 */
import type { SampleMessage } from '../../../src/shared/monitorProtocol';
import { Row, ROW_STRIDE } from '../../../src/shared/sample';
import { counterDelta, outstanding } from '../../../src/shared/counters';
import type { BaselineTable } from './baselineTable';
import { Metric } from './metric';

const FIRST_CAPACITY = 1024;

export type PoolName = 'nonPaged' | 'paged';

/** Which of its tag's rows a row is. */
export const NON_PAGED = 0;
export const PAGED = 1;
export const JOINED = 2;
/** Row ids of a slot. */
const STRIDE = 4;
/** A row with a reading, and one that only the baseline has. */
export const READ = 1;
export const GONE = 2;

/** First row id of a slot. */
export const rowsOfSlot = (slot: number): number => STRIDE * slot;
export const slotOfRow = (id: number): number => id >>> 2;
/** NON_PAGED, PAGED or JOINED. */
export const poolOfRow = (id: number): number => id & 3;
export const isPagedRow = (id: number): boolean => (id & 3) === PAGED;
/** First row id of the row's tag. */
export const pairOfRow = (id: number): number => id & ~3;
export const rowOfPool = (pool: PoolName): number => (pool === 'paged' ? PAGED : NON_PAGED);

export class TagTable {
  readonly allocs = new Metric();
  readonly frees = new Metric();
  readonly bytes = new Metric();
  /** Outstanding blocks: PoolMon's Diff. */
  readonly blocks = new Metric();
  /** By row id: READ where the row holds a reading, GONE where only the baseline has one, else 0. */
  present = new Uint8Array(0);
  /** By slot: the tag, and its bytes in memory order as a number (comparing those compares the texts). */
  tags = new Uint32Array(0);
  tagOrder = new Uint32Array(0);
  /** Number of messages applied since the last clear. */
  tick = 0;
  /** Grows when a tag comes or goes. */
  members = 0;

  /** Rows that are not empty, and their bytes, by NON_PAGED, PAGED and JOINED. */
  private readonly counts = [0, 0, 0];
  private readonly sums = new Float64Array(3);
  private fresh: number[] = [];
  private readonly slots = new Map<number, number>();
  private freeSlots: number[] = [];
  private slotCount = 0;
  private moved: number[] = [];
  private lastIndex: number | undefined;
  private compared: BaselineTable | undefined;
  /** Tags that the baseline has and the source does not list. */
  private readonly unlisted = new Set<number>();
  private readonly metrics = [this.allocs, this.frees, this.bytes, this.blocks];

  /** Number of tags. */
  get size(): number {
    return this.slots.size;
  }

  /** One past the highest slot in use. */
  get slotLimit(): number {
    return this.slotCount;
  }

  /** One past the highest row id in use. */
  get rowLimit(): number {
    return STRIDE * this.slotCount;
  }

  /** What rows are compared with. */
  get baseline(): BaselineTable | undefined {
    return this.compared;
  }

  /** Rows with a reading, or that had one in the baseline: NON_PAGED, PAGED or JOINED. */
  rowsOf(pool: number): number {
    return this.counts[pool] ?? 0;
  }

  /** Bytes of all rows of NON_PAGED, PAGED or JOINED. */
  bytesOf(pool: number): number {
    return this.sums[pool] ?? 0;
  }

  /** Bytes of a row as a part of its pool's, from 0 to 1; of a joined row, of both pools'. */
  shareOf(id: number): number {
    const sum = this.sums[poolOfRow(id)] ?? 0;
    return sum > 0 ? this.bytes.value(id) / sum : 0;
  }

  /** Tags that came since this was asked last. */
  takeFresh(): readonly number[] {
    const { fresh } = this;
    if (fresh.length > 0) this.fresh = [];
    return fresh;
  }

  allTags(): readonly number[] {
    return [...this.slots.keys()];
  }

  slotOf(tag: number): number | undefined {
    return this.slots.get(tag);
  }

  /** Compares with a reading from now on. Tags it has and the source does not list become rows without anything. */
  compareWith(baseline: BaselineTable | undefined): void {
    this.compared = undefined;
    for (const tag of this.unlisted) this.releaseSlot(tag);
    this.unlisted.clear();
    this.compared = baseline;
    for (const slot of this.slots.values()) this.emptyRows(slot);
    if (this.tick > 0) this.addUnlisted();
  }

  /** Forgets everything: another source follows. */
  clear(): void {
    this.slots.clear();
    this.unlisted.clear();
    this.freeSlots = [];
    this.slotCount = 0;
    this.moved = [];
    this.present.fill(0);
    this.counts.fill(0);
    this.sums.fill(0);
    this.fresh = [];
    this.members += 1;
    this.tick = 0;
    this.lastIndex = undefined;
  }

  /**
   * Takes over one message. A ragged end is dropped and a reading that is no number counts as 0.
   * Returns whether rows came or went, so that the list of shown rows must be built anew.
   */
  apply(sample: SampleMessage): boolean {
    const compare = this.tick > 0 && this.follows(sample);
    this.lastIndex = sample.index;
    this.tick += 1;
    this.forgetChanges();
    let membership = false;
    const seen = sample.reset ? new Set<number>() : undefined;
    const { rows } = sample;
    for (let at = 0; at + ROW_STRIDE <= rows.length; at += ROW_STRIDE) {
      const tag = (rows[at + Row.tag] ?? 0) >>> 0;
      seen?.add(tag);
      this.unlisted.delete(tag);
      const slot = this.slots.get(tag) ?? this.takeSlot(tag);
      const first = STRIDE * slot;
      if (this.setRow(first + NON_PAGED, rows, at + Row.nonPagedAllocs, compare)) membership = true;
      if (this.setRow(first + PAGED, rows, at + Row.pagedAllocs, compare)) membership = true;
      if (this.joinRows(first, compare)) membership = true;
    }
    const gone = seen === undefined ? sample.removed : [...this.slots.keys()].filter((tag) => !seen.has(tag));
    for (const tag of gone) if (this.dropTag(tag)) membership = true;
    if (this.tick === 1 && this.addUnlisted()) membership = true;
    return membership;
  }

  /** Whether changes against the last message mean anything: not after a jump inside a recording. */
  private follows(sample: SampleMessage): boolean {
    if (!sample.reset || sample.index === undefined || this.lastIndex === undefined) return true;
    return sample.index === this.lastIndex || sample.index === this.lastIndex + 1;
  }

  private forgetChanges(): void {
    for (const id of this.moved) {
      for (const metric of this.metrics) metric.deltas[id] = 0;
    }
    this.moved = [];
  }

  /** Stores a row; true when it came into being or vanished. */
  private setRow(id: number, rows: readonly number[], at: number, compare: boolean): boolean {
    const allocs = rows[at] || 0;
    const frees = rows[at + 1] || 0;
    const bytes = rows[at + 2] || 0;
    const blocks = outstanding(allocs, frees);
    if (compare) {
      // A row that was absent had counted nothing, so all that stands in it now is change.
      const a = this.allocs.move(id, counterDelta(this.allocs.value(id), allocs), this.tick);
      const f = this.frees.move(id, counterDelta(this.frees.value(id), frees), this.tick);
      const b = this.bytes.move(id, bytes - this.bytes.value(id), this.tick);
      this.blocks.move(id, blocks - this.blocks.value(id), this.tick);
      if (a || f || b) this.moved.push(id);
    }
    this.sums[poolOfRow(id)] = (this.sums[poolOfRow(id)] ?? 0) + bytes - this.bytes.value(id);
    this.allocs.values[id] = allocs;
    this.frees.values[id] = frees;
    this.bytes.values[id] = bytes;
    this.blocks.values[id] = blocks;
    return this.setPresent(id, allocs !== 0 || frees !== 0 || bytes !== 0);
  }

  /** Stores the sum of both pools; true when the row came into being or vanished. */
  private joinRows(first: number, compare: boolean): boolean {
    const joined = first + JOINED;
    const before = this.bytes.value(joined);
    let moved = false;
    for (const metric of this.metrics) {
      metric.values[joined] = metric.value(first) + metric.value(first + PAGED);
      const delta = metric.delta(first) + metric.delta(first + PAGED);
      if (compare && metric.move(joined, delta, this.tick)) moved = true;
    }
    if (moved) this.moved.push(joined);
    this.sums[JOINED] = (this.sums[JOINED] ?? 0) + this.bytes.value(joined) - before;
    return this.setPresent(joined, this.present[first] === READ || this.present[first + PAGED] === READ);
  }

  /** True when it was not so before. */
  private setPresent(id: number, read: boolean): boolean {
    const present = read ? READ : this.compared?.holds(this.tags[slotOfRow(id)] ?? 0, poolOfRow(id)) ? GONE : 0;
    const before = this.present[id] ?? 0;
    if (present === before) return false;
    this.present[id] = present;
    const pool = poolOfRow(id);
    this.counts[pool] = (this.counts[pool] ?? 0) + Math.sign(present) - Math.sign(before);
    return true;
  }

  /** Looks again at the rows of a tag that hold no reading. True when one came or went. */
  private emptyRows(slot: number): boolean {
    let changed = false;
    for (let id = STRIDE * slot; id <= STRIDE * slot + JOINED; id += 1) {
      if (this.present[id] !== READ && this.setPresent(id, false)) changed = true;
    }
    return changed;
  }

  /** Rows for what the baseline has and the source does not list. True when there are any. */
  private addUnlisted(): boolean {
    let added = false;
    for (const tag of this.compared?.tags() ?? []) {
      if (this.slots.has(tag)) continue;
      this.unlisted.add(tag);
      if (this.emptyRows(this.takeSlot(tag))) added = true;
    }
    return added;
  }

  /** The source lists a tag no more: it goes, or stays as what the baseline has of it. */
  private dropTag(tag: number): boolean {
    const slot = this.slots.get(tag >>> 0);
    if (slot === undefined || this.unlisted.has(tag >>> 0)) return false;
    if (this.compared?.holds(tag >>> 0, JOINED) !== true) return this.releaseSlot(tag);
    this.unlisted.add(tag >>> 0);
    const first = STRIDE * slot;
    const rows = [NON_PAGED, PAGED].map((pool) => this.setRow(first + pool, [], 0, false));
    return this.joinRows(first, false) || rows.includes(true);
  }

  private takeSlot(tag: number): number {
    const slot = this.freeSlots.pop() ?? this.slotCount++;
    if (slot >= this.tags.length) this.grow();
    this.slots.set(tag, slot);
    this.fresh.push(tag);
    this.members += 1;
    this.tags[slot] = tag;
    // The lowest byte stands first in memory, so it weighs most when texts are compared.
    this.tagOrder[slot] = ((tag & 0xff) << 24) | ((tag & 0xff00) << 8) | ((tag >>> 8) & 0xff00) | ((tag >>> 24) & 0xff);
    for (let id = STRIDE * slot; id <= STRIDE * slot + JOINED; id += 1) {
      for (const metric of this.metrics) metric.reset(id);
      this.present[id] = 0;
    }
    return slot;
  }

  /** True when a shown row went with the tag. */
  private releaseSlot(tag: number): boolean {
    const slot = this.slots.get(tag >>> 0);
    if (slot === undefined) return false;
    this.slots.delete(tag >>> 0);
    this.freeSlots.push(slot);
    this.members += 1;
    let shown = false;
    for (let id = STRIDE * slot; id <= STRIDE * slot + JOINED; id += 1) {
      this.sums[poolOfRow(id)] = (this.sums[poolOfRow(id)] ?? 0) - this.bytes.value(id);
      this.bytes.values[id] = 0;
      if (this.present[id] !== 0) shown = true;
      this.counts[poolOfRow(id)] = (this.counts[poolOfRow(id)] ?? 0) - Math.sign(this.present[id] ?? 0);
      this.present[id] = 0;
    }
    return shown;
  }

  private grow(): void {
    const slots = Math.max(FIRST_CAPACITY, this.tags.length * 2);
    for (const metric of this.metrics) metric.grow(STRIDE * slots);
    const { present, tags, tagOrder } = this;
    this.present = new Uint8Array(STRIDE * slots);
    this.present.set(present);
    this.tags = new Uint32Array(slots);
    this.tags.set(tags);
    this.tagOrder = new Uint32Array(slots);
    this.tagOrder.set(tagOrder);
  }
}
