/**
 * C13 debug subsections of a module: lines, checksums (which name the source files), inlinee lines, and the table that
 * resolves items of other modules under link-time code generation.
 */
import type { InlineeSource } from './inlineSites';
import { findLineRow, readLineHeader, readLineRows } from './lineTable';
import type { LineRow } from './lineTable';
import { RangeMap } from './rangeMap';
import type { SectionMap } from './sectionMap';
import type { StreamReader } from './streamReader';

const DEBUG_S_LINES = 0xf2;
const DEBUG_S_FILECHKSMS = 0xf4;
const DEBUG_S_INLINEELINES = 0xf6;
const DEBUG_S_CROSSSCOPEIMPORTS = 0xf7;
const DEBUG_S_CROSSSCOPEEXPORTS = 0xf8;
const INLINEE_SIGNATURE_EX = 1;

/** An item of another module: its name (offset into /names) and the item's number there. */
export interface ImportedItem {
  readonly moduleName: number;
  readonly item: number;
}

export class C13 {
  private readonly lines: StreamReader[] = [];
  private readonly lineRanges = new RangeMap();
  private readonly lineRows = new Map<number, readonly LineRow[]>();
  private readonly inlineeParts: StreamReader[] = [];
  private checksums: StreamReader | undefined;
  private imports: StreamReader | undefined;
  private exports: StreamReader | undefined;
  private exportedItems: Map<number, number> | undefined;
  private inlineeSources: Map<number, InlineeSource> | undefined;

  constructor(stream: StreamReader, sections: SectionMap) {
    for (let offset = 0; ;) {
      const size = stream.u32(offset + 4);
      const part = size === undefined ? undefined : stream.part(offset + 8, size);
      if (size === undefined || part === undefined) break;
      this.take(stream.u32(offset) ?? 0, part, sections);
      offset = (offset + 8 + size + 3) & ~3;
    }
  }

  private take(kind: number, part: StreamReader, sections: SectionMap): void {
    switch (kind) {
      case DEBUG_S_LINES: {
        const header = readLineHeader(part);
        const rva = header && sections.rva(header.section, header.offset);
        if (header !== undefined && rva !== undefined) this.lineRanges.add(rva, header.size, this.lines.push(part) - 1);
        break;
      }
      case DEBUG_S_FILECHKSMS:
        this.checksums = part;
        break;
      case DEBUG_S_INLINEELINES:
        this.inlineeParts.push(part);
        break;
      case DEBUG_S_CROSSSCOPEIMPORTS:
        this.imports = part;
        break;
      case DEBUG_S_CROSSSCOPEEXPORTS:
        this.exports = part;
        break;
      default:
        break;
    }
  }

  /** Row of the outer function's own line table. */
  lineAt(rva: number): LineRow | undefined {
    const range = this.lineRanges.find(rva);
    if (range === undefined) return undefined;
    let rows = this.lineRows.get(range.value);
    if (rows === undefined) {
      const part = this.lines[range.value];
      rows = part ? readLineRows(part) : [];
      this.lineRows.set(range.value, rows);
    }
    return findLineRow(rows, rva - range.start);
  }

  /** Offset into /names of the file whose checksum entry stands at `file`. */
  fileName(file: number): number | undefined {
    return this.checksums?.u32(file);
  }

  inlinee(id: number): InlineeSource | undefined {
    this.inlineeSources ??= readInlineeSources(this.inlineeParts);
    return this.inlineeSources.get(id);
  }

  /** What a decorated item number (bit 31 set) refers to: bits 20–30 the imported module, bits 0–19 the item. */
  importedItem(id: number): ImportedItem | undefined {
    const wanted = (id >>> 20) & 0x7ff;
    let offset = 0;
    for (let index = 0; index <= wanted; index++) {
      const moduleName = this.imports?.u32(offset);
      const count = this.imports?.u32(offset + 4);
      if (moduleName === undefined || count === undefined) return undefined;
      const item =
        index === wanted && (id & 0xfffff) < count ? this.imports?.u32(offset + 8 + (id & 0xfffff) * 4) : undefined;
      if (item !== undefined) return { moduleName, item };
      offset += 8 + count * 4;
    }
    return undefined;
  }

  /** Number in the IPI stream of an item that this module exports. */
  exportedItem(item: number): number | undefined {
    if (this.exportedItems === undefined) {
      this.exportedItems = new Map();
      for (let offset = 0; ; offset += 8) {
        const pair = this.exports?.record(offset, 8);
        if (pair === undefined) break;
        this.exportedItems.set(pair.getUint32(0, true), pair.getUint32(4, true));
      }
    }
    return this.exportedItems.get(item);
  }
}

/** Inlinee, file, line; with the extended signature also a count of further files and those. */
function readInlineeSources(parts: readonly StreamReader[]): Map<number, InlineeSource> {
  const sources = new Map<number, InlineeSource>();
  for (const part of parts) {
    const extended = part.u32(0) === INLINEE_SIGNATURE_EX;
    for (let offset = 4; ;) {
      const entry = part.record(offset, 12);
      if (entry === undefined) break;
      sources.set(entry.getUint32(0, true), { file: entry.getUint32(4, true), line: entry.getUint32(8, true) });
      offset += extended ? 16 + 4 * (part.u32(offset + 12) ?? 0) : 12;
    }
  }
  return sources;
}
