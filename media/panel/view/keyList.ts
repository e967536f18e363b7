/**
 * The list of keys (H or ?), as PoolMon has one: what each does, in a dialog over the panel. Shows, and does nothing else.
 */
import { element, textButton } from './dom';
import type { PanelStrings } from './strings';

export class KeyList {
  readonly node: HTMLDialogElement;

  constructor(strings: PanelStrings, closed: () => void) {
    const rows = strings.keys.map(({ keys, does }) =>
      element('div', { className: 'key' }, [
        element(
          'dt',
          {},
          keys.map((key) => element('kbd', { text: key })),
        ),
        element('dd', { text: does }),
      ]),
    );
    const list = element(
      'dl',
      { className: 'keys', attributes: { tabindex: '0', 'aria-label': strings.keysTitle } },
      rows,
    );
    this.node = element('dialog', { className: 'dialog', attributes: { 'aria-label': strings.keysTitle } }, [
      element('h2', { text: strings.keysTitle }),
      list,
      element('div', { className: 'dialog-buttons' }, [textButton(strings.done, true, () => this.node.close())]),
    ]);
    this.node.addEventListener('close', closed);
  }

  open(): void {
    if (!this.node.open) this.node.showModal();
    this.node.querySelector('dl')?.focus();
  }
}
