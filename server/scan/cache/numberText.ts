/**
 * Lists of numbers as short text: the index of a cache names millions of files by their numbers, most of them one after
 * the other. Each number is the step from the one before, 7 bits to a byte, the lowest first; bytes in base64.
 */

/** Whole numbers below 2^31. */
export function numbersToText(numbers: readonly number[]): string {
  const bytes: number[] = [];
  let before = 0;
  for (const number of numbers) {
    const step = number - before;
    // Steps back are the odd ones.
    let left = step < 0 ? -step * 2 - 1 : step * 2;
    for (; left > 0x7f; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80);
    bytes.push(left);
    before = number;
  }
  return Buffer.from(bytes).toString('base64');
}

/** What `numbersToText` was given; of any other value some numbers, or none. */
export function numbersFromText(text: unknown): number[] {
  const numbers: number[] = [];
  if (typeof text !== 'string') return numbers;
  let [before, left, unit] = [0, 0, 1];
  for (const byte of Buffer.from(text, 'base64')) {
    left += (byte & 0x7f) * unit;
    unit *= 0x80;
    if (byte > 0x7f) continue;
    before += left % 2 === 1 ? -(left + 1) / 2 : left / 2;
    numbers.push(before);
    [left, unit] = [0, 1];
  }
  return numbers;
}
