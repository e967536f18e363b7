/**
 * Cuts DER into elements without decoding them: a signature has thousands, and we want the names of a few.
 * Definite lengths only, as DER has it. Never throws; an element that passes its parent's end is not there.
 */

/** One element: tag, length, content. */
export interface DerElement {
  /** Identifier octet: class, constructed bit, number below 31. */
  readonly tag: number;
  /** The whole encoding. */
  readonly bytes: Uint8Array;
  readonly content: Uint8Array;
}

const CONSTRUCTED = 0x20;
/** Lists of certificates and attributes have a few dozen. */
const MOST_CHILDREN = 1024;

/** `[number]`, constructed: how optional fields are marked. */
export function contextTag(number: number): number {
  return 0xa0 | number;
}

/** The element at the start of the bytes; what follows it is left alone. */
export function readElement(bytes: Uint8Array): DerElement | undefined {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) return undefined;
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  // 0x80 alone is BER's indefinite length; more than four bytes are longer than any file.
  if (first === 0x80 || lengthBytes > 4) return undefined;
  let length = first < 0x80 ? first : 0;
  for (let index = 0; index < lengthBytes; index += 1) length = length * 256 + (bytes[2 + index] ?? 0);
  const start = 2 + lengthBytes;
  if (start + length > bytes.length) return undefined;
  return { tag, bytes: bytes.subarray(0, start + length), content: bytes.subarray(start, start + length) };
}

/** Elements inside a constructed one, up to the first that can't be read; nothing for others. */
export function childrenOf(element: DerElement | undefined): readonly DerElement[] {
  if (element === undefined || (element.tag & CONSTRUCTED) === 0) return [];
  const children: DerElement[] = [];
  let rest = element.content;
  while (rest.length > 0 && children.length < MOST_CHILDREN) {
    const child = readElement(rest);
    if (child === undefined) break;
    children.push(child);
    rest = rest.subarray(child.bytes.length);
  }
  return children;
}

/** The child with the tag. */
export function childWith(element: DerElement | undefined, tag: number): DerElement | undefined {
  return childrenOf(element).find((child) => child.tag === tag);
}

/** DER has one encoding for a value, so equal bytes are equal values. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
