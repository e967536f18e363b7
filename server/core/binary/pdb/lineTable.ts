/**
 * C13 line numbers: one DEBUG_S_LINES subsection (0xF2) in, address rows out. Files are given as offsets into the
 * module's checksum subsection. Chooses no row; reads no names.
 */
import { countUpTo } from './rangeMap';
import type { StreamReader } from './streamReader';

const HEADER_SIZE = 12;
const BLOCK_HEADER_SIZE = 12;
const ENTRY_SIZE = 8;
const LINE_MASK = 0xffffff;
/** "Never step into" and "always step into": no line of any source. */
const COMPILER_GENERATED = 0xf00f00;
const ALWAYS_STEP_INTO = 0xfeefee;

export interface LineHeader {
  readonly section: number;
  readonly offset: number;
  readonly size: number;
}

/** A row holds from its address up to the next row's. */
export interface LineRow {
  /** Bytes from the start of the subsection's code. */
  readonly start: number;
  /** From 0; undefined where the compiler says that the code belongs to no line. */
  readonly line: number | undefined;
  /** Offset into the checksum subsection. */
  readonly file: number;
}

export function readLineHeader(subsection: StreamReader): LineHeader | undefined {
  const header = subsection.record(0, HEADER_SIZE);
  return (
    header && {
      offset: header.getUint32(0, true),
      section: header.getUint16(4, true),
      size: header.getUint32(8, true),
    }
  );
}

/** Rows of one subsection by address. The files' blocks interleave, so they are sorted here. */
export function readLineRows(subsection: StreamReader): readonly LineRow[] {
  const rows: LineRow[] = [];
  let offset = HEADER_SIZE;
  for (;;) {
    const block = subsection.record(offset, BLOCK_HEADER_SIZE);
    if (block === undefined) break;
    const file = block.getUint32(0, true);
    const size = block.getUint32(8, true);
    // A count past the block would read the same entries again for every block.
    const count = Math.min(block.getUint32(4, true), Math.floor((size - BLOCK_HEADER_SIZE) / ENTRY_SIZE));
    for (let index = 0; index < count; index++) {
      const entry = subsection.record(offset + BLOCK_HEADER_SIZE + index * ENTRY_SIZE, ENTRY_SIZE);
      if (entry === undefined) break;
      const line = entry.getUint32(4, true) & LINE_MASK;
      rows.push({ start: entry.getUint32(0, true), line: sourceLine(line), file });
    }
    if (size < BLOCK_HEADER_SIZE) break;
    offset += size;
  }
  return rows.sort((a, b) => a.start - b.start);
}

/** The last row at or before the offset: of rows with one address, only the last has code of its own. */
export function findLineRow(rows: readonly LineRow[], offset: number): LineRow | undefined {
  return rows[countUpTo(rows, offset) - 1];
}

function sourceLine(line: number): number | undefined {
  return line === 0 || line === COMPILER_GENERATED || line === ALWAYS_STEP_INTO ? undefined : line - 1;
}
