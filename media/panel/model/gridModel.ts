/**
 * What the grid shows: the table's rows of the chosen pools that pass the filter, in the chosen order, and their sums.
 * Pure; the view asks for rows by position. Work is done once a message or once a choice, never while scrolling.
 */
import type { GrowthMessage, TagGrowth } from '../../../src/shared/growth';
import type { SampleMessage } from '../../../src/shared/monitorProtocol';
import type { OwnerLabel, TagNote } from '../../../src/shared/panelMessages';
import { BaselineTable, isSince, type Had, type SinceChoice } from './baselineTable';
import { numberReader, type NumberReader } from './cellValues';
import type { LatestReading } from './chartModel';
import type { ColumnId } from './columns';
import { FilterMatches, tagFilter } from './filter';
import { GrowthTable } from './growthTable';
import { keepOrder, rowsByTag, sortRows, type SortState } from './sortRows';
import { GONE, JOINED, NON_PAGED, PAGED, poolOfRow, READ, rowsOfSlot, slotOfRow, TagTable } from './tagTable';
import { TagTexts, type TagText } from './tagTexts';
import { totalsOf, type Totals } from './totals';

/** `both`: a row for each pool, as PoolMon; `joined`: one row a tag. */
export const POOL_CHOICES = ['both', 'joined', 'nonPaged', 'paged'] as const;
export type PoolChoice = (typeof POOL_CHOICES)[number];

export const TEXT_COLUMNS = ['owner', 'company', 'description'] as const;
export type TextColumn = (typeof TEXT_COLUMNS)[number];

export const isTextColumn = (id: ColumnId): id is TextColumn => TEXT_COLUMNS.some((text) => text === id);

export class GridModel {
  readonly table = new TagTable();
  private readonly rowOrder: number[] = [];
  /** Whether that order is older than the numbers: several messages may come before a frame is drawn. */
  private stale = false;
  /** The same rows by their tags' texts, each tag's by its pools: the order of rows that are equal in the sorted column. */
  private shown: readonly number[] = [];

  /** Whether values that changed are marked. */
  highlights = true;

  private readonly growth = new GrowthTable();
  private readonly texts = { owner: new TagTexts(), company: new TagTexts(), description: new TagTexts() };
  private sortState: SortState = { column: 'bytes', descending: true };
  private pool: PoolChoice = 'both';
  private text = '';
  private passes = tagFilter('');
  private readonly matches = new FilterMatches();
  private held = false;
  private since: SinceChoice = 'all';

  /** Row ids in the order shown. */
  get order(): readonly number[] {
    this.sortStale();
    return this.rowOrder;
  }

  get sort(): SortState {
    return this.sortState;
  }

  get poolChoice(): PoolChoice {
    return this.pool;
  }

  get filterText(): string {
    return this.text;
  }

  /** Whether rows keep their places while their numbers change. */
  get holdsOrder(): boolean {
    return this.held;
  }

  get knowsDescriptions(): boolean {
    return this.texts.description.size > 0;
  }

  /** Rows before any filter. */
  get rowCount(): number {
    const { table } = this;
    return this.pool === 'joined' ? table.rowsOf(JOINED) : table.rowsOf(NON_PAGED) + table.rowsOf(PAGED);
  }

  tagAt(id: number): number {
    return this.table.tags[slotOfRow(id)] ?? 0;
  }

  textAt(column: TextColumn, id: number): TagText | undefined {
    return this.texts[column].at(this.tagAt(id));
  }

  /** What a tag has in each pool now. */
  latest(tag: number): readonly LatestReading[] {
    const slot = this.table.slotOf(tag);
    return [false, true].map((paged) => {
      const id = slot === undefined ? undefined : rowsOfSlot(slot) + (paged ? PAGED : NON_PAGED);
      const known = id !== undefined && this.table.present[id] === READ;
      const { bytes, blocks } = this.table;
      return { tag, paged, bytes: known ? bytes.value(id) : 0, blocks: known ? blocks.value(id) : 0 };
    });
  }

  /** Whether only the baseline has anything in the row: the source lists its tag no more. */
  isGone(id: number): boolean {
    return this.table.present[id] === GONE;
  }

  /** What the row had in the baseline; undefined without one. */
  hadAt(id: number): Had | undefined {
    return this.table.baseline?.had(this.tagAt(id), poolOfRow(id));
  }

  growthAt(id: number): TagGrowth | undefined {
    return this.growth.ofRow(this.table, id);
  }

  /** Growth of one pool of the row's tag. */
  growthIn(id: number, paged: boolean): TagGrowth | undefined {
    return this.growth.at(this.tagAt(id), paged);
  }

