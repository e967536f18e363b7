/**
 * Where the variables of an image begin: public, global and file-local data symbols of a PDB.
 * Records give no size; a variable is taken to reach to the next symbol, or to the end of its section.
 */
import { countUpTo, RangeMap } from './rangeMap';
import type { SectionMap } from './sectionMap';
import type { StreamReader } from './streamReader';
import { readData, S_GDATA32, S_LDATA32, S_PUB32, symbolRecords } from './symbolRecords';

/** Starts by RVA, each with the rest of its section. Compilers list local data with the global records as well. */
export function readDataSymbols(stream: StreamReader, sections: SectionMap): RangeMap {
  const variables = new RangeMap();
  for (const record of symbolRecords(stream, 0, stream.length)) {
    if (record.kind !== S_PUB32 && record.kind !== S_GDATA32 && record.kind !== S_LDATA32) continue;
    const symbol = readData(stream, record);
    const rva = symbol && sections.rva(symbol.section, symbol.offset);
    if (rva !== undefined) variables.add(rva, sections.endAfter(rva) - rva, record.offset);
  }
  return variables;
}

/** From the symbol at or before the address to the next one. */
export function dataBounds(
  variables: RangeMap,
  rva: number,
): { readonly begin: number; readonly end: number } | undefined {
  const found = variables.find(rva);
  if (found === undefined) return undefined;
  const all = variables.all();
  const next = all[countUpTo(all, rva)];
  return { begin: found.start, end: Math.min(found.end, next?.start ?? found.end) };
}
