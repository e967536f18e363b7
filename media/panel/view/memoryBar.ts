/**
 * PoolMon's header line: the memory manager's totals, short to read, exact when pointed at.
 */
import type { MemoryTotals } from '../../../src/shared/sample';
import type { Formats } from '../model/format';
import { element, setText } from './dom';
import type { MemoryText, PanelStrings } from './strings';

/** `room`: how much width the view must have for it; what stands first matters most here. */
const ITEMS: readonly { readonly id: MemoryText; readonly room: 'any' | 'some' | 'ample' }[] = [
  { id: 'nonPagedPoolBytes', room: 'any' },
  { id: 'pagedPoolBytes', room: 'any' },
  { id: 'residentPagedPoolBytes', room: 'ample' },
  { id: 'residentKernelBytes', room: 'ample' },
  { id: 'totalBytes', room: 'some' },
  { id: 'availableBytes', room: 'any' },
  { id: 'commitBytes', room: 'any' },
  { id: 'commitLimitBytes', room: 'some' },
  { id: 'commitPeakBytes', room: 'ample' },
  { id: 'pageFaults', room: 'ample' },
];

export class MemoryBar {
  readonly node = element('dl', { className: 'memory' });
  private readonly values = new Map<MemoryText, { readonly item: HTMLElement; readonly value: HTMLElement }>();

  constructor(
    private readonly formats: Formats,
    private readonly strings: PanelStrings,
  ) {
    for (const { id, room } of ITEMS) {
      const text = strings.memory[id];
      const value = element('dd');
      const item = element('div', { className: `item ${room}` }, [element('dt', { text: text.label }), value]);
      item.hidden = true;
      this.values.set(id, { item, value });
      this.node.append(item);
    }
    this.node.hidden = true;
  }

  show(memory: MemoryTotals | undefined): void {
    let any = false;
    for (const [id, { item, value }] of this.values) {
      const amount = memory?.[id];
      item.hidden = amount === undefined;
      if (amount === undefined) continue;
      any = true;
      setText(value, id === 'pageFaults' ? this.formats.count(amount) : this.formats.bytes(amount));
      const title = `${this.strings.memory[id].title}: ${this.exact(id, amount)}`;
      if (item.title !== title) item.title = title;
    }
    this.node.hidden = !any;
  }

  private exact(id: MemoryText, amount: number): string {
    const { count } = this.formats;
    return id === 'pageFaults' ? count(amount) : this.strings.exactBytes(count(amount), count(amount / 1024));
  }
}
