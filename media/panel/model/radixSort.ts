/**
 * Stable sort of ids by numbers, byte by byte from the lowest: its time depends on how many ids there are, not on how
 * much out of order they came, so a tick that shuffles thousands of rows costs a part of what comparing them does.
 * Pure; keeps its scratch space between runs, so that a tick allocates nothing.
 */

const DIGITS = 256;
const FIRST_CAPACITY = 1024;
const SIGN = 0x8000_0000;

let capacity = 0;
/** By place in the list: its number, and the two halves of that as unsigned words. */
let doubles = new Float64Array(0);
let words = new Uint32Array(0);
let bytes = new Uint8Array(0);
/** Places in the order made so far, and in the one a pass makes. */
let from = new Uint32Array(0);
let to = new Uint32Array(0);
const starts = new Uint32Array(DIGITS);

/**
 * Writes `ids` to `sorted`, the least number first; equal ones stay as they were. What is no number counts as 0.
 */
export function radixSort(ids: readonly number[], read: (id: number) => number, sorted: number[]): void {
  const count = ids.length;
  if (count > capacity) reserve(Math.max(FIRST_CAPACITY, 2 * count));
  for (let at = 0; at < count; at += 1) {
    from[at] = at;
    // Also makes one zero of both.
    doubles[at] = read(ids[at] ?? 0) || 0;
    // The bits of a double, taken as an unsigned number, stand in its order once negative ones are turned over.
    const high = words[2 * at + 1] ?? 0;
    const negative = high >= SIGN;
    words[2 * at + 1] = negative ? ~high : high | SIGN;
    if (negative) words[2 * at] = ~(words[2 * at] ?? 0);
  }
  for (let byte = 0; byte < 8; byte += 1) pass(byte, count);
  sorted.length = count;
  for (let at = 0; at < count; at += 1) sorted[at] = ids[from[at] ?? 0] ?? 0;
}

/** Orders by one byte; nothing moves where it is the same in all. */
function pass(byte: number, count: number): void {
  const [digits, source, target] = [bytes, from, to];
  starts.fill(0);
  for (let at = byte; at < 8 * count; at += 8) {
    const digit = digits[at] ?? 0;
    starts[digit] = (starts[digit] ?? 0) + 1;
  }
  if (starts[digits[byte] ?? 0] === count) return;
  let start = 0;
  for (let digit = 0; digit < DIGITS; digit += 1) {
    const length = starts[digit] ?? 0;
    starts[digit] = start;
    start += length;
  }
  for (let at = 0; at < count; at += 1) {
    const place = source[at] ?? 0;
    const digit = digits[8 * place + byte] ?? 0;
    const next = starts[digit] ?? 0;
    starts[digit] = next + 1;
    target[next] = place;
  }
  from = target;
  to = source;
}

function reserve(places: number): void {
  capacity = places;
  doubles = new Float64Array(places);
  words = new Uint32Array(doubles.buffer);
  bytes = new Uint8Array(doubles.buffer);
  from = new Uint32Array(places);
  to = new Uint32Array(places);
}
