/**
 * CodeView symbol records: walks a run of them and decodes the kinds that name code (cvinfo.h of Microsoft's public
 * PDB sources). Keeps no state; a record that does not fit ends the walk.
 */
import type { StreamReader } from './streamReader';

export const S_END = 0x0006;
export const S_THUNK32 = 0x1102;
export const S_BLOCK32 = 0x1103;
export const S_WITH32 = 0x1104;
export const S_LDATA32 = 0x110c;
export const S_GDATA32 = 0x110d;
export const S_PUB32 = 0x110e;
export const S_LPROC32 = 0x110f;
export const S_GPROC32 = 0x1110;
export const S_SEPCODE = 0x1132;
export const S_LPROC32_ID = 0x1146;
export const S_GPROC32_ID = 0x1147;
export const S_INLINESITE = 0x114d;
export const S_INLINESITE_END = 0x114e;
export const S_PROC_ID_END = 0x114f;
export const S_LPROC32_DPC = 0x1155;
export const S_LPROC32_DPC_ID = 0x1156;
export const S_INLINESITE2 = 0x115d;

/** Public symbol flags: code, or a function (CVPSF). */
const PUBLIC_IS_CODE = 0x3;

export interface SymbolRecord {
  readonly kind: number;
  /** Offset of the record's length field. */
  readonly offset: number;
  /** Offset of the first field behind the kind. */
  readonly data: number;
  /** Offset of the next record. */
  readonly end: number;
}

/** Where code is: section numbered from 1, offset and size in bytes. */
export interface CodeSymbol {
  readonly section: number;
  readonly offset: number;
  readonly size: number;
}

/** Walks records from `offset`; each takes at least four bytes, so the walk ends. */
export function* symbolRecords(stream: StreamReader, offset: number, end: number): Generator<SymbolRecord> {
  for (let record = recordAt(stream, offset, end); record !== undefined; record = recordAt(stream, record.end, end)) {
    yield record;
  }
}

function recordAt(stream: StreamReader, offset: number, end: number): SymbolRecord | undefined {
  const length = stream.u16(offset);
  const kind = stream.u16(offset + 2);
  if (length === undefined || kind === undefined || length < 2 || offset + 2 + length > end) return undefined;
  return { kind, offset, data: offset + 4, end: offset + 2 + length };
}

export function isProcedure(kind: number): boolean {
  switch (kind) {
    case S_GPROC32:
    case S_LPROC32:
    case S_GPROC32_ID:
    case S_LPROC32_ID:
    case S_LPROC32_DPC:
    case S_LPROC32_DPC_ID:
      return true;
    default:
      return false;
  }
}

/** Whether records behind this one belong to it, up to its end record. */
export function opensScope(kind: number): boolean {
  switch (kind) {
    case S_THUNK32:
    case S_BLOCK32:
    case S_WITH32:
    case S_SEPCODE:
    case S_INLINESITE:
    case S_INLINESITE2:
      return true;
    default:
      return isProcedure(kind);
  }
}

export function closesScope(kind: number): boolean {
  return kind === S_END || kind === S_INLINESITE_END || kind === S_PROC_ID_END;
}

/** PROCSYM32: parent, end, next, size, debug start, debug end, type, offset, section, flags, name. */
export function readProcedure(stream: StreamReader, record: SymbolRecord): CodeSymbol | undefined {
  const fields = fieldsOf(stream, record, 35);
  return (
    fields && {
      section: fields.getUint16(32, true),
      offset: fields.getUint32(28, true),
      size: fields.getUint32(12, true),
    }
  );
}

/** THUNKSYM32: parent, end, next, offset, section, size, ordinal, name. */
export function readThunk(stream: StreamReader, record: SymbolRecord): CodeSymbol | undefined {
  const fields = fieldsOf(stream, record, 21);
  return (
    fields && {
      section: fields.getUint16(16, true),
      offset: fields.getUint32(12, true),
      size: fields.getUint16(18, true),
    }
  );
}

/** SEPCODESYM: a part of a function that the optimizer moved away. `parent` is where the function itself starts. */
export function readSeparatedCode(
  stream: StreamReader,
  record: SymbolRecord,
): (CodeSymbol & { readonly parentSection: number; readonly parentOffset: number }) | undefined {
  const fields = fieldsOf(stream, record, 28);
  return (
    fields && {
      section: fields.getUint16(24, true),
      offset: fields.getUint32(16, true),
      size: fields.getUint32(8, true),
      parentSection: fields.getUint16(26, true),
      parentOffset: fields.getUint32(20, true),
    }
  );
}

/** PUBSYM32 of code: flags, offset, section, name. Data gives undefined. Its size is not known: 0. */
export function readPublicCode(stream: StreamReader, record: SymbolRecord): CodeSymbol | undefined {
  const fields = fieldsOf(stream, record, 10);
  if (fields === undefined || (fields.getUint32(0, true) & PUBLIC_IS_CODE) === 0) return undefined;
  return { section: fields.getUint16(8, true), offset: fields.getUint32(4, true), size: 0 };
}

/** DATASYM32 (type, offset, section, name), or a PUBSYM32 that is no code: where a variable begins. */
export function readData(
  stream: StreamReader,
  record: SymbolRecord,
): { readonly section: number; readonly offset: number } | undefined {
  const fields = fieldsOf(stream, record, 10);
  if (fields === undefined) return undefined;
  if (record.kind === S_PUB32 && (fields.getUint32(0, true) & PUBLIC_IS_CODE) !== 0) return undefined;
  return { section: fields.getUint16(8, true), offset: fields.getUint32(4, true) };
}

/** Name of the procedure, thunk or public whose record stands at the offset; it does not pass the record's end. */
export function symbolName(stream: StreamReader, offset: number): string {
  const record = recordAt(stream, offset, stream.length);
  if (record === undefined) return '';
  const fields = record.kind === S_PUB32 ? 10 : record.kind === S_THUNK32 ? 21 : 35;
  const name = record.data + fields;
  return stream.text(name, Math.max(0, record.end - name)) ?? '';
}

/** Fixed fields of a record, when it is long enough to hold them. */
export function fieldsOf(stream: StreamReader, record: SymbolRecord, size: number): DataView | undefined {
  return record.data + size <= record.end ? stream.record(record.data, size) : undefined;
}