  /** The row's bytes over the window, drawn small; undefined where nothing moved. */
  lineAt(id: number): string | undefined {
    return this.growthAt(id)?.line;
  }

  applyGrowth(message: GrowthMessage): void {
    this.growth.apply(message);
    const { column } = this.sortState;
    if (column === 'growth' || column === 'history') this.arrange();
  }

  apply(sample: SampleMessage): void {
    // Which rows are new or gone changes with every reading.
    if (this.table.apply(sample) || this.since !== 'all') this.rebuild(this.held);
    else this.arrange();
  }

  clear(): void {
    this.table.clear();
    this.growth.clear();
    this.rebuild();
  }

  get hasBaseline(): boolean {
    return this.table.baseline !== undefined;
  }

  /** What rows are compared with from now on; all of them are shown until some are chosen. */
  setBaseline(rows: readonly number[] | undefined): void {
    this.table.compareWith(rows === undefined ? undefined : new BaselineTable(rows));
    this.since = 'all';
    this.rebuild();
  }

  /** Shows the rows of which this became since the baseline. */
  setSince(choice: SinceChoice): void {
    this.since = choice;
    this.rebuild();
  }

  setSort(sort: SortState): void {
    this.sortState = sort;
    // At once also while the order is held: it is that of now.
    this.stale = true;
    this.sortStale();
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

  /** Holds the order as it is now; rows that come stand at the end. Let go, rows are sorted at once. */
  holdOrder(held: boolean): void {
    this.sortStale();
    this.held = held;
    this.arrange();
  }

  setOwners(owners: readonly OwnerLabel[], reset: boolean): void {
    const made = owners.flatMap(({ tag, company, detail }): [number, TagText][] =>
      company === undefined ? [] : [[tag, { text: company, detail }]],
    );
    this.texts.company.take(made, reset);
    this.setTexts(
      'owner',
      owners.map(({ tag, label, detail }) => [tag, { text: label, detail }]),
      reset,
    );
  }

  setDescriptions(notes: readonly TagNote[], reset: boolean): void {
    this.setTexts(
      'description',
      notes.map(({ tag, text, detail }) => [tag, { text, detail }]),
      reset,
    );
  }

  /** Sums of the rows shown, by pool; PoolMon's totals. */
  totals(): Totals {
    return totalsOf(this.table, this.order);
  }

  /** What rows are sorted by. */
  reader(column: ColumnId): NumberReader {
    const read = numberReader(this.table, column);
    if (read !== undefined) return read;
    if (isTextColumn(column)) {
      const ranks = this.texts[column].ranks(this.table);
      return (id) => ranks[slotOfRow(id)] ?? Number.POSITIVE_INFINITY;
    }
    const keys = this.growth.keys(this.table);
    return (id) => keys[id] ?? 0;
  }

  private setTexts(column: TextColumn, texts: readonly (readonly [number, TagText])[], reset: boolean): void {
    this.texts[column].take(texts, reset);
    this.matches.forget();
    this.rebuild(this.held);
  }

  private rebuild(held = false): void {
    const { table } = this;
    const { present } = table;
    const shown: number[] = [];
    for (let id = 0; id < table.rowLimit; id += 1)
      if (present[id] !== 0 && this.isChosen(poolOfRow(id)) && this.isSince(id) && this.passesFilter(id))
        shown.push(id);
    this.shown = rowsByTag(shown, table);
    if (held) keepOrder(this.rowOrder, this.shown);
    else this.stale = true;
  }

  private isSince(id: number): boolean {
    const { table } = this;
    const { baseline } = table;
    if (this.since === 'all' || baseline === undefined) return true;
    const now = { bytes: table.bytes.value(id), diff: table.blocks.value(id) };
    return isSince(this.since, baseline.had(this.tagAt(id), poolOfRow(id)), now);
  }

  private isChosen(pool: number): boolean {
    switch (this.pool) {
      case 'both':
        return pool !== JOINED;
      case 'joined':
        return pool === JOINED;
      case 'nonPaged':
        return pool === NON_PAGED;
      case 'paged':
        return pool === PAGED;
    }
  }

  /** Has rows sorted anew, unless their order is held. */
  private arrange(): void {
    if (!this.held) this.stale = true;
  }

  private sortStale(): void {
    if (!this.stale) return;
    this.stale = false;
    const { column, descending } = this.sortState;
    sortRows(this.shown, this.reader(column), descending, this.rowOrder);
  }

  private passesFilter(id: number): boolean {
    if (this.text === '') return true;
    const tag = this.tagAt(id);
    const about = (): string => TEXT_COLUMNS.map((column) => this.texts[column].at(tag)?.text ?? '').join('\n');
    return this.matches.get(slotOfRow(id), tag, () => this.passes(tag, about()));
  }
}
