/**
 * Changes any bytes can bear: flipped bits, numbers at the edge of their width, pieces cut out, doubled, moved, spliced.
 * Knows no format; the targets add changes that do.
 */
import type { Random } from './random';

/** Inputs never grow past this: findings stay readable and a case stays quick. */
export const LARGEST_INPUT = 1 << 20;
/** Texts that people and tools write are small, and pieces repeated a thousand times fit. */
const LARGEST_TEXT = 1 << 15;

const EDGES: readonly [number, ...number[]] = [
  0, 1, 2, 7, 8, 0x10, 0x7f, 0x80, 0xff, 0x100, 0x1ff, 0x200, 0xfff, 0x1000, 0x7fff, 0x8000, 0xffff, 0x10000,
  0x7fffffff, 0x80000000, 0xfffff000, 0xfffffff0, 0xfffffffe, 0xffffffff,
];

/** A number some parser will find awkward: an edge, the input's size, or a neighbour of the number that stands there. */
export function edgeNumber(random: Random, size: number, now: number): number {
  const kind = random.below(8);
  if (kind < 4) return random.pick(EDGES);
  if (kind === 4) return Math.max(0, size + random.below(5) - 2);
  if (kind === 5) return (now + random.below(9) - 4) >>> 0;
  if (kind === 6) return (now * random.pick([2, 4, 16, 256])) >>> 0;
  return random.bits();
}

/** Writes a little-endian number of 1, 2 or 4 bytes where it fits. */
export function setNumber(bytes: Uint8Array, at: number, width: number, value: number): void {
  for (let index = 0; index < width && at + index < bytes.length; index += 1)
    bytes[at + index] = (value >>> (8 * index)) & 0xff;
}

export function numberAt(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let index = width - 1; index >= 0; index -= 1) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}

export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined.length > LARGEST_INPUT ? joined.subarray(0, LARGEST_INPUT) : joined;
}

/** A stretch of the input: mostly short, now and then long. */
function stretch(bytes: Uint8Array, random: Random): Uint8Array {
  const from = random.below(bytes.length);
  const most = random.chance(4) ? bytes.length - from : Math.min(64, bytes.length - from);
  return bytes.subarray(from, from + 1 + random.below(most));
}

type Change = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const flipBit: Change = (bytes, random) => {
  const at = random.below(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  return bytes;
};

const setByte: Change = (bytes, random) => {
  bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
};

const setEdge: Change = (bytes, random) => {
  const width = random.pick([1, 2, 4]);
  const at = random.below(bytes.length) & (random.chance(4) ? -1 : -width);
  setNumber(bytes, at, width, edgeNumber(random, bytes.length, numberAt(bytes, at, width)));
  return bytes;
};

const remove: Change = (bytes, random) => {
  const cut = stretch(bytes, random);
  const from = cut.byteOffset - bytes.byteOffset;
  return joinBytes(bytes.subarray(0, from), bytes.subarray(from + cut.length));
};

const truncate: Change = (bytes, random) => bytes.subarray(0, random.below(bytes.length));

const double: Change = (bytes, random) => {
  const piece = stretch(bytes, random);
  const at = random.below(bytes.length);
  const pieces = Array.from({ length: random.chance(8) ? 1 + random.below(200) : 1 }, () => piece);
  return joinBytes(bytes.subarray(0, at), ...pieces, bytes.subarray(at));
};

const overwrite: Change = (bytes, random, other) => {
  const source = random.chance(2) || other.length === 0 ? bytes : other;
  const piece = stretch(source, random);
  const at = random.below(bytes.length);
  bytes.set(piece.slice(0, bytes.length - at), at);
  return bytes;
};

const fill: Change = (bytes, random) => {
  const piece = stretch(bytes, random);
  piece.fill(random.pick([0, 0xff, 0x20, 0x41]));
  return bytes;
};

const splice: Change = (bytes, random, other) =>
  joinBytes(bytes.subarray(0, random.below(bytes.length)), other.subarray(random.below(other.length)));

const CHANGES: readonly [Change, ...Change[]] = [
  flipBit,
  setByte,
  setEdge,
  setEdge,
  remove,
  truncate,
  double,
  overwrite,
  fill,
  splice,
];

/** Changes a copy in one to eight places. `other` is another input of the same target, to take pieces from. */
export function mutateBytes(input: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  let bytes: Uint8Array = Uint8Array.from(input);
  for (let left = 1 + random.below(random.chance(3) ? 8 : 2); left > 0; left -= 1) {
    if (bytes.length === 0) bytes = Uint8Array.from(other);
    if (bytes.length > 0) bytes = random.pick(CHANGES)(bytes, random, other);
  }
  return bytes;
}

/** Puts words of a language into a text, and otherwise changes it as bytes. */
export function mutateText(input: Uint8Array, random: Random, other: Uint8Array, words: readonly string[]): Uint8Array {
  return changedText(input, random, other, words).slice(0, LARGEST_TEXT);
}

function changedText(input: Uint8Array, random: Random, other: Uint8Array, words: readonly string[]): Uint8Array {
  if (random.chance(2)) return mutateBytes(input, random, other);
  let bytes: Uint8Array = Uint8Array.from(input);
  for (let left = 1 + random.below(6); left > 0; left -= 1) {
    const word = new TextEncoder().encode(random.pickSome(words) ?? '');
    const at = random.below(bytes.length + 1);
    const count = random.chance(10) ? 1 + random.below(2000) : 1;
    const behind = random.chance(3) ? at + random.below(40) : at;
    bytes = joinBytes(bytes.subarray(0, at), ...Array.from({ length: count }, () => word), bytes.subarray(behind));
  }
  return bytes;
}
