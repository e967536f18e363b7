/**
 * Stretches of large typed arrays. A scan makes thousands of functions, and an array of its own costs more than it holds;
 * a large one goes when the last function with a part of it does.
 */

const CHUNK = 1 << 16;

let numbers = new Int32Array(CHUNK);
let usedNumbers = 0;
let doubles = new Float64Array(CHUNK);
let usedDoubles = 0;

/** Zeroed 32-bit numbers. */
export function takeNumbers(count: number): Int32Array {
  if (usedNumbers + count > numbers.length) {
    numbers = new Int32Array(Math.max(CHUNK, count));
    usedNumbers = 0;
  }
  usedNumbers += count;
  return numbers.subarray(usedNumbers - count, usedNumbers);
}

/** NaN, as often as asked for. */
export function takeUnknowns(count: number): Float64Array {
  if (usedDoubles + count > doubles.length) {
    doubles = new Float64Array(Math.max(CHUNK, count));
    usedDoubles = 0;
  }
  usedDoubles += count;
  return doubles.subarray(usedDoubles - count, usedDoubles).fill(Number.NaN);
}
