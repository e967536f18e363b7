/**
 * The virtual grid: only the rows in sight exist as elements, placed by their position in the model's order.
 * One tab stop; the active cell is named by aria-activedescendant, so that focus survives rows being lent to others.
 * Layout is read on resize and scroll alone, never in a tick.
 */
import type { TagGrowth } from '../../../src/shared/growth';
import { tagSpellings } from '../../../src/shared/poolTag';
import { ActiveCell, HEADER } from '../model/activeCell';
import { totalWidth, type Column, type ColumnId } from '../model/columns';
import { isTextColumn } from '../model/gridModel';
import type { Movement } from '../model/keys';
import { columnsOf, USUAL_LAYOUT, type ColumnLayout } from '../model/layout';
import { Selection } from '../model/selection';
import { JOINED, poolOfRow } from '../model/tagTable';
import { ColumnWindow } from './columnWindow';
import { element, setAttribute, usesScreenReader } from './dom';
import { GridHeader } from './gridHeader';
import { HEADER_ROWS, ROW_HEIGHT, RowView, type RowContext } from './gridRow';
import { GridTotals } from './gridTotals';
import { growthDetail } from './growthCell';

/** Rows kept ready above and below, so that a scroll by a few lines shows no gap. */
const SPARE_ROWS = 4;
/** Columns whose tooltip says more than their text: the keyboard is told it, too. */
const EXPLAINED: ReadonlySet<ColumnId> = new Set([
  'growth',
  'history',
  'owner',
  'company',
  'description',
  'bytesSince',
  'diffSince',
]);
/** Characters that a cell's padding and the mark of the sort take. */
const ROOM_IN_CELL = 3;
/** Room for the scroll bar, which the columns must not lie under. */
const SCROLL_BAR = 14;

export class Grid {
  readonly node: HTMLElement;
  readonly header: GridHeader;
  readonly totals: GridTotals;
  readonly active = new ActiveCell();
  readonly selection = new Selection();
  columns: readonly Column[] = [];
  /** First visible pixel of the rows; kept here because reading it from the document costs a layout. */
  private scrollTop = 0;
  private scrollLeft = 0;

  private layout: ColumnLayout = USUAL_LAYOUT;
  private readonly body = element('div', { className: 'grid-body', role: 'rowgroup' });
  private rows: RowView[] = [];
  /** Shows the active row when it is out of sight: aria-activedescendant must name an element that exists. */
  private readonly away: RowView;
  private height = 0;
  private width = 0;
  private characterWidth = 0;
  private readonly inSight = new ColumnWindow();
  private highlighted: Element | undefined;

  constructor(private readonly context: RowContext) {
    const { strings } = context;
    this.header = new GridHeader(strings);
    this.totals = new GridTotals(context);
    this.away = new RowView(context, 'away');
    this.body.append(this.away.node);
    const head = element('div', { className: 'grid-head', role: 'rowgroup' }, [this.header.node]);
    this.node = element(
      'div',
      {
        className: 'grid',
        role: 'grid',
        attributes: {
          tabindex: '0',
          'aria-label': strings.gridLabel,
          'aria-multiselectable': 'true',
        },
      },
      [head, this.body, this.totals.node],
    );
  }

  /** Rows a page has: those wholly in sight. */
  get pageRows(): number {
    return Math.max(1, Math.floor(this.visibleHeight() / ROW_HEIGHT) - 1);
  }

  /** Takes over the size of the node and of a character. */
  resize(width: number, height: number, characterWidth: number): void {
    this.height = height;
    if (width === this.width && characterWidth === this.characterWidth) return;
    this.width = width;
    this.characterWidth = characterWidth;
    this.arrangeColumns();
  }

  /** Takes over another choice of columns, or that there is something new to show in them. */
  setLayout(layout: ColumnLayout): void {
    this.layout = layout;
    this.arrangeColumns();
  }

  /** How many characters wide so many pixels are. */
  charactersOf(pixels: number): number {
    return pixels / Math.max(1, this.characterWidth);
  }

  /** Characters a column needs for its name and what of it is in sight now. */
  fittingWidth(id: ColumnId): number {
    const at = this.columns.findIndex((c) => c.id === id);
    const shown = this.rows.filter((row) => row.index >= 0);
    const cells = [this.header, ...shown].map((row) => row.cellNode(at)?.textContent ?? '');
    return Math.max(...cells.map((text) => text.length)) + ROOM_IN_CELL;
  }

