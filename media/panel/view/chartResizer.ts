/**
 * The edge between grid and charts, to be moved by pointer and keyboard: a separator with a value, as ARIA has it.
 * Knows a share of the panel's height, in percent, and nothing of what stands on either side.
 */
import { element, setAttribute } from './dom';

/** Percent of the panel's height. */
export const LEAST_SHARE = 15;
export const MOST_SHARE = 85;
const STEP = 4;

export interface ResizerEvents {
  /** The share is another; undefined: as high as the charts need. */
  chosen(share: number | undefined): void;
}

export class ChartResizer {
  readonly node: HTMLElement;
  private share: number | undefined;
  private dragged: number | undefined;

  constructor(
    label: string,
    title: string,
    /** The charts, whose height is set. */
    private readonly target: HTMLElement,
    private readonly events: ResizerEvents,
  ) {
    this.node = element('div', {
      className: 'chart-resizer',
      role: 'separator',
      title,
      attributes: {
        tabindex: '0',
        'aria-orientation': 'horizontal',
        'aria-label': label,
        'aria-valuemin': String(LEAST_SHARE),
        'aria-valuemax': String(MOST_SHARE),
        'aria-valuenow': '50',
      },
    });
    this.node.addEventListener('pointerdown', (event) => this.grab(event));
    this.node.addEventListener('pointermove', (event) => this.drag(event));
    this.node.addEventListener('pointerup', () => this.drop());
    this.node.addEventListener('pointercancel', () => this.drop());
    this.node.addEventListener('dblclick', () => this.choose(undefined));
    this.node.addEventListener('keydown', (event) => this.key(event));
    // Until somebody chooses, the value is what there is: looked up when it can be asked for.
    this.node.addEventListener('focus', () => this.tell());
  }

  /** What was chosen when the page was last there. */
  restore(share: number | undefined): void {
    this.apply(share);
  }

  private choose(share: number | undefined): void {
    this.apply(share);
    this.tell();
    this.events.chosen(this.share);
  }

  private apply(share: number | undefined): void {
    this.share = share === undefined ? undefined : bounded(share);
    this.target.classList.toggle('sized', this.share !== undefined);
    if (this.share === undefined) this.target.style.removeProperty('--share');
    else this.target.style.setProperty('--share', `${String(this.share)}%`);
    setAttribute(this.node, 'aria-valuenow', String(this.share ?? 50));
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const now = this.share ?? this.present();
    const shares: Readonly<Record<string, number>> = {
      ArrowUp: now + STEP,
      ArrowDown: now - STEP,
      PageUp: now + 4 * STEP,
      PageDown: now - 4 * STEP,
      Home: MOST_SHARE,
      End: LEAST_SHARE,
    };
    const share = shares[event.key];
    if (share === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    this.choose(share);
  }

  private grab(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.node.setPointerCapture(event.pointerId);
    this.dragged = event.clientY - this.target.getBoundingClientRect().top;
  }

  private drag(event: PointerEvent): void {
    const room = this.room();
    if (this.dragged === undefined || room === undefined) return;
    const height = room.bottom - (event.clientY - this.dragged);
    this.apply((100 * height) / room.height);
  }

  private drop(): void {
    if (this.dragged === undefined) return;
    this.dragged = undefined;
    if (this.share !== undefined) this.choose(this.share);
  }

  private tell(): void {
    setAttribute(this.node, 'aria-valuenow', String(bounded(this.share ?? this.present())));
  }

  /** Percent the charts have now. */
  private present(): number {
    const room = this.room();
    return room === undefined ? 50 : (100 * this.target.getBoundingClientRect().height) / room.height;
  }

  private room(): DOMRect | undefined {
    const room = this.target.parentElement?.getBoundingClientRect();
    return room === undefined || room.height === 0 ? undefined : room;
  }
}

function bounded(share: number): number {
  return Math.round(Math.min(MOST_SHARE, Math.max(LEAST_SHARE, share)));
}
