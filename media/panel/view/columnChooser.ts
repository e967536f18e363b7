/**
 * The list of all columns, to be shown or not and put in order: a dialog over the panel. Arrow keys go through it, Alt
 * and an arrow moves the column. Decides nothing: what is chosen is told at once.
 */
import type { ColumnId } from '../model/columns';
import { element, textButton } from './dom';
import { columnShortName, columnText, type PanelStrings } from './strings';

export interface ChooserEvents {
  toggle(id: ColumnId): void;
  step(id: ColumnId, step: -1 | 1): void;
  reset(): void;
  closed(): void;
}

export class ColumnChooser {
  readonly node: HTMLDialogElement;
  private readonly list = element('ul', { className: 'choices' });
  private readonly boxes = new Map<ColumnId, { readonly item: HTMLElement; readonly box: HTMLInputElement }>();
  private current: ColumnId | undefined;

  constructor(
    private readonly strings: PanelStrings,
    private readonly events: ChooserEvents,
  ) {
    const step = (by: -1 | 1) => (): void => this.step(by);
    const buttons = [
      textButton(strings.moveUp, false, step(-1)),
      textButton(strings.moveDown, false, step(1)),
      textButton(strings.resetColumns, false, () => events.reset()),
      textButton(strings.done, true, () => this.node.close()),
    ];
    this.node = element('dialog', { className: 'dialog', attributes: { 'aria-label': strings.chooseColumns } }, [
      element('h2', { text: strings.columnsTitle }),
      this.list,
      element('div', { className: 'dialog-buttons' }, buttons),
    ]);
    this.node.addEventListener('close', () => events.closed());
    this.node.addEventListener('keydown', (event) => this.press(event));
  }

  open(order: readonly ColumnId[], shown: readonly ColumnId[]): void {
    this.current = shown[1];
    this.update(order, shown);
    if (!this.node.open) this.node.showModal();
    this.focus();
  }

  /** Shows another state; the focus stays with its column. */
  update(order: readonly ColumnId[], shown: readonly ColumnId[]): void {
    const had = this.list.contains(document.activeElement);
    const items = order.filter((id) => id !== 'tag').map((id) => this.itemOf(id));
    for (const [id, { box }] of this.boxes) box.checked = shown.includes(id);
    const same =
      items.length === this.list.childElementCount && items.every((item, at) => item === this.list.children[at]);
    if (same) return;
    this.list.replaceChildren(...items);
    if (had) this.focus();
  }

  private itemOf(id: ColumnId): HTMLElement {
    const known = this.boxes.get(id);
    if (known !== undefined) return known.item;
    const box = element('input', { attributes: { type: 'checkbox' } });
    box.addEventListener('change', () => this.events.toggle(id));
    box.addEventListener('focus', () => (this.current = id));
    const { title } = columnText(this.strings, id);
    const item = element('li', {}, [
      element('label', { title }, [
        box,
        element('span', { className: 'choice', text: columnShortName(this.strings, id) }),
        element('span', { className: 'choice-hint', text: title }),
      ]),
    ]);
    this.boxes.set(id, { item, box });
    return item;
  }

  private press(event: KeyboardEvent): void {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : undefined;
    if (by === undefined || !this.list.contains(document.activeElement)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.altKey) this.step(by);
    else {
      const items = [...this.list.children];
      const at = items.findIndex((item) => item.contains(document.activeElement));
      items[at + by]?.querySelector('input')?.focus();
    }
  }

  private step(by: -1 | 1): void {
    if (this.current === undefined) return;
    this.events.step(this.current, by);
    this.focus();
  }

  private focus(): void {
    const box = this.current === undefined ? undefined : this.boxes.get(this.current)?.box;
    box?.focus();
    box?.scrollIntoView({ block: 'nearest' });
  }
}