  /** Brings the document up to date with the model. */
  render(): void {
    const { model } = this.context;
    const count = model.order.length;
    this.active.follow(model, this.columns);
    const activeColumn = this.columns.findIndex((c) => c.id === this.active.column);
    this.inSight.all = usesScreenReader();
    this.inSight.move(this.scrollLeft, this.width, activeColumn);
    this.totals.update();
    this.body.style.height = `${String(count * ROW_HEIGHT)}px`;
    setAttribute(this.node, 'aria-rowcount', String(count + HEADER_ROWS + this.totals.rowCount));
    const first = Math.max(0, Math.floor(this.scrollTop / ROW_HEIGHT) - SPARE_ROWS);
    const last = Math.min(count, Math.ceil((this.scrollTop + this.visibleHeight()) / ROW_HEIGHT) + SPARE_ROWS);
    this.provideRows(last - first);
    for (const row of this.rows) if (row.index < first || row.index >= last) row.hide();
    for (let index = first; index < last; index += 1) {
      const id = model.order[index] ?? 0;
      this.rowFor(index)?.show(index, id, this.inSight, this.marks(index), this.selection.has(model, id));
    }
    this.renderAway(first, last);
    this.nameActiveCell(activeColumn);
  }

  /** Moves the active cell and brings it into sight. */
  move(movement: Movement, extend = false): void {
    const { model } = this.context;
    this.active.move(model, this.columns, movement, this.pageRows);
    if (extend) this.selection.extend(model, this.active.index);
    else if (!('columns' in movement)) this.selection.only(model, this.active.index);
    this.reveal();
    this.render();
  }

  /** Puts the active cell on what was clicked; undefined when it was no cell. */
  cellFrom(target: EventTarget | null): { readonly index: number; readonly column: ColumnId } | undefined {
    const node = target instanceof Element ? target.closest('[data-column]') : null;
    const column = this.columns.find((c) => c.id === node?.getAttribute('data-column'));
    const row = node?.parentElement;
    if (column === undefined || row === null || row === undefined) return undefined;
    if (row === this.header.node) return { index: HEADER, column: column.id };
    const view = [...this.rows, this.away].find((r) => r.node === row);
    return view === undefined ? undefined : { index: view.index, column: column.id };
  }

  /** What the pointer is told beyond the cell's text: the tag's other spellings, the owner's places. */
  tooltip(id: number, column: ColumnId): string | undefined {
    const { model, strings } = this.context;
    if (isTextColumn(column)) return model.textAt(column, id)?.detail;
    if (column === 'growth' || column === 'history') return this.growthTip(id);
    if (column === 'bytesSince' || column === 'diffSince') return this.sinceTip(id, column);
    if (column !== 'tag') return undefined;
    const { text, literal, hex } = tagSpellings(model.tagAt(id));
    return `${text}\n${strings.spellings(literal, hex)}`;
  }

  /** What it was and is. */
  private sinceTip(id: number, column: 'bytesSince' | 'diffSince'): string | undefined {
    const { model, formats, strings } = this.context;
    const had = model.hadAt(id);
    if (had === undefined) return undefined;
    const { bytes, blocks } = model.table;
    const [then, now] = column === 'bytesSince' ? [had.bytes, bytes.value(id)] : [had.diff, blocks.value(id)];
    return strings.thenNow(formats.count(then), formats.count(now));
  }

  /** A joined row's sum, and each of its pools as the monitor judges it. */
  private growthTip(id: number): string {
    const { model, formats, strings } = this.context;
    const had = model.isGone(id) ? model.hadAt(id) : undefined;
    if (had !== undefined) return strings.goneDetail(formats.count(had.bytes), formats.count(had.diff));
    if (poolOfRow(id) !== JOINED) return growthDetail(model.growthAt(id), formats, strings);
    const line = (name: string, growth: TagGrowth | undefined): string =>
      `${name}: ${growthDetail(growth, formats, strings)}`;
    return [
      line(strings.joined, model.growthAt(id)),
      line(strings.nonPaged, model.growthIn(id, false)),
      line(strings.paged, model.growthIn(id, true)),
    ].join('\n');
  }

  scrollTo(top: number): void {
    this.node.scrollTop = top;
    this.scrollTop = this.node.scrollTop;
  }

  /** Takes over where the node was scrolled to; true when there are other cells to show. */
  takeScroll(): boolean {
    const { scrollTop, scrollLeft } = this.node;
    if (scrollTop === this.scrollTop && scrollLeft === this.scrollLeft) return false;
    this.scrollTop = scrollTop;
    this.scrollLeft = scrollLeft;
    this.node.classList.toggle('moved', scrollLeft > 0);
    return true;
  }

