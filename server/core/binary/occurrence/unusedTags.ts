/**
 * Names for tags that are made up: near the tag they stand for, and used by nobody. Pure.
 */
import { tagBytes, tagFromBytes, type PoolTag } from '../../../../src/shared/poolTag';

/** Characters, as tools show them, in which a name may differ from the tag. */
export type TagPart = 'all' | 'first two' | 'last two';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * `Fr01`, `Fr02`, …: two characters of the tag, where they are plain, and a number of two or three digits. Where only two
 * characters may differ, these: `01ed`, `Fr01`, and letters when digits run out.
 */
export function* unusedTags(tag: PoolTag, part: TagPart, isFree: (made: PoolTag) => boolean): Generator<PoolTag, void> {
  for (const made of part === 'all' ? numbered(tag) : withTwo(tag, part)) if (isFree(made)) yield made;
}

function* numbered(tag: PoolTag): Generator<PoolTag, void> {
  const letter = (byte: number): number => (/[A-Za-z0-9]/.test(String.fromCharCode(byte)) ? byte : 0x5a);
  const [first, second] = tagBytes(tag);
  for (let number = 1; number < 1000; number += 1) {
    const digits = String(number).padStart(2, '0');
    const head = digits.length === 2 ? [letter(first), letter(second)] : [letter(first)];
    const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = [...head, ...[...digits].map((digit) => digit.charCodeAt(0))];
    yield tagFromBytes(b0, b1, b2, b3);
  }
}

function* withTwo(tag: PoolTag, part: TagPart): Generator<PoolTag, void> {
  const [b0, b1, b2, b3] = tagBytes(tag);
  // Those of two digits first: they read as a number.
  for (const base of [10, DIGITS.length]) {
    for (let number = 1; number < base * base; number++) {
      const [high, low] = [Math.floor(number / base), number % base];
      if (base > 10 && high < 10 && low < 10) continue;
      const [c0, c1] = [DIGITS.charCodeAt(high), DIGITS.charCodeAt(low)];
      yield part === 'first two' ? tagFromBytes(c0, c1, b2, b3) : tagFromBytes(b0, b1, c0, c1);
    }
  }
}
