/**
 * Samples → the present values of numbered series, two a tag (nonpaged, paged): what history is fed with. Notices when a
 * sample can't follow the one before because the machine was started anew. Pure.
 */
import { counterDelta, outstanding } from '../../../src/shared/counters';
import type { Sample } from '../../../src/shared/sample';
import { Row, ROW_STRIDE } from '../../../src/shared/sample';

/** Tags past this many have no history: a real table has a few thousand, a hostile file any number. Some 220 bytes each. */
export const MOST_TAGS = 131_072;

export class TagSeries {
  /** By series: bytes. */
  bytes = new Float64Array(0);
  /** By series: outstanding blocks. */
  blocks = new Float64Array(0);
  /** By slot: the tag. Series `2 × slot` is nonpaged, `2 × slot + 1` paged. */
  tags = new Uint32Array(0);
  #allocs = new Float64Array(0);
  /** By slot: the turn in which it was last seen. */
  #seen = new Uint32Array(0);
  #turn = 0;
  readonly #slots = new Map<number, number>();
  /** Slot of each row of the last sample: rows keep their places from one to the next. */
  #rowSlots = new Uint32Array(0);

  /** Number of series. */
  get count(): number {
    return 2 * this.#slots.size;
  }

  clear(): void {
    this.#slots.clear();
    this.#allocs.fill(0);
    this.bytes.fill(0);
    this.blocks.fill(0);
  }

  /**
   * Whether counters that never fall did so for most tags: the machine, or what was captured, began anew.
   * A wrap of a 32-bit counter is no fall.
   */
  beganAnew(rows: Float64Array): boolean {
    let compared = 0;
    let fallen = 0;
    for (let at = 0, row = 0; at < rows.length; at += ROW_STRIDE, row++) {
      const slot = this.#slotOf(rows[at + Row.tag] ?? 0, row);
      if (slot === undefined) continue;
      compared++;
      const nonPaged = counterDelta(this.#allocs[2 * slot] ?? 0, rows[at + Row.nonPagedAllocs] ?? 0);
      const paged = counterDelta(this.#allocs[2 * slot + 1] ?? 0, rows[at + Row.pagedAllocs] ?? 0);
      if (nonPaged < 0 || paged < 0) fallen++;
    }
    return 2 * fallen > compared;
  }

  /** Takes over a sample. A tag it has not is at 0. */
  take({ rows }: Sample): void {
    this.#turn++;
    const count = rows.length / ROW_STRIDE;
    if (this.#rowSlots.length < count) this.#rowSlots = new Uint32Array(count);
    let seen = 0;
    for (let at = 0, row = 0; at < rows.length; at += ROW_STRIDE, row++) {
      const tag = rows[at + Row.tag] ?? 0;
      const slot = this.#slotOf(tag, row) ?? this.#addSlot(tag);
      if (slot === undefined) continue;
      this.#rowSlots[row] = slot;
      this.#seen[slot] = this.#turn;
      seen++;
      this.bytes[2 * slot] = rows[at + Row.nonPagedBytes] ?? 0;
      this.bytes[2 * slot + 1] = rows[at + Row.pagedBytes] ?? 0;
      this.blocks[2 * slot] = outstanding(rows[at + Row.nonPagedAllocs] ?? 0, rows[at + Row.nonPagedFrees] ?? 0);
      this.blocks[2 * slot + 1] = outstanding(rows[at + Row.pagedAllocs] ?? 0, rows[at + Row.pagedFrees] ?? 0);
      this.#allocs[2 * slot] = rows[at + Row.nonPagedAllocs] ?? 0;
      this.#allocs[2 * slot + 1] = rows[at + Row.pagedAllocs] ?? 0;
    }
    if (seen < this.#slots.size) this.#emptyOthers();
  }

  #emptyOthers(): void {
    for (let slot = 0; slot < this.#slots.size; slot++) {
      if (this.#seen[slot] === this.#turn) continue;
      for (const series of [2 * slot, 2 * slot + 1]) {
        this.bytes[series] = 0;
        this.blocks[series] = 0;
        this.#allocs[series] = 0;
      }
    }
  }

  /** Number of a tag's series in one pool; undefined when it was never seen. */
  seriesOf(tag: number, paged: boolean): number | undefined {
    const slot = this.#slots.get(tag);
    return slot === undefined ? undefined : 2 * slot + (paged ? 1 : 0);
  }

  #slotOf(tag: number, row: number): number | undefined {
    const hint = this.#rowSlots[row] ?? 0;
    return hint < this.#slots.size && this.tags[hint] === tag ? hint : this.#slots.get(tag);
  }

  #addSlot(tag: number): number | undefined {
    const slot = this.#slots.size;
    if (slot === MOST_TAGS) return undefined;
    if (slot === this.tags.length) this.#grow(Math.max(1024, 2 * slot));
    this.#slots.set(tag, slot);
    this.tags[slot] = tag;
    return slot;
  }

  #grow(slots: number): void {
    const { tags, bytes, blocks } = this;
    this.tags = new Uint32Array(slots);
    this.tags.set(tags);
    this.bytes = new Float64Array(2 * slots);
    this.bytes.set(bytes);
    this.blocks = new Float64Array(2 * slots);
    this.blocks.set(blocks);
    const [allocs, seen] = [new Float64Array(2 * slots), new Uint32Array(slots)];
    allocs.set(this.#allocs);
    seen.set(this.#seen);
    this.#allocs = allocs;
    this.#seen = seen;
  }
}
