/**
 * Making and changing elements. The only place that creates DOM: text goes in as text, attributes by name,
 * and nothing here can parse HTML.
 */

export interface ElementOptions {
  readonly className?: string;
  readonly text?: string;
  readonly title?: string;
  readonly role?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  options: ElementOptions = {},
  children: readonly Node[] = [],
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (options.className !== undefined) made.className = options.className;
  if (options.text !== undefined) made.textContent = options.text;
  if (options.title !== undefined) made.title = options.title;
  if (options.role !== undefined) made.setAttribute('role', options.role);
  for (const [key, value] of Object.entries(options.attributes ?? {})) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Sets a text only when it differs: an equal text would still make the browser lay out again. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

export function setAttribute(node: Element, name: string, value: string | undefined): void {
  if (value === undefined) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** VS Code says so with a class, and may change its mind at any time. */
export function usesScreenReader(): boolean {
  return document.body.classList.contains('vscode-using-screen-reader');
}

export function icon(name: string): HTMLElement {
  return element('span', { className: `codicon codicon-${name}`, attributes: { 'aria-hidden': 'true' } });
}

/** A square button that shows an icon; its title is its name. */
export interface IconButton {
  readonly node: HTMLButtonElement;
  /** `pressed` undefined: no toggle. */
  show(iconName: string, title: string, pressed?: boolean): void;
}

export function iconButton(onClick: () => void): IconButton {
  const node = element('button', { className: 'icon-button', attributes: { type: 'button' } });
  node.addEventListener('click', onClick);
  let shown = '';
  return {
    node,
    show: (iconName, title, pressed) => {
      if (shown !== iconName) node.replaceChildren(icon(iconName));
      shown = iconName;
      if (node.title !== title) node.title = title;
      setAttribute(node, 'aria-label', title);
      setAttribute(node, 'aria-pressed', pressed === undefined ? undefined : String(pressed));
    },
  };
}

export function textButton(label: string, primary: boolean, onClick: () => void): HTMLButtonElement {
  const node = element('button', {
    className: primary ? 'text-button' : 'text-button secondary',
    text: label,
    attributes: { type: 'button' },
  });
  node.addEventListener('click', onClick);
  return node;
}

const SVG = 'http://www.w3.org/2000/svg';

/** A small line to be drawn: `path` takes its `d` in the units given. Says nothing to a screen reader: its cell does. */
export function lineDrawing(
  width: number,
  height: number,
): { readonly node: SVGSVGElement; readonly path: SVGPathElement } {
  const node = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  node.setAttribute('viewBox', `0 0 ${String(width)} ${String(height)}`);
  node.setAttribute('preserveAspectRatio', 'none');
  node.setAttribute('aria-hidden', 'true');
  path.setAttribute('vector-effect', 'non-scaling-stroke');
  node.append(path);
  return { node, path };
}
