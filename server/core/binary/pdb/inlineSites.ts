/**
 * Inlined calls: the binary annotations of S_INLINESITE records, a byte code that says which addresses of the outer
 * function came from the inlined one, and from which of its lines (cvinfo.h, BinaryAnnotationOpcode).
 */
import type { StreamReader } from './streamReader';
import {
  closesScope,
  fieldsOf,
  isProcedure,
  opensScope,
  S_INLINESITE,
  S_INLINESITE2,
  symbolRecords,
} from './symbolRecords';

/** Where the inlined function begins; DEBUG_S_INLINEELINES (0xF6) gives it. */
export interface InlineeSource {
  /** Offset into the checksum subsection. */
  readonly file: number;
  /** From 1, as stored. */
  readonly line: number;
}

export interface InlineRow {
  /** Bytes from the start of the outer function. */
  readonly start: number;
  readonly end: number;
  readonly file: number;
  /** From 1, as stored. */
  readonly line: number;
}

/** One inlined call of a function. */
export interface InlineSite {
  /** Item number of the inlined function; with bit 31 set it refers to another module. */
  readonly inlinee: number;
  /** By address, not overlapping. */
  readonly rows: readonly InlineRow[];
}

const OP_CODE_OFFSET = 1;
const OP_CHANGE_CODE_OFFSET_BASE = 2;
const OP_CHANGE_CODE_OFFSET = 3;
const OP_CHANGE_CODE_LENGTH = 4;
const OP_CHANGE_FILE = 5;
const OP_CHANGE_LINE_OFFSET = 6;
const OP_CHANGE_CODE_OFFSET_AND_LINE_OFFSET = 11;
const OP_CHANGE_CODE_LENGTH_AND_CODE_OFFSET = 12;
const OP_LAST = 13;

/** More inlined calls, and rows of them, than any real function has: a hostile one must not make look-ups slow. */
const MAX_SITES = 10_000;
const MAX_ROWS = 200_000;
/** No checksum entry stands there. */
const NO_FILE = 0xffffffff;

/** Inlined calls of the procedure whose record stands at `procedure`, outer ones before the ones inside them. */
export function readInlineSites(
  stream: StreamReader,
  procedure: number,
  sourceOf: (inlinee: number) => InlineeSource | undefined,
): readonly InlineSite[] {
  const sites: InlineSite[] = [];
  let depth = 0;
  let rowCount = 0;
  for (const record of symbolRecords(stream, procedure, stream.length)) {
    if (opensScope(record.kind)) depth++;
    else if (closesScope(record.kind)) depth--;
    // Procedures do not nest: another one means that the end of this one is missing.
    if (depth === 0 || (isProcedure(record.kind) && record.offset !== procedure)) break;
    if (sites.length === MAX_SITES || rowCount > MAX_ROWS) break;
    if (record.kind !== S_INLINESITE && record.kind !== S_INLINESITE2) continue;
    // INLINESITESYM: parent, end, inlinee, (S_INLINESITE2: invocations,) annotations.
    const inlinee = fieldsOf(stream, record, 12)?.getUint32(8, true);
    if (inlinee === undefined) continue;
    const annotations = record.data + (record.kind === S_INLINESITE2 ? 16 : 12);
    const source = sourceOf(inlinee) ?? { file: NO_FILE, line: 0 };
    const rows = readInlineRows(stream, annotations, record.end, source);
    rowCount += rows.length;
    sites.push({ inlinee, rows });
  }
  return sites;
}

/** Rows of the annotations in `[from, to)`. A row whose length is never said is left out. */
export function readInlineRows(stream: StreamReader, from: number, to: number, source: InlineeSource): InlineRow[] {
  const rows = new RowBuilder(source);
  const input = new CompressedIntegers(stream, from, to);
  for (;;) {
    const op = input.next();
    const value = op === undefined || op === 0 ? undefined : input.next();
    if (op === undefined || value === undefined || op > OP_LAST) break;
    if (op !== OP_CHANGE_CODE_LENGTH_AND_CODE_OFFSET) {
      rows.apply(op, value);
      continue;
    }
    const delta = input.next();
    if (delta === undefined) break;
    rows.addRow(delta, value);
  }
  return rows.rows;
}

class RowBuilder {
  readonly rows: InlineRow[] = [];
  private file: number;
  private line: number;
  private offset = 0;
  private open: Omit<InlineRow, 'end'> | undefined;
  /** Addresses in a part the optimizer moved away count from another base; those rows are left out. */
  private elsewhere = false;

  constructor(source: InlineeSource) {
    this.file = source.file;
    this.line = source.line;
  }

  apply(op: number, value: number): void {
    switch (op) {
      case OP_CODE_OFFSET:
        this.startRow(Math.max(0, value - this.offset));
        break;
      case OP_CHANGE_CODE_OFFSET_BASE:
        this.elsewhere = value !== 0;
        break;
      case OP_CHANGE_CODE_OFFSET:
        this.startRow(value);
        break;
      case OP_CHANGE_CODE_LENGTH:
        // The next row's delta counts from the end of this one.
        this.offset += value;
        this.close(this.offset);
        break;
      case OP_CHANGE_FILE:
        this.file = value;
        break;
      case OP_CHANGE_LINE_OFFSET:
        this.line += signed(value);
        break;
      case OP_CHANGE_CODE_OFFSET_AND_LINE_OFFSET:
        this.line += signed(value >>> 4);
        this.startRow(value & 0xf);
        break;
      default:
        // Columns, range kinds and line ends: not used.
        break;
    }
  }

  /** A row whose end is said later: by the next row, or by a length. */
  startRow(delta: number): void {
    this.offset += delta;
    this.close(this.offset);
    this.open = { start: this.offset, file: this.file, line: this.line };
  }

  /** A row with its length; the next row's delta counts from the start of this one. */
  addRow(delta: number, length: number): void {
    this.startRow(delta);
    this.close(this.offset + length);
  }

  private close(end: number): void {
    if (this.open !== undefined && end > this.open.start && !this.elsewhere) this.rows.push({ ...this.open, end });
    this.open = undefined;
  }
}

function signed(value: number): number {
  return value & 1 ? -(value >>> 1) : value >>> 1;
}

/** CVUncompressData: one, two or four bytes, told apart by the top bits of the first. */
class CompressedIntegers {
  constructor(
    private readonly stream: StreamReader,
    private at: number,
    private readonly end: number,
  ) {}

  next(): number | undefined {
    const lead = this.at < this.end ? this.stream.u8(this.at) : undefined;
    if (lead === undefined) return undefined;
    const width = lead < 0x80 ? 1 : lead < 0xc0 ? 2 : lead < 0xe0 ? 4 : 0;
    if (width === 0 || this.at + width > this.end) return undefined;
    let value = width === 1 ? lead : width === 2 ? lead & 0x3f : lead & 0x1f;
    for (let index = 1; index < width; index++) value = (value << 8) | (this.stream.u8(this.at + index) ?? 0);
    this.at += width;
    return value;
  }
}
