/**
 * Public symbols (S_PUB32) that name code: what remains for assembler code, import thunks and stripped PDBs.
 * They have no size; how far one reaches is the caller's to say.
 */
import { RangeMap } from './rangeMap';
import type { SectionMap } from './sectionMap';
import type { StreamReader } from './streamReader';
import { readPublicCode, S_PUB32, symbolRecords } from './symbolRecords';

const MACHINE_I386 = 0x14c;

/** Publics by RVA, each reaching to the end of its section; the value is the offset of its record. */
export function readPublicSymbols(stream: StreamReader, sections: SectionMap): RangeMap {
  const publics = new RangeMap();
  for (const record of symbolRecords(stream, 0, stream.length)) {
    const symbol = record.kind === S_PUB32 ? readPublicCode(stream, record) : undefined;
    const rva = symbol && sections.rva(symbol.section, symbol.offset);
    if (symbol !== undefined && rva !== undefined) publics.add(rva, sections.endAfter(rva) - rva, record.offset);
  }
  return publics;
}

/**
 * Takes the decoration off a C name: on x86 `_name` (cdecl), `_name@8` (stdcall), `@name@8` (fastcall); elsewhere C
 * names carry none. C++ names stay as they are.
 */
export function undecorate(name: string, machine: number): string {
  if (machine !== MACHINE_I386 || name.startsWith('?')) return name;
  const bare = name.startsWith('_') || name.startsWith('@') ? name.slice(1) : name;
  const at = bare.lastIndexOf('@');
  return at > 0 && /^\d+$/.test(bare.slice(at + 1)) ? bare.slice(0, at) : bare;
}
