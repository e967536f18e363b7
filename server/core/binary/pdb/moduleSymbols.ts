/**
 * One module stream (an object file's part of the PDB): its procedures by address, and the inlined calls inside one.
 * Reads nothing of the symbols it is not asked for.
 */
import { C13 } from './c13';
import type { ModuleInfo } from './dbi';
import { readInlineSites } from './inlineSites';
import type { InlineRow, InlineSite } from './inlineSites';
import { countUpTo, RangeMap } from './rangeMap';
import type { SectionMap } from './sectionMap';
import type { StreamReader } from './streamReader';
import {
  isProcedure,
  readProcedure,
  readSeparatedCode,
  readThunk,
  S_SEPCODE,
  S_THUNK32,
  symbolName,
  symbolRecords,
} from './symbolRecords';
import type { CodeSymbol, SymbolRecord } from './symbolRecords';

/** Compilers inline a few dozen levels deep at most. */
const MAX_DEPTH = 256;

export interface Procedure {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  /** An import thunk: the linker writes its name, with the decoration it links by. */
  readonly thunk: boolean;
}

/** One level of inlining at an address. */
export interface InlinedCall {
  /** Item number; with bit 31 set it refers to another module. */
  readonly inlinee: number;
  readonly row: InlineRow;
}

interface Entry {
  readonly symbol: CodeSymbol;
  readonly record: number;
  readonly thunk: boolean;
  /** Where the function of a moved part starts. */
  readonly parent?: number | undefined;
}

export class ModuleSymbols {
  readonly c13: C13;
  private readonly ranges = new RangeMap();
  private readonly entries: Entry[] = [];
  /** Inlined calls of the procedure asked for last, by its record: neighbouring look-ups mostly stay in it. */
  private recent: { readonly record: number; readonly sites: readonly InlineSite[] } | undefined;

  constructor(
    private readonly symbols: StreamReader,
    c13: StreamReader,
    sections: SectionMap,
  ) {
    this.c13 = new C13(c13, sections);
    // The first four bytes are the CodeView signature.
    for (const record of symbolRecords(symbols, 4, symbols.length)) {
      const entry = readEntry(symbols, record, sections);
      const rva = entry && sections.rva(entry.symbol.section, entry.symbol.offset);
      if (entry !== undefined && rva !== undefined)
        this.ranges.add(rva, entry.symbol.size, this.entries.push(entry) - 1);
    }
  }

  /** The procedure that holds the address; for a part moved away, the function it belongs to. */
  procedureAt(rva: number): Procedure | undefined {
    const range = this.ranges.find(rva);
    const entry = range && this.entries[range.value];
    if (range === undefined || entry === undefined) return undefined;
    if (entry.parent === undefined) return this.procedure(range, entry);
    const parent = this.ranges.find(entry.parent);
    const owner = parent && this.entries[parent.value];
    if (owner === undefined || owner.parent !== undefined) return undefined;
    // A part that lies before its function cannot be written as Function+offset: it counts from its own start.
    const start = entry.parent <= rva ? entry.parent : range.start;
    return { start, end: range.end, name: symbolName(this.symbols, owner.record), thunk: false };
  }

  /** End of the last procedure that starts at or before the address. */
  lastProcedureEnd(rva: number): number | undefined {
    const ranges = this.ranges.all();
    return ranges[countUpTo(ranges, rva) - 1]?.end;
  }

  /** All procedures by address, without moved parts. */
  *procedures(): Generator<Procedure> {
    for (const range of this.ranges.all()) {
      const entry = this.entries[range.value];
      if (entry !== undefined && entry.parent === undefined) yield this.procedure(range, entry);
    }
  }

  private procedure(range: { readonly start: number; readonly end: number }, entry: Entry): Procedure {
    return { start: range.start, end: range.end, name: symbolName(this.symbols, entry.record), thunk: entry.thunk };
  }

  /** Inlined calls that hold the address, outermost first. */
  inlinedAt(rva: number): readonly InlinedCall[] {
    const range = this.ranges.find(rva);
    const entry = range && this.entries[range.value];
    if (range === undefined || entry === undefined || entry.parent !== undefined) return [];
    if (this.recent?.record !== entry.record) {
      const sites = readInlineSites(this.symbols, entry.record, (inlinee) => this.c13.inlinee(inlinee));
      this.recent = { record: entry.record, sites };
    }
    const calls: InlinedCall[] = [];
    for (const { inlinee, rows } of this.recent.sites) {
      const row = rows[countUpTo(rows, rva - range.start) - 1];
      if (row !== undefined && rva - range.start < row.end) calls.push({ inlinee, row });
      if (calls.length === MAX_DEPTH) break;
    }
    return calls;
  }
}

function readEntry(symbols: StreamReader, record: SymbolRecord, sections: SectionMap): Entry | undefined {
  if (isProcedure(record.kind) || record.kind === S_THUNK32) {
    const thunk = record.kind === S_THUNK32;
    const symbol = thunk ? readThunk(symbols, record) : readProcedure(symbols, record);
    return symbol && { symbol, record: record.offset, thunk };
  }
  if (record.kind !== S_SEPCODE) return undefined;
  const symbol = readSeparatedCode(symbols, record);
  const parent = symbol && sections.rva(symbol.parentSection, symbol.parentOffset);
  return symbol && parent !== undefined ? { symbol, record: record.offset, thunk: false, parent } : undefined;
}

/** Cuts a module stream into symbols, C11 lines (not read) and C13; undefined when the sizes do not fit. */
export function readModuleSymbols(
  stream: StreamReader,
  info: ModuleInfo,
  sections: SectionMap,
): ModuleSymbols | undefined {
  const symbols = stream.part(0, info.symbolBytes);
  const c13 = stream.part(info.symbolBytes + info.c11Bytes, info.c13Bytes);
  return symbols && c13 && new ModuleSymbols(symbols, c13, sections);
}
