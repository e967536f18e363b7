/**
 * Why there is nothing to see, or why it has stopped, and what can be done: a page in place of the grid, or a strip
 * above rows that are still worth reading.
 */
import type { PanelAction, PanelCommand } from '../../../src/shared/panelMessages';
import { element, icon, textButton } from './dom';

export interface NoticeContent {
  readonly message: string;
  readonly failed: boolean;
  readonly actions: readonly PanelAction[];
}

export class Notice {
  readonly node = element('div', { className: 'notice', role: 'status' });
  private shown = '';

  constructor(private readonly onAction: (command: PanelCommand) => void) {
    this.node.hidden = true;
  }

  /** `page`: fills the view; otherwise a strip. Undefined hides it. */
  show(content: NoticeContent | undefined, page: boolean): void {
    const key = JSON.stringify([content, page]);
    // The same notice again must neither lose the focus of its buttons nor be read out again.
    if (key === this.shown) return;
    this.shown = key;
    this.node.hidden = content === undefined;
    this.node.classList.toggle('page', page);
    this.node.replaceChildren();
    if (content === undefined) return;
    const buttons = content.actions.map(({ label, action }, at) =>
      textButton(label, page && at === 0, () => this.onAction(action)),
    );
    this.node.append(
      element('div', { className: 'notice-text' }, [
        ...(content.failed ? [icon('warning')] : []),
        element('span', { text: content.message }),
      ]),
      element('div', { className: 'notice-actions' }, buttons),
    );
  }
}
