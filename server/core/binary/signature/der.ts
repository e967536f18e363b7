/**
 * Cuts DER into elements without decoding them: a signature has thousands, and we want the names of a few.
 * Definite lengths only, as DER has it. Never throws; an element that passes its parent's end is not there.
 */

/** One element: tag, length, content. */
export class DerElement {
  #children: readonly DerElement[] | undefined;

  constructor(
    private readonly source: Uint8Array,
    private readonly start: number,
    private readonly contentStart: number,
    private readonly end: number,
  ) {}

  /** Identifier octet: class, constructed bit, number below 31. */
  get tag(): number {
    return this.source[this.start] ?? 0;
  }

  /** The whole encoding. Views cost more than all the rest, so they are made when asked for. */
  get bytes(): Uint8Array {
    return this.source.subarray(this.start, this.end);
  }

  get content(): Uint8Array {
    return this.source.subarray(this.contentStart, this.end);
  }

  /** Elements inside a constructed one, up to the first that can't be read; nothing for others. */
  get children(): readonly DerElement[] {
    return (this.#children ??= this.#cut());
  }

  #cut(): readonly DerElement[] {
    const children: DerElement[] = [];
    if ((this.tag & CONSTRUCTED) === 0) return children;
    for (let at = this.contentStart; at < this.end && children.length < MOST_CHILDREN;) {
      const child = elementAt(this.source, at, this.end);
      if (child === undefined) break;
      children.push(child);
      at = child.end;
    }
    return children;
  }
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
  return elementAt(bytes, 0, bytes.length);
}

function elementAt(bytes: Uint8Array, at: number, limit: number): DerElement | undefined {
  if (at + 2 > limit) return undefined;
  const first = bytes[at + 1] ?? 0;
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  // 0x80 alone is BER's indefinite length; more than four bytes are longer than any file.
  if (first === 0x80 || lengthBytes > 4) return undefined;
  const start = at + 2 + lengthBytes;
  if (start > limit) return undefined;
  let length = first < 0x80 ? first : 0;
  for (let index = at + 2; index < start; index += 1) length = length * 256 + (bytes[index] ?? 0);
  return start + length > limit ? undefined : new DerElement(bytes, at, start, start + length);
}

export function childrenOf(element: DerElement | undefined): readonly DerElement[] {
  return element?.children ?? [];
}

/** The child with the tag. */
export function childWith(element: DerElement | undefined, tag: number): DerElement | undefined {
  return childrenOf(element).find((child) => child.tag === tag);
}

/** DER has one encoding for a value, so equal bytes are equal values. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at += 1) if (left[at] !== right[at]) return false;
  return true;
}
