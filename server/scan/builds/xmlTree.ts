/**
 * XML of build files as a tree of elements with their attributes and text. What is malformed ends the reading: what
 * stands in front of it counts. Entities beyond XML's own five are not expanded, nothing is fetched.
 */
import { SaxesParser } from 'saxes';

export interface XmlElement {
  /** As written. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Text directly inside, joined. */
  readonly text: string;
}

interface Growing extends XmlElement {
  readonly children: Growing[];
  text: string;
}

const MOST_ELEMENTS = 200_000;
const MOST_DEPTH = 64;

/** The document's root element; undefined when there is none. */
export function readXml(text: string): XmlElement | undefined {
  const open: Growing[] = [];
  let root: Growing | undefined;
  let left = MOST_ELEMENTS;
  let broken = false;
  const parser = new SaxesParser({ position: false });
  parser.on('error', () => {
    broken = true;
  });
  parser.on('opentag', ({ name, attributes }) => {
    broken ||= (left -= 1) < 0 || open.length >= MOST_DEPTH;
    if (broken) return;
    const element: Growing = { name, attributes: new Map(Object.entries(attributes)), children: [], text: '' };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('text', (part) => {
    const element = open.at(-1);
    if (!broken && element !== undefined) element.text += part;
  });
  parser.on('closetag', () => {
    if (!broken) open.pop();
  });
  // In pieces, so that little is read behind an error.
  for (let at = 0; at < text.length && !broken; at += PIECE) parser.write(text.slice(at, at + PIECE));
  return root;
}

const PIECE = 1 << 16;
