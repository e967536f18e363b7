/**
 * What the grid shows: the table's rows of the chosen pools that pass the filter, in the chosen order, and their sums.
 * Pure; the view asks for rows by position. Work is done once a message or once a choice, never while scrolling.
 */
import type { OwnerLabel } from '../../../src/shared/panelMessages';
import type { SampleMessage } from '../../../src/shared/monitorProtocol';
import { NO_OTHERS, type OtherKeys, type OwnerRanks } from './cellValues';
import type { GrowthMessage, TagGrowth } from '../../../src/shared/growth';
import { FilterMatches, tagFilter } from './filter';
import { GrowthTable } from './growthTable';
import { sortRows, type SortState } from './sortRows';
import { isPagedRow, slotOfRow, TagTable } from './tagTable';

export type PoolChoice = 'both' | 'nonPaged' | 'paged';

/** Sums over the shown rows of one pool. */
export interface PoolTotals {
  rows: number;
  allocs: number;
  allocsDelta: number;
  frees: number;
  freesDelta: number;
  diff: number;
  bytes: number;
  bytesDelta: number;
}

export class GridModel {
  readonly table = new TagTable();
  /** Row ids in the order shown. */
  readonly order: number[] = [];

  private readonly growth = new GrowthTable();
  private sortState: SortState = { column: 'bytes', descending: true };
  private pool: PoolChoice = 'both';
  private text = '';
  private passes = tagFilter('');
  private readonly owners = new Map<number, OwnerLabel>();
  private ranks: OwnerRanks | undefined;
  private readonly matches = new FilterMatches();
  private readonly collator = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });

  get sort(): SortState {
    return this.sortState;
  }

  get poolChoice(): PoolChoice {
    return this.pool;
  }

  get filterText(): string {
    return this.text;
  }

  /** Rows before any filter. */
  get rowCount(): number {
    let count = 0;
    for (let id = 0; id < this.table.rowLimit; id += 1) count += this.table.present[id] ?? 0;
    return count;
  }

  tagAt(id: number): number {
    return this.table.tags[slotOfRow(id)] ?? 0;
  }

  ownerAt(id: number): OwnerLabel | undefined {
    return this.owners.get(this.tagAt(id));
  }

  growthAt(id: number): TagGrowth | undefined {
    return this.growth.at(this.tagAt(id), isPagedRow(id));
  }

  applyGrowth(message: GrowthMessage): void {
    this.growth.apply(message);
    if (this.sortState.column === 'growth') this.resort();
  }

  apply(sample: SampleMessage): void {
    if (this.table.apply(sample)) this.rebuild();
    else this.resort();
  }

  clear(): void {
    this.table.clear();
    this.growth.clear();
    this.rebuild();
  }

  setSort(sort: SortState): void {
    this.sortState = sort;
    this.resort();
  }

  setPool(pool: PoolChoice): void {
    this.pool = pool;
    this.rebuild();
  }

  setFilter(text: string): void {
    this.text = text;
    this.passes = tagFilter(text);
    this.matches.forget();
    this.rebuild();
  }

  setOwners(owners: readonly OwnerLabel[], reset: boolean): void {
    if (reset) this.owners.clear();
    for (const owner of owners) this.owners.set(owner.tag >>> 0, owner);
    this.matches.forget();
    this.rebuild();
  }

  /** Sums of the rows shown, by pool; PoolMon's totals. */
  totals(): { readonly nonPaged: PoolTotals; readonly paged: PoolTotals } {
    const sum = { nonPaged: emptyTotals(), paged: emptyTotals() };
    const { allocs, frees, bytes, blocks } = this.table;
    for (const id of this.order) {
      const total = isPagedRow(id) ? sum.paged : sum.nonPaged;
      total.rows += 1;
      total.allocs += allocs.value(id);
      total.allocsDelta += allocs.delta(id);
      total.frees += frees.value(id);
      total.freesDelta += frees.delta(id);
      total.diff += blocks.value(id);
      total.bytes += bytes.value(id);
      total.bytesDelta += bytes.delta(id);
    }
    return sum;
  }

  private rebuild(): void {
    this.ranks = undefined;
    const wanted = (id: number): boolean =>
      this.table.present[id] === 1 &&
      this.passesFilter(id) &&
      (this.pool === 'both' || (this.pool === 'paged') === isPagedRow(id));
    const limit = this.table.rowLimit;
    const kept = new Uint8Array(limit);
    let length = 0;
    // Rows that stay keep their place, so that the sort finds them nearly in order.
    for (const id of this.order) {
      if (id >= limit || !wanted(id)) continue;
      kept[id] = 1;
      this.order[length] = id;
      length += 1;
    }
    this.order.length = length;
    for (let id = 0; id < limit; id += 1) if (kept[id] === 0 && wanted(id)) this.order.push(id);
    this.resort();
  }

  private resort(): void {
    sortRows(this.order, this.table, this.otherKeys(), this.sortState);
  }

  private otherKeys(): OtherKeys {
    const { column } = this.sortState;
    if (column === 'owner') return { ...NO_OTHERS, owners: this.ownerRanks() };
    return column === 'growth' ? { ...NO_OTHERS, growth: this.growth.keys(this.table) } : NO_OTHERS;
  }

  private passesFilter(id: number): boolean {
    if (this.text === '') return true;
    const tag = this.tagAt(id);
    return this.matches.get(slotOfRow(id), tag, () => this.passes(tag, this.owners.get(tag)?.label ?? ''));
  }

  /** Collating 5,000 names takes milliseconds, so it is done when names or tags change. */
  private ownerRanks(): OwnerRanks {
    if (this.ranks !== undefined) return this.ranks;
    const labels = [...new Set([...this.owners.values()].map((owner) => owner.label))];
    labels.sort((a, b) => this.collator.compare(a, b));
    const rankOf = new Map(labels.map((label, rank) => [label, rank]));
    const slots = this.table.rowLimit / 2;
    const ranks = new Float64Array(slots).fill(Number.POSITIVE_INFINITY);
    for (const [tag, owner] of this.owners) {
      const slot = this.table.slotOf(tag);
      if (slot !== undefined) ranks[slot] = rankOf.get(owner.label) ?? Number.POSITIVE_INFINITY;
    }
    this.ranks = ranks;
    return ranks;
  }
}

function emptyTotals(): PoolTotals {
  return { rows: 0, allocs: 0, allocsDelta: 0, frees: 0, freesDelta: 0, diff: 0, bytes: 0, bytesDelta: 0 };
}
