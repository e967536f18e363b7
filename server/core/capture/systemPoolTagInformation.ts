/**
 * What NtQuerySystemInformation returns for pool tags → rows: classes 22 and 255, 32- and 64-bit.
 * Layouts: ntexapi.h of the public Windows headers (phnt). Decodes only; the call itself is server/monitor's.
 */
import type { ParseIssue } from '../../../src/shared/facts';
import { Row, ROW_STRIDE } from '../../../src/shared/sample';
import { sameTags } from './rowDiff';

/** SystemPoolTagInformation: counts of allocations and frees in 32 bits, which wrap. */
export const SYSTEM_POOL_TAG_INFORMATION = 22;
/** SystemPoolTagInformation2, since 26H1: the same fields, all six as SIZE_T. */
export const SYSTEM_POOL_TAG_INFORMATION_2 = 255;

export type PoolTagClass = typeof SYSTEM_POOL_TAG_INFORMATION | typeof SYSTEM_POOL_TAG_INFORMATION_2;

/** Bytes of a pointer in the process that asked (a 32-bit process gets the 32-bit layout on 64-bit Windows too). */
export type PointerSize = 4 | 8;

export interface DecodedPoolTags {
  /** Rows of ROW_STRIDE numbers, every tag once, in the kernel's order. */
  readonly value: Float64Array;
  readonly issues: readonly ParseIssue[];
}

/** Positions in 32-bit words, and how an entry becomes a row. Loops are written out: they run for every tag at every tick. */
interface Layout {
  readonly first: number;
  readonly stride: number;
  readonly fill: (rows: Float64Array, words: Uint32Array) => void;
}

const TWO_32 = 0x1_0000_0000;

/** All 32-bit: both classes on 32-bit Windows. */
function fillNarrow(rows: Float64Array, words: Uint32Array): void {
  for (let at = 0; at < rows.length; at++) rows[at] = words[at + 1] ?? 0;
}

/** Class 22, 64-bit: ULONG tag, allocs, frees, (padding), SIZE_T used; ULONG allocs, frees, SIZE_T used. */
function fillMixed(rows: Float64Array, words: Uint32Array): void {
  for (let at = 0, from = 2; at < rows.length; at += ROW_STRIDE, from += 10) {
    rows[at + Row.tag] = words[from] ?? 0;
    rows[at + Row.pagedAllocs] = words[from + 1] ?? 0;
    rows[at + Row.pagedFrees] = words[from + 2] ?? 0;
    rows[at + Row.pagedBytes] = (words[from + 4] ?? 0) + (words[from + 5] ?? 0) * TWO_32;
    rows[at + Row.nonPagedAllocs] = words[from + 6] ?? 0;
    rows[at + Row.nonPagedFrees] = words[from + 7] ?? 0;
    rows[at + Row.nonPagedBytes] = (words[from + 8] ?? 0) + (words[from + 9] ?? 0) * TWO_32;
  }
}

/** Class 255, 64-bit: ULONG tag, (padding), six SIZE_T. */
function fillWide(rows: Float64Array, words: Uint32Array): void {
  for (let at = 0, from = 2; at < rows.length; at += ROW_STRIDE, from += 14) {
    rows[at + Row.tag] = words[from] ?? 0;
    for (let field = 1; field < ROW_STRIDE; field++) {
      rows[at + field] = (words[from + 2 * field] ?? 0) + (words[from + 2 * field + 1] ?? 0) * TWO_32;
    }
  }
}

const NARROW: Layout = { first: 1, stride: 7, fill: fillNarrow };

const LAYOUTS: Record<PoolTagClass, Record<PointerSize, Layout>> = {
  [SYSTEM_POOL_TAG_INFORMATION]: { 4: NARROW, 8: { first: 2, stride: 10, fill: fillMixed } },
  [SYSTEM_POOL_TAG_INFORMATION_2]: { 4: NARROW, 8: { first: 2, stride: 14, fill: fillWide } },
};

/**
 * Decodes the first `bytes.length` bytes the kernel filled. Counters stay as given: see src/shared/counters.ts for
 * differences. `previous` are the rows of the reading before; with the same tags in the same order they prove that
 * every tag is there once, which is otherwise checked.
 */
export function decodePoolTags(
  bytes: Uint8Array,
  infoClass: PoolTagClass,
  pointerSize: PointerSize,
  previous?: Float64Array,
): DecodedPoolTags {
  const layout = LAYOUTS[infoClass][pointerSize];
  const words = asWords(bytes);
  const announced = words[0] ?? 0;
  const room = Math.max(0, Math.floor((words.length - layout.first) / layout.stride));
  const count = Math.min(announced, room);
  const issues: ParseIssue[] = [];
  if (announced > room) {
    issues.push({ message: `the kernel announced ${announced} tags and returned room for ${room}`, offset: 0 });
  }
  const rows = new Float64Array(count * ROW_STRIDE);
  layout.fill(rows, words);
  if (previous !== undefined && sameTags(previous, rows)) return { value: rows, issues };
  return { value: mergeRepeatedTags(rows), issues };
}

/** Bytes an answer with this many tags takes. */
export function poolTagsSize(infoClass: PoolTagClass, pointerSize: PointerSize, count: number): number {
  const { first, stride } = LAYOUTS[infoClass][pointerSize];
  return (first + stride * count) * 4;
}

/** Little-endian 32-bit words. All platforms Node runs Windows code on are little-endian; a view costs nothing. */
function asWords(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, Math.floor(aligned.length / 4));
}

/** Bytes of an entry of class 22, which class 67 uses as well. */
export const POOL_TAG_ENTRY_SIZE: Readonly<Record<PointerSize, number>> = { 4: NARROW.stride * 4, 8: 40 };

/** Rows of `count` entries of class 22 that begin with the first byte; `count` of them must be there. */
export function poolTagRows(entries: Uint8Array, pointerSize: PointerSize, count: number): Float64Array {
  const { first, fill } = LAYOUTS[SYSTEM_POOL_TAG_INFORMATION][pointerSize];
  // The fillers begin behind the words of a table's count.
  const words = new Uint32Array(first + (count * POOL_TAG_ENTRY_SIZE[pointerSize]) / 4);
  words.set(asWords(entries).subarray(0, words.length - first), first);
  const rows = new Float64Array(count * ROW_STRIDE);
  fill(rows, words);
  return rows;
}

/** A sample lists a tag once; a table that lists it in parts is summed. */
export function mergeRepeatedTags(rows: Float64Array): Float64Array {
  const offsets = new Map<number, number>();
  let end = 0;
  for (let at = 0; at < rows.length; at += ROW_STRIDE) {
    const tag = rows[at + Row.tag] ?? 0;
    const known = offsets.get(tag);
    if (known === undefined) {
      offsets.set(tag, end);
      if (end !== at) rows.copyWithin(end, at, at + ROW_STRIDE);
      end += ROW_STRIDE;
    } else {
      for (let i = 1; i < ROW_STRIDE; i++) rows[known + i] = (rows[known + i] ?? 0) + (rows[at + i] ?? 0);
    }
  }
  return end === rows.length ? rows : rows.slice(0, end);
}
