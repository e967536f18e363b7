/**
 * Payloads of recording frames: a key frame makes a state, a delta frame changes it. Layout in recordingFormat.ts.
 * Undefined means the payload is not what the format says.
 */
import type { MemoryTotals } from '../../../src/shared/sample';
import { ROW_STRIDE } from '../../../src/shared/sample';
import type { ByteCursor } from './recordingBytes';
import { MEMORY_FIELDS, ROW_POOLS } from './recordingFormat';
import { RowTable } from './rowTable';

/** A sample while it is carried from frame to frame; the table changes in place. */
export interface FrameState {
  readonly time: number;
  readonly scope: string;
  readonly memory: MemoryTotals;
  readonly table: RowTable;
}

/** Tag and mask: the least a row takes. */
const MIN_NEW_ROW = 5;
/** Gap and mask. */
const MIN_CHANGED_ROW = 2;
/** Gap. */
const MIN_REMOVED_ROW = 1;

export function readKeyFrame(cursor: ByteCursor): FrameState | undefined {
  const time = cursor.signed();
  const scope = cursor.text();
  const memory = readMemory(cursor, {});
  const rows = new Float64Array(cursor.count(MIN_NEW_ROW) * ROW_STRIDE);
  for (let at = 0; at < rows.length; at += ROW_STRIDE) readNewRow(cursor, rows, at);
  return cursor.failed || cursor.remaining > 0 ? undefined : { time, scope, memory, table: new RowTable(rows) };
}

/** Applies a delta frame. The table of `state` is reused, so `state` is spent, also when the frame is bad. */
export function applyDeltaFrame(cursor: ByteCursor, state: FrameState): FrameState | undefined {
  const { scope, table } = state;
  const time = state.time + cursor.signed();
  const memory = readMemory(cursor, state.memory);
  const changed = readRowNumbers(cursor, table.rowCount, MIN_CHANGED_ROW, (row) => {
    addNumbers(cursor, table.view(), row * ROW_STRIDE);
  });
  const removed = readRowNumbers(cursor, table.rowCount, MIN_REMOVED_ROW);
  if (changed === undefined || removed === undefined) return undefined;
  for (const row of removed.reverse()) table.remove(row);
  const added = cursor.count(MIN_NEW_ROW);
  for (let i = 0; i < added && !cursor.failed; i++) {
    const at = table.append();
    readNewRow(cursor, table.view(), at);
  }
  return cursor.failed || cursor.remaining > 0 ? undefined : { time, scope, memory, table };
}

/** Row numbers stored as a count and ascending gaps; `each` reads what follows one. Undefined when out of range. */
function readRowNumbers(
  cursor: ByteCursor,
  rowCount: number,
  size: number,
  each?: (row: number) => void,
): number[] | undefined {
  const count = cursor.count(size);
  const rows: number[] = [];
  let row = 0;
  for (let i = 0; i < count; i++) {
    row += cursor.unsigned();
    if (row >= rowCount) return undefined;
    each?.(row);
    rows.push(row++);
  }
  return cursor.failed ? undefined : rows;
}

function readNewRow(cursor: ByteCursor, rows: Float64Array, at: number): void {
  rows[at] = cursor.uint32();
  addNumbers(cursor, rows, at);
}

function addNumbers(cursor: ByteCursor, rows: Float64Array, at: number): void {
  const mask = cursor.byte();
  let bit = 1;
  const step = (): number => {
    const value = mask & bit ? cursor.signed() : 0;
    bit <<= 1;
    return value;
  };
  for (const pool of ROW_POOLS) {
    const allocs = step();
    const blocks = step();
    const bytes = step();
    rows[at + pool.allocs] = (rows[at + pool.allocs] ?? 0) + allocs;
    rows[at + pool.frees] = (rows[at + pool.frees] ?? 0) + allocs - blocks;
    rows[at + pool.bytes] = (rows[at + pool.bytes] ?? 0) + bytes;
  }
}

function readMemory(cursor: ByteCursor, from: MemoryTotals): MemoryTotals {
  const known = cursor.unsigned();
  const memory: { -readonly [K in keyof MemoryTotals]: MemoryTotals[K] } = {};
  for (const [bit, field] of MEMORY_FIELDS.entries()) {
    if (known & (1 << bit)) memory[field] = (from[field] ?? 0) + cursor.signed();
  }
  return memory;
}
