/**
 * Functions of an image's COFF symbol table, which gcc and Wine leave in: names and starts where no PDB is.
 * Source: PE specification, "COFF Symbol Table". Reads no other symbols.
 */
import { undecorate } from './pdb/publicSymbols';
import type { PeImage } from './peImage';
import { ntHeadersOffset } from './peImage';

/** A function that has a name; its size is not known. */
export interface NamedFunction {
  readonly name: string;
  readonly rva: number;
}

const SYMBOL_SIZE = 18;
/** Several times what the largest gcc images have. */
const MOST_SYMBOLS = 1 << 18;
const LONGEST_NAME = 4096;
/** The derived type in the type's second nibble. */
const FUNCTION_TYPE = 0x20;
const CLASS_EXTERNAL = 2;
const CLASS_STATIC = 3;

/** All functions, ascending, one for an address: the external name before a static one. */
export function readCoffFunctions(image: PeImage): readonly NamedFunction[] {
  const { reader } = image;
  const header = ntHeadersOffset(reader) ?? 0;
  const [table, declared] = [reader.u32(header + 12) ?? 0, reader.u32(header + 16) ?? 0];
  if (table === 0 || !reader.has(table, SYMBOL_SIZE)) return [];
  const count = Math.min(declared, MOST_SYMBOLS, Math.floor((reader.length - table) / SYMBOL_SIZE));
  const found = new Map<number, { readonly name: string; readonly isExternal: boolean }>();
  for (let index = 0; index < count; index += 1) {
    const at = table + index * SYMBOL_SIZE;
    const section = image.sections[(reader.u16(at + 12) ?? 0) - 1];
    const storage = reader.u8(at + 16) ?? 0;
    const isFunction =
      reader.u16(at + 14) === FUNCTION_TYPE && (storage === CLASS_EXTERNAL || storage === CLASS_STATIC);
    const value = reader.u32(at + 8) ?? 0;
    index += reader.u8(at + 17) ?? 0;
    if (!isFunction || section?.executable !== true || value >= section.virtualSize) continue;
    const rva = section.rva + value;
    const isExternal = storage === CLASS_EXTERNAL;
    const known = found.get(rva);
    if (known !== undefined && (known.isExternal || !isExternal)) continue;
    const name = symbolName(image, at, table + declared * SYMBOL_SIZE);
    if (name !== undefined) found.set(rva, { name: undecorate(name, image.machineCode), isExternal });
  }
  return [...found].map(([rva, { name }]) => ({ rva, name })).sort((a, b) => a.rva - b.rva);
}

/** Eight bytes in the record, or an offset into the string table behind the symbols. */
function symbolName({ reader }: PeImage, at: number, strings: number): string | undefined {
  if (reader.u32(at) === 0) return reader.zeroTerminated(strings + (reader.u32(at + 4) ?? 0), LONGEST_NAME);
  const short = reader.slice(at, 8);
  if (short === undefined) return undefined;
  const end = short.indexOf(0);
  return String.fromCharCode(...short.subarray(0, end < 0 ? 8 : end));
}
