/**
 * Which of many names a text holds, in one pass: every word is hashed where it stands, and only words whose hash some
 * name has are cut out and looked up. Words are ASCII identifiers; comments and literals count like code.
 */

/** Kinds of ASCII characters: 1 begins a word, 2 (a digit) continues one. */
const KIND = new Uint8Array(128);
for (let code = 0; code < 128; code += 1) {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_$]/.test(character)) KIND[code] = 1;
  else if (/\d/.test(character)) KIND[code] = 2;
}

const BITS = 1 << 16;

/** Bits by hash: no false negatives, few false positives for some thousand words. */
class HashBits {
  readonly #words: Uint32Array;

  constructor(like?: HashBits) {
    this.#words = like === undefined ? new Uint32Array(BITS >> 5) : like.#words.slice();
  }

  add(hash: number): void {
    const bit = hash & (BITS - 1);
    this.#words[bit >> 5] = (this.#words[bit >> 5] ?? 0) | (1 << (bit & 31));
  }

  has(hash: number): boolean {
    return ((this.#words[(hash & (BITS - 1)) >> 5] ?? 0) & (1 << (hash & 31))) !== 0;
  }
}

function next(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) | 0;
}

/** Spreads the last characters' share over all bits. */
function finish(hash: number): number {
  return hash ^ (hash >>> 15);
}

/** What `eachWord` tells a word by; others may have the same. */
export function hashOfName(name: string): number {
  let hash = 0;
  for (let at = 0; at < name.length; at += 1) hash = next(hash, name.charCodeAt(at));
  return finish(hash);
}

/** Calls `visit` with each word's hash and place until it answers true. */
function someWord(
  text: string,
  start: number,
  end: number,
  visit: (hash: number, from: number, to: number) => boolean,
): boolean {
  for (let at = start; at < end; at += 1) {
    let code = text.charCodeAt(at);
    if (code >= 128 || KIND[code] !== 1) continue;
    const from = at;
    let hash = 0;
    do {
      hash = next(hash, code);
      at += 1;
      code = at < end ? text.charCodeAt(at) : 128;
    } while (code < 128 && KIND[code] !== 0);
    if (visit(finish(hash), from, at)) return true;
  }
  return false;
}

const BEYOND_ASCII = /[\u0080-\uffff]/;

/** A set of words, ready to be looked for in texts. */
export class NameFilter {
  readonly #bits: HashBits;
  readonly #names: ReadonlySet<string>;
  readonly #base: NameFilter | undefined;
  /** Names that are not ASCII. */
  readonly #others: readonly string[];

  /** `base`: a filter whose names are looked for, too. */
  constructor(names: ReadonlySet<string>, base?: NameFilter) {
    this.#names = names;
    this.#base = base;
    this.#bits = new HashBits(base === undefined ? undefined : base.#bits);
    const others = base === undefined ? [] : base.#others;
    this.#others = [...others, ...[...names].filter((name) => BEYOND_ASCII.test(name))];
    for (const name of names) this.#bits.add(hashOfName(name));
  }

  #has(word: string): boolean {
    return this.#names.has(word) || (this.#base !== undefined && this.#base.#has(word));
  }

  /** Whether some name stands in the text for which `accepts` (default: any) holds; it is asked once for each name. */
  matches(text: string, start = 0, end = text.length, accepts?: (name: string) => boolean): boolean {
    if (this.#names.size === 0 && this.#base === undefined) return false;
    if (this.#others.some((name) => text.slice(start, end).includes(name) && accepts?.(name) !== false)) return true;
    const bits = this.#bits;
    const refused = new Set<string>();
    return someWord(text, start, end, (hash, from, to) => {
      if (!bits.has(hash)) return false;
      const word = text.slice(from, to);
      if (!this.#has(word) || refused.has(word)) return false;
      if (accepts === undefined || accepts(word)) return true;
      refused.add(word);
      return false;
    });
  }
}

/** Calls `visit` with the hash of each word between two offsets, comments and literals included. */
export function eachWord(text: string, start: number, end: number, visit: (hash: number) => void): void {
  someWord(text, start, end, (hash) => {
    visit(hash);
    return false;
  });
}
