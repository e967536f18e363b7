/**
 * One row element of the grid, lent to whichever row stands at its position. It remembers what each cell shows and
 * touches the document only where that changed: a tick costs what changed, not what is visible.
 */
import type { TagGrowth } from '../../../src/shared/growth';
import { tagToText } from '../../../src/shared/poolTag';
import { heatReader, numberReader, type HeatReader, type NumberReader } from '../model/cellValues';
import type { Column } from '../model/columns';
import type { Formats } from '../model/format';
import { isTextColumn, type GridModel, type TextColumn } from '../model/gridModel';
import { historyPath, PATH_HEIGHT, PATH_WIDTH } from '../model/historyPath';
import { JOINED, PAGED } from '../model/tagTable';
import type { ColumnWindow } from './columnWindow';
import { element, lineDrawing, setAttribute } from './dom';
import { growthText } from './growthCell';
import type { PanelStrings } from './strings';

export const ROW_HEIGHT = 22;
/** Rows of the header, counted in aria-rowindex. */
export const HEADER_ROWS = 1;

/** What all rows share. */
export interface RowContext {
  readonly model: GridModel;
  readonly formats: Formats;
  readonly strings: PanelStrings;
}

interface Cell {
  readonly column: Column;
  readonly node: HTMLElement;
  readonly text: Text;
  /** Where the cell shows a line. */
  readonly path: SVGPathElement | undefined;
  readonly heatOf: HeatReader | undefined;
  /** Absent where the cell shows words. */
  readonly read: NumberReader | undefined;
  readonly words: TextColumn | undefined;
  readonly format: (value: number) => string;
  /** What the node shows now. */
  value: number | string | TagGrowth | undefined;
  heat: number;
}

export class RowView {
  readonly node = element('div', { className: 'row', role: 'row' });
  /** Position shown, -1 when the element is not in use. */
  index = -1;
  private cells: readonly Cell[] = [];
  private active = false;
  private selected: boolean | undefined;
  private gone = false;

  constructor(
    private readonly context: RowContext,
    private readonly name: string,
  ) {
    this.node.hidden = true;
  }

  cellNode(columnAt: number): HTMLElement | undefined {
    return this.cells[columnAt]?.node;
  }

  setColumns(columns: readonly Column[]): void {
    this.cells = columns.map((column, at) => this.makeCell(column, at));
    this.node.replaceChildren(...this.cells.map((cell) => cell.node));
  }

  hide(): void {
    if (this.index === -1) return;
    this.index = -1;
    this.node.hidden = true;
  }

  /** Shows the row `id` at a position. Cells of columns out of sight keep what they had. */
  show(index: number, id: number, columns: ColumnWindow, active: boolean, selected: boolean): void {
    if (this.index !== index) {
      if (this.index === -1) this.node.hidden = false;
      this.index = index;
      this.node.style.transform = `translateY(${String(index * ROW_HEIGHT)}px)`;
      this.node.setAttribute('aria-rowindex', String(index + 1 + HEADER_ROWS));
    }
    if (this.active !== active) {
      this.active = active;
      this.node.classList.toggle('active', active);
    }
    if (this.selected !== selected) {
      this.selected = selected;
      this.node.classList.toggle('selected', selected);
      this.node.setAttribute('aria-selected', String(selected));
    }
    const gone = this.context.model.isGone(id);
    if (this.gone !== gone) {
      this.gone = gone;
      this.node.classList.toggle('gone', gone);
    }
    this.cells.forEach((cell, at) => {
      if (columns.has(at)) this.update(cell, id);
    });
  }

  private update(cell: Cell, id: number): void {
    if (cell.column.id === 'growth') {
      this.updateGrowth(cell, id);
      return;
    }
    if (cell.path !== undefined) {
      this.updateLine(cell, cell.path, id);
      return;
    }
    const { model } = this.context;
    const value = cell.words === undefined ? cell.read?.(id) : (model.textAt(cell.words, id)?.text ?? '');
    if (value !== cell.value) {
      cell.value = value;
      cell.text.data = typeof value === 'string' ? value : cell.format(value ?? 0);
    }
    if (cell.heatOf === undefined) return;
    const warmth = model.highlights ? cell.heatOf(id) : 0;
    if (warmth === cell.heat) return;
    cell.heat = warmth;
    // The data set would do, at several times the cost.
    if (warmth === 0) cell.node.removeAttribute('data-heat');
    else cell.node.setAttribute('data-heat', String(warmth));
  }

  /** The line, and in words what a reader of the page is told of it. */
  private updateLine(cell: Cell, path: SVGPathElement, id: number): void {
    const line = this.context.model.lineAt(id) ?? '';
    if (line === cell.value) return;
    cell.value = line;
    path.setAttribute('d', line === '' ? '' : historyPath(line));
    if (cell.node.title !== '') cell.node.title = '';
  }

  /** Word or number as text, and the verdict for the style sheet's mark. */
  private updateGrowth(cell: Cell, id: number): void {
    const { model, formats, strings } = this.context;
    const growth = this.gone ? undefined : model.growthAt(id);
    const shown = this.gone ? strings.gone : growth;
    if (shown === cell.value) return;
    cell.value = shown;
    const text = this.gone ? strings.gone : growthText(growth, formats, strings);
    if (cell.text.data !== text) cell.text.data = text;
    setAttribute(cell.node, 'data-verdict', growth?.verdict);
    // Explains another row, or what was.
    if (cell.node.title !== '') cell.node.title = '';
  }

  private makeCell(column: Column, at: number): Cell {
    const { model } = this.context;
    const text = document.createTextNode('');
    const node = element('div', {
      className: cellClass(column),
      role: 'gridcell',
      attributes: { id: `${this.name}-${column.id}`, 'aria-colindex': String(at + 1), 'data-column': column.id },
    });
    const drawing = column.kind === 'line' ? lineDrawing(PATH_WIDTH, PATH_HEIGHT) : undefined;
    const opens = column.id === 'tag' || column.id === 'owner';
    if (opens) node.append(element('span', { className: 'opens' }, [text]));
    else if (drawing !== undefined) node.append(drawing.node);
    else node.append(text);
    return {
      column,
      node,
      text,
      path: drawing?.path,
      heatOf: heatReader(model.table, column.id),
      // The tag's own number, not its sort key, so that a cell is changed when the tag is.
      read: column.id === 'tag' ? (id) => model.tagAt(id) : numberReader(model.table, column.id),
      words: isTextColumn(column.id) ? column.id : undefined,
      format: this.formatOf(column),
      value: undefined,
      heat: 0,
    };
  }

  private formatOf(column: Column): (value: number) => string {
    const { formats, strings } = this.context;
    if (column.id === 'tag') return tagToText;
    if (column.id === 'type') {
      return (pool) => (pool === JOINED ? strings.joined : pool === PAGED ? strings.paged : strings.nonPaged);
    }
    if (column.reading?.measure === 'share') return formats.share;
    return column.kind === 'change' ? formats.change : formats.count;
  }
}

/** Classes of a cell of the column, in every row. */
export function cellClass({ kind, id }: Column): string {
  return `cell ${kind} ${id}`;
}
