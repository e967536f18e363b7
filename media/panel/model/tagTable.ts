/**
 * The readings behind the grid: counters of every tag and pool and their change since the last sample.
 * Pure; no text, no order and no DOM here.
 *
 * A tag has a slot; a slot has three rows: id `4 × slot` nonpaged and `4 × slot + 1` paged, as PoolMon prints them, and
 * `4 × slot + 2` both pools together.
 */
import { counterDelta, outstanding } from '../../../src/shared/counters';
import type { SampleMessage } from '../../../src/shared/monitorProtocol';
import { Row, ROW_STRIDE } from '../../../src/shared/sample';
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
  /** Whether a row came or went in the running message. */
  private rowsChanged = false;
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
    this.rowsChanged = false;
    const seen = sample.reset ? new Set<number>() : undefined;
    const { rows } = sample;
    for (let at = 0; at + ROW_STRIDE <= rows.length; at += ROW_STRIDE) {
      const tag = (rows[at + Row.tag] ?? 0) >>> 0;
      seen?.add(tag);
      this.unlisted.delete(tag);
      const slot = this.slots.get(tag) ?? this.takeSlot(tag);
      const first = STRIDE * slot;
      const nonPaged = this.setRow(first + NON_PAGED, rows, at + Row.nonPagedAllocs, compare);
      const paged = this.setRow(first + PAGED, rows, at + Row.pagedAllocs, compare);
      if (nonPaged || paged) this.joinRows(first, compare);
    }
    const gone = seen === undefined ? sample.removed : [...this.slots.keys()].filter((tag) => !seen.has(tag));
    for (const tag of gone) this.dropTag(tag);
    if (this.tick === 1) this.addUnlisted();
    return this.rowsChanged;
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

  /** Stores a row; true when its numbers are other than before: most messages move one pool of a tag alone. */
  private setRow(id: number, rows: readonly number[], at: number, compare: boolean): boolean {
    const newAllocs = rows[at] || 0;
    const newFrees = rows[at + 1] || 0;
    const newBytes = rows[at + 2] || 0;
    const { allocs, frees, bytes, blocks, tick } = this;
    const change = newBytes - bytes.value(id);
    if (change === 0 && newAllocs === allocs.value(id) && newFrees === frees.value(id)) return false;
    const newBlocks = outstanding(newAllocs, newFrees);
    if (compare) {
      // A row that was absent had counted nothing, so all that stands in it now is change.
      allocs.move(id, counterDelta(allocs.value(id), newAllocs), tick);
      frees.move(id, counterDelta(frees.value(id), newFrees), tick);
      bytes.move(id, change, tick);
      blocks.move(id, newBlocks - blocks.value(id), tick);
      this.moved.push(id);
    }
    const pool = poolOfRow(id);
    this.sums[pool] = (this.sums[pool] ?? 0) + change;
    this.sums[JOINED] = (this.sums[JOINED] ?? 0) + change;
    allocs.values[id] = newAllocs;
    frees.values[id] = newFrees;
    bytes.values[id] = newBytes;
    blocks.values[id] = newBlocks;
    this.setPresent(id, newAllocs !== 0 || newFrees !== 0 || newBytes !== 0);
    return true;
  }

  /** Stores the sum of both pools. */
  private joinRows(first: number, compare: boolean): void {
    const joined = first + JOINED;
    for (const metric of this.metrics) {
      metric.values[joined] = metric.value(first) + metric.value(first + PAGED);
      if (compare) metric.move(joined, metric.delta(first) + metric.delta(first + PAGED), this.tick);
    }
    if (compare) this.moved.push(joined);
    this.setPresent(joined, this.present[first] === READ || this.present[first + PAGED] === READ);
  }

  private setPresent(id: number, read: boolean): void {
    const present = read ? READ : this.compared?.holds(this.tags[slotOfRow(id)] ?? 0, poolOfRow(id)) ? GONE : 0;
    const before = this.present[id] ?? 0;
    if (present === before) return;
    this.present[id] = present;
    const pool = poolOfRow(id);
    this.counts[pool] = (this.counts[pool] ?? 0) + Math.sign(present) - Math.sign(before);
    this.rowsChanged = true;
  }

  /** Looks again at the rows of a tag that hold no reading. */
  private emptyRows(slot: number): void {
    for (let id = STRIDE * slot; id <= STRIDE * slot + JOINED; id += 1) {
      if (this.present[id] !== READ) this.setPresent(id, false);
    }
  }

  /** Rows for what the baseline has and the source does not list. */
  private addUnlisted(): void {
    for (const tag of this.compared?.tags() ?? []) {
      if (this.slots.has(tag)) continue;
      this.unlisted.add(tag);
      this.takeSlot(tag);
    }
  }

  /** The source lists a tag no more: it goes, or stays as what the baseline has of it. */
  private dropTag(tag: number): void {
    const slot = this.slots.get(tag >>> 0);
    if (slot === undefined || this.unlisted.has(tag >>> 0)) return;
    if (this.compared?.holds(tag >>> 0, JOINED) !== true) {
      this.releaseSlot(tag);
      return;
    }
    this.unlisted.add(tag >>> 0);
    const first = STRIDE * slot;
    for (const pool of [NON_PAGED, PAGED]) this.setRow(first + pool, [], 0, false);
    this.joinRows(first, false);
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
    this.emptyRows(slot);
    return slot;
  }

  private releaseSlot(tag: number): void {
    const slot = this.slots.get(tag >>> 0);
    if (slot === undefined) return;
    this.slots.delete(tag >>> 0);
    this.freeSlots.push(slot);
    this.members += 1;
    for (let id = STRIDE * slot; id <= STRIDE * slot + JOINED; id += 1) {
      this.sums[poolOfRow(id)] = (this.sums[poolOfRow(id)] ?? 0) - this.bytes.value(id);
      this.bytes.values[id] = 0;
      if (this.present[id] !== 0) this.rowsChanged = true;
      this.counts[poolOfRow(id)] = (this.counts[poolOfRow(id)] ?? 0) - Math.sign(this.present[id] ?? 0);
      this.present[id] = 0;
    }
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
