/**
 * The readings behind the grid: counters of every tag and pool and their change since the last sample.
 * Pure; no text, no order and no DOM here.
 *
 * A tag has a slot; a slot has two rows, as PoolMon prints them: id `2 × slot` nonpaged, `2 × slot + 1` paged.
 */
import type { SampleMessage } from '../../../src/shared/monitorProtocol';
import { Row, ROW_STRIDE } from '../../../src/shared/sample';
import { counterDelta, outstanding } from '../../../src/shared/counters';
import { Metric } from './metric';

const FIRST_CAPACITY = 1024;

/** Slot of a row, and whether it is the paged one. */
export const slotOfRow = (id: number): number => id >>> 1;
export const isPagedRow = (id: number): boolean => (id & 1) === 1;

export class TagTable {
  readonly allocs = new Metric();
  readonly frees = new Metric();
  readonly bytes = new Metric();
  /** Outstanding blocks: PoolMon's Diff. */
  readonly blocks = new Metric();
  /** By row id: 1 where the row holds a reading. */
  present = new Uint8Array(0);
  /** By slot: the tag, and its bytes in memory order as a number (comparing those compares the texts). */
  tags = new Uint32Array(0);
  tagOrder = new Uint32Array(0);
  /** Number of messages applied since the last clear. */
  tick = 0;

  private readonly slots = new Map<number, number>();
  private freeSlots: number[] = [];
  private slotCount = 0;
  private moved: number[] = [];
  private lastIndex: number | undefined;
  private readonly metrics = [this.allocs, this.frees, this.bytes, this.blocks];

  /** Number of tags. */
  get size(): number {
    return this.slots.size;
  }

  /** One past the highest row id in use. */
  get rowLimit(): number {
    return 2 * this.slotCount;
  }

  slotOf(tag: number): number | undefined {
    return this.slots.get(tag);
  }

  /** Forgets everything: another source follows. */
  clear(): void {
    this.slots.clear();
    this.freeSlots = [];
    this.slotCount = 0;
    this.moved = [];
    this.present.fill(0);
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
      const slot = this.slots.get(tag) ?? this.takeSlot(tag);
      if (this.setRow(2 * slot, rows, at + Row.nonPagedAllocs, compare)) membership = true;
      if (this.setRow(2 * slot + 1, rows, at + Row.pagedAllocs, compare)) membership = true;
    }
    const gone = seen === undefined ? sample.removed : [...this.slots.keys()].filter((tag) => !seen.has(tag));
    for (const tag of gone) if (this.releaseSlot(tag)) membership = true;
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
    this.allocs.values[id] = allocs;
    this.frees.values[id] = frees;
    this.bytes.values[id] = bytes;
    this.blocks.values[id] = blocks;
    const present = allocs !== 0 || frees !== 0 || bytes !== 0 ? 1 : 0;
    const changed = present !== this.present[id];
    this.present[id] = present;
    return changed;
  }

  private takeSlot(tag: number): number {
    const slot = this.freeSlots.pop() ?? this.slotCount++;
    if (slot >= this.tags.length) this.grow();
    this.slots.set(tag, slot);
    this.tags[slot] = tag;
    // The lowest byte stands first in memory, so it weighs most when texts are compared.
    this.tagOrder[slot] = ((tag & 0xff) << 24) | ((tag & 0xff00) << 8) | ((tag >>> 8) & 0xff00) | ((tag >>> 24) & 0xff);
    for (const id of [2 * slot, 2 * slot + 1]) {
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
    const shown = this.present[2 * slot] === 1 || this.present[2 * slot + 1] === 1;
    this.present[2 * slot] = 0;
    this.present[2 * slot + 1] = 0;
    return shown;
  }

  private grow(): void {
    const slots = Math.max(FIRST_CAPACITY, this.tags.length * 2);
    for (const metric of this.metrics) metric.grow(2 * slots);
    const { present, tags, tagOrder } = this;
    this.present = new Uint8Array(2 * slots);
    this.present.set(present);
    this.tags = new Uint32Array(slots);
    this.tags.set(tags);
    this.tagOrder = new Uint32Array(slots);
    this.tagOrder.set(tagOrder);
  }
}
