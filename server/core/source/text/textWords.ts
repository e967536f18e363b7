/**
 * Whether a text holds a name, asked again and again: the first few times the text is searched, then its words are hashed
 * once and names it does not hold cost nothing. Words are ASCII identifiers; comments and literals count like code.
 */
import { eachWord, hashOfName } from './nameFilter';

const PLAIN = /^[A-Za-z_$][\w$]*$/;
/** Searches that cost less than hashing all words. */
const FEW_SEARCHES = 24;
/** Characters of a text for each bit kept of it: some sixteen bits for each of its different words. */
const CHARACTERS_FOR_BIT = 2;
const FEWEST_BITS = 1 << 10;

/** A name that is looked for, hashed once for all texts. */
export interface SoughtName {
  readonly name: string;
  /** Undefined where it is no word, or not ASCII. */
  readonly hash: number | undefined;
}

export function soughtName(name: string): SoughtName {
  return { name, hash: PLAIN.test(name) ? hashOfName(name) : undefined };
}

export class TextWords {
  private searches = 0;
  private bits: Uint32Array | undefined;

  constructor(private readonly text: string) {}

  /** Whether the name stands in the text; once there were many questions, whether it stands there as a word. */
  mayHold({ name, hash }: SoughtName): boolean {
    if (hash === undefined) return this.text.includes(name);
    if (this.bits === undefined && (this.searches += 1) > FEW_SEARCHES) this.bits = hashedWords(this.text);
    return (this.bits === undefined || hasBoth(this.bits, hash)) && this.text.includes(name);
  }
}

function hashedWords(text: string): Uint32Array {
  let count = FEWEST_BITS;
  while (count < text.length / CHARACTERS_FOR_BIT) count *= 2;
  const bits = new Uint32Array(count >> 5);
  eachWord(text, 0, text.length, (hash) => {
    for (const bit of places(hash, count)) bits[bit >> 5] = (bits[bit >> 5] ?? 0) | (1 << (bit & 31));
  });
  return bits;
}

function hasBoth(bits: Uint32Array, hash: number): boolean {
  return places(hash, bits.length << 5).every((bit) => ((bits[bit >> 5] ?? 0) & (1 << (bit & 31))) !== 0);
}

/** Two bits of a hash among `count`, a power of two. */
function places(hash: number, count: number): readonly [number, number] {
  return [hash & (count - 1), (Math.imul(hash, 0x9e3779b1) >>> 7) & (count - 1)];
}
