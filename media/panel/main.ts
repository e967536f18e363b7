/**
 * Entry point of the webview: one panel in the page, told of messages, its size and its font.
 */
import type { ToPanel } from '../../src/shared/panelMessages';
import { element } from './view/dom';
import { Host } from './view/host';
import { Panel } from './view/panel';

const host = new Host();
const panel = new Panel(host);
/** Stands in the grid's font and is ten characters wide: the measure of all columns. */
const ruler = element('span', { className: 'ruler', text: '0000000000', attributes: { 'aria-hidden': 'true' } });
document.body.append(panel.node, ruler);

const measure = (): void => panel.measure(Math.max(1, ruler.getBoundingClientRect().width / 10));
new ResizeObserver(measure).observe(panel.measured);
new ResizeObserver(measure).observe(ruler);

function isMessage(data: unknown): data is ToPanel {
  return typeof data === 'object' && data !== null && 'type' in data && typeof data.type === 'string';
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (isMessage(event.data)) panel.receive(event.data);
});
host.post({ type: 'ready' });
