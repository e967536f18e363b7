/**
 * Names of functions by item number: the IPI stream (function ids) and, for the class of a member function, the TPI
 * stream. Reads records only as far as it is asked; knows no other type information.
 */
import { StreamReader } from './streamReader';

const HEADER_SIZE = 56;
const LF_CLASS = 0x1504;
const LF_STRUCTURE = 0x1505;
const LF_UNION = 0x1506;
const LF_INTERFACE = 0x1519;
const LF_FUNC_ID = 0x1601;
const LF_MFUNC_ID = 0x1602;
const LF_STRING_ID = 0x1605;

/** A TPI or IPI stream: numbered records in a row. */
export class TypeStream {
  private readonly first: number;
  private readonly records: StreamReader;
  /** Offsets of the records met so far. */
  private readonly offsets: number[] = [];
  private next = 0;

  constructor(stream: StreamReader) {
    const headerSize = stream.u32(4) ?? HEADER_SIZE;
    this.first = stream.u32(8) ?? 0;
    const size = Math.min(stream.u32(16) ?? 0, Math.max(0, stream.length - headerSize));
    this.records = stream.part(headerSize, size) ?? new StreamReader(new Uint8Array(0));
  }

  /** A record from its kind on, or undefined when the stream has none of that number. */
  record(item: number): StreamReader | undefined {
    const index = item - this.first;
    if (index < 0) return undefined;
    while (this.offsets.length <= index) {
      const length = this.records.u16(this.next);
      if (length === undefined || length < 2 || !this.records.has(this.next + 2, length)) return undefined;
      this.offsets.push(this.next);
      this.next += 2 + length;
    }
    const offset = this.offsets[index] ?? 0;
    return this.records.part(offset + 2, this.records.u16(offset) ?? 0);
  }
}

/** Name of a function id, with its scope or class before `::`; undefined when the number is not a function's. */
export function functionItemName(ids: TypeStream, types: TypeStream | undefined, item: number): string | undefined {
  const record = ids.record(item);
  const kind = record?.u16(0);
  if (record === undefined || (kind !== LF_FUNC_ID && kind !== LF_MFUNC_ID)) return undefined;
  const name = record.text(10);
  const owner = record.u32(2) ?? 0;
  const scope = kind === LF_FUNC_ID ? scopeName(ids.record(owner)) : className(types?.record(owner));
  return name !== undefined && scope !== undefined ? `${scope}::${name}` : name;
}

/** LF_STRING_ID: a list of parts (0 for none), the text. */
function scopeName(record: StreamReader | undefined): string | undefined {
  return record?.u16(0) === LF_STRING_ID ? record.text(6) : undefined;
}

function className(record: StreamReader | undefined): string | undefined {
  const kind = record?.u16(0) ?? 0;
  switch (kind) {
    case LF_CLASS:
    case LF_STRUCTURE:
    case LF_INTERFACE:
      return record?.text(18 + numericLeafSize(record.u16(18) ?? 0));
    case LF_UNION:
      return record?.text(10 + numericLeafSize(record.u16(10) ?? 0));
    default:
      return undefined;
  }
}

/** Size in bytes of a numeric leaf: the number itself below 0x8000, else a kind and the number. */
function numericLeafSize(leaf: number): number {
  switch (leaf) {
    case 0x8000:
      return 3;
    case 0x8001:
    case 0x8002:
      return 4;
    case 0x8003:
    case 0x8004:
      return 6;
    case 0x8009:
    case 0x800a:
      return 10;
    default:
      return 2;
  }
}
