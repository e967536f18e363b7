/**
 * PoolMon's header line: the memory manager's totals, short to read, exact when pointed at.
 */
import type { MemoryTotals } from '../../../src/shared/sample';
import type { Formats } from '../model/format';
import { element, setText } from './dom';
import type { MemoryText, PanelStrings } from './strings';

/** What stands first matters most here; the rest gives way when the view is narrow. */
const ITEMS: readonly { readonly id: MemoryText; readonly minor: boolean }[] = [
  { id: 'nonPagedPoolBytes', minor: false },
  { id: 'pagedPoolBytes', minor: false },
  { id: 'residentPagedPoolBytes', minor: true },
  { id: 'residentKernelBytes', minor: true },
  { id: 'totalBytes', minor: true },
  { id: 'availableBytes', minor: false },
  { id: 'commitBytes', minor: false },
  { id: 'commitLimitBytes', minor: true },
  { id: 'commitPeakBytes', minor: true },
  { id: 'pageFaults', minor: true },
];

export class MemoryBar {
  readonly node = element('dl', { className: 'memory' });
  private readonly values = new Map<MemoryText, { readonly item: HTMLElement; readonly value: HTMLElement }>();

  constructor(
    private readonly formats: Formats,
    private readonly strings: PanelStrings,
  ) {
    for (const { id, minor } of ITEMS) {
      const text = strings.memory[id];
      const value = element('dd');
      const item = element('div', { className: minor ? 'item minor' : 'item' }, [
        element('dt', { text: text.label }),
        value,
      ]);
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
