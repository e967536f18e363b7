/**
 * The header under the pointer: a column's right edge makes it wider or narrower, its name takes it elsewhere.
 * Says what was wanted; what a layout is, model/layout.ts knows. Keys do the same in keys.ts.
 */
import { columnNamed, type ColumnId } from '../model/columns';
import { setAttribute } from './dom';

export interface HeaderEvents {
  /** New width in pixels, while the edge is held. */
  resize(id: ColumnId, pixels: number): void;
  /** The edge was let go. */
  resized(): void;
  /** The edge was clicked twice: as wide as what stands in it. */
  fit(id: ColumnId): void;
  /** Dropped where another column stands. */
  move(id: ColumnId, to: ColumnId): void;
}

/** Pixels before a press on a name is no click any more. */
const DRAG_PIXELS = 5;

interface Held {
  readonly id: ColumnId;
  readonly kind: 'edge' | 'name';
  readonly pointer: number;
  readonly startX: number;
  readonly startWidth: number;
  moving: boolean;
  over: ColumnId | undefined;
}

export class HeaderDrag {
  private held: Held | undefined;
  /** The click that follows a drag is none. */
  private swallow = false;

  constructor(
    private readonly node: HTMLElement,
    private readonly events: HeaderEvents,
  ) {
    node.addEventListener('pointerdown', (event) => this.press(event));
    node.addEventListener('pointermove', (event) => this.drag(event));
    node.addEventListener('pointerup', (event) => this.release(event));
    node.addEventListener('pointercancel', () => this.end());
    node.addEventListener('lostpointercapture', () => this.end());
    node.addEventListener('dblclick', (event) => {
      const cell = cellOf(event.target);
      if (cell !== undefined && isEdge(event.target)) events.fit(cell.id);
    });
    node.addEventListener(
      'click',
      (event) => {
        if (this.swallow || isEdge(event.target)) event.stopPropagation();
        this.swallow = false;
      },
      true,
    );
  }

  private press(event: PointerEvent): void {
    this.swallow = false;
    const cell = cellOf(event.target);
    if (cell === undefined || event.button !== 0) return;
    const kind = isEdge(event.target) ? 'edge' : 'name';
    if (kind === 'name' && cell.id === 'tag') return;
    const { pointerId: pointer, clientX: startX } = event;
    const startWidth = cell.node.getBoundingClientRect().width;
    this.held = { id: cell.id, kind, pointer, startX, startWidth, moving: false, over: undefined };
  }

  private drag(event: PointerEvent): void {
    const { held } = this;
    if (held === undefined || event.pointerId !== held.pointer) return;
    const by = event.clientX - held.startX;
    if (!held.moving) {
      if (held.kind === 'name' && Math.abs(by) < DRAG_PIXELS) return;
      held.moving = true;
      this.node.setPointerCapture(held.pointer);
      this.node.classList.add(held.kind === 'edge' ? 'resizing' : 'moving');
    }
    if (held.kind === 'edge') this.events.resize(held.id, held.startWidth + by);
    else this.mark(held, event.clientX);
  }

  private release(event: PointerEvent): void {
    const { held } = this;
    if (held === undefined || event.pointerId !== held.pointer) return;
    const { moving, kind, id, over } = held;
    this.end();
    this.swallow = moving;
    if (!moving) return;
    if (kind === 'edge') this.events.resized();
    else if (over !== undefined && over !== id) this.events.move(id, over);
  }

  private end(): void {
    const { held } = this;
    this.held = undefined;
    this.node.classList.remove('resizing', 'moving');
    if (held?.moving === true && this.node.hasPointerCapture(held.pointer)) {
      this.node.releasePointerCapture(held.pointer);
    }
    this.markCells(undefined, 'before');
  }

  /** Shows where the column would go. The tag keeps its place, so what is dropped on it goes behind it. */
  private mark(held: Held, x: number): void {
    const cells = [...this.node.children];
    const at = cells.findIndex((node) => node.getBoundingClientRect().right > x);
    const target = cellOf(cells[at < 0 ? cells.length - 1 : at] ?? null);
    held.over = target?.id;
    const from = cells.findIndex((node) => cellOf(node)?.id === held.id);
    this.markCells(target?.node, at < 0 || at > from || target?.id === 'tag' ? 'after' : 'before');
  }

  private markCells(target: Element | undefined, side: 'before' | 'after'): void {
    for (const node of this.node.children) setAttribute(node, 'data-drop', node === target ? side : undefined);
  }
}

function isEdge(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('.grip') !== null;
}

function cellOf(target: EventTarget | null): { readonly node: Element; readonly id: ColumnId } | undefined {
  const node = target instanceof Element ? target.closest('[data-column]') : null;
  const column = columnNamed(node?.getAttribute('data-column'));
  return node === null || column === undefined ? undefined : { node, id: column.id };
}