  private visibleHeight(): number {
    const bars = HEADER_ROWS + this.totals.rowCount;
    return Math.max(0, this.height - bars * ROW_HEIGHT);
  }

  private marks(index: number): boolean {
    return this.active.chosen && index === this.active.index;
  }

  private rowFor(index: number): RowView | undefined {
    return this.rows[index % this.rows.length];
  }

  private provideRows(count: number): void {
    if (this.rows.length >= count) return;
    // Positions map to elements by remainder, so with another number of elements all are handed out anew.
    for (const row of this.rows) row.hide();
    while (this.rows.length < count) {
      const row = new RowView(this.context, `row${String(this.rows.length)}`);
      row.setColumns(this.columns);
      this.body.append(row.node);
      this.rows.push(row);
    }
  }

  private renderAway(first: number, last: number): void {
    const { index } = this.active;
    const id = this.context.model.order[index];
    if (id === undefined || (index >= first && index < last)) this.away.hide();
    else this.away.show(index, id, this.inSight, this.active.chosen, this.selection.has(this.context.model, id));
  }

  private nameActiveCell(at: number): void {
    const { index } = this.active;
    const near = this.rowFor(index);
    const row = index === HEADER ? this.header : near?.index === index ? near : this.away;
    const exists = index === HEADER || this.context.model.order.length > 0;
    const cell = exists ? row.cellNode(at) : undefined;
    setAttribute(this.node, 'aria-activedescendant', cell?.id);
    this.explainCell(cell);
    if (cell === this.highlighted) return;
    this.highlighted?.classList.remove('active-cell');
    cell?.classList.add('active-cell');
    this.highlighted = cell;
  }

  /** What the pointer is told, the keyboard is told as the cell's description. */
  private explainCell(cell: HTMLElement | undefined): void {
    const { model } = this.context;
    const id = model.order[this.active.index];
    if (cell === undefined || id === undefined || !EXPLAINED.has(this.active.column)) return;
    const detail = this.tooltip(id, this.active.column) ?? '';
    if (cell.title !== detail) cell.title = detail;
  }

  private reveal(): void {
    const { index } = this.active;
    if (index >= 0) {
      const top = index * ROW_HEIGHT;
      const bottom = top + ROW_HEIGHT - this.visibleHeight();
      if (top < this.scrollTop) this.scrollTo(top);
      else if (bottom > this.scrollTop) this.scrollTo(bottom);
    }
    this.revealColumn();
    this.takeScroll();
  }

  private revealColumn(): void {
    const at = this.columns.findIndex((c) => c.id === this.active.column);
    const header = this.header.cellNode(at);
    const sticky = this.header.cellNode(0);
    if (header === undefined || sticky === undefined || at === 0) return;
    const left = header.offsetLeft - sticky.offsetWidth;
    const right = header.offsetLeft + header.offsetWidth - this.node.clientWidth;
    if (left < this.node.scrollLeft) this.node.scrollLeft = left;
    else if (right > this.node.scrollLeft) this.node.scrollLeft = right;
  }

  private arrangeColumns(): void {
    if (this.characterWidth === 0) return;
    const { knowsDescriptions, hasBaseline } = this.context.model;
    const known = { descriptions: knowsDescriptions, baseline: hasBaseline };
    const columns = columnsOf(this.layout, (this.width - SCROLL_BAR) / this.characterWidth, known);
    this.placeColumns(columns);
    const same = columns.length === this.columns.length && columns.every(({ id }, at) => id === this.columns[at]?.id);
    this.columns = columns;
    if (same) return;
    this.header.setColumns(columns, this.context.model.sort);
    this.totals.setColumns(columns);
    for (const row of [...this.rows, this.away]) row.setColumns(columns);
    this.node.setAttribute('aria-colcount', String(columns.length));
  }

  /** What is left over goes to the last column of words that nobody has given a width. */
  private placeColumns(columns: readonly Column[]): void {
    const pixels = (characters: number): number => Math.round(characters * this.characterWidth);
    const wide = columns.findLast(({ id }) => isTextColumn(id) && this.layout.widths[id] === undefined);
    const tracks = columns.map((c) => {
      const width = `${String(pixels(c.width))}px`;
      return c === wide ? `minmax(${width}, 1fr)` : width;
    });
    this.inSight.place(columns.map((c) => pixels(c.width)));
    this.node.style.setProperty('--columns', tracks.join(' '));
    this.node.style.setProperty('--least-width', `${String(pixels(totalWidth(columns)))}px`);
  }
}
