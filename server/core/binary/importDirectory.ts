/**
 * Imports and delay imports of a PE image, by the address of their slot in an import address table.
 * Reads names where the linker left them; never follows a count from the file further than the bytes that are there.
 */
import type { ParseIssue } from '../../../src/shared/facts';
import type { PeImage } from './peImage';
import { DirectoryEntry } from './peImage';

/** One imported function. */
export interface ImportedFunction {
  /** DLL or driver as the image names it. */
  readonly module: string;
  /** Undefined for an import by ordinal. */
  readonly name?: string;
  readonly ordinal?: number;
  /** RVA of the pointer that the loader fills. */
  readonly slot: number;
  readonly delayed: boolean;
}

export interface ImportTable {
  readonly imports: readonly ImportedFunction[];
  readonly issues: readonly ParseIssue[];
}

const IMPORT_DESCRIPTOR_SIZE = 20;
const DELAY_DESCRIPTOR_SIZE = 32;
const MOST_DESCRIPTORS = 4096;
/** The largest real images import a few thousand functions; tables that overlap on purpose stop here. */
const MOST_IMPORTS = 65536;
const LONGEST_NAME = 4096;
/** A damaged directory says the same thousands of times. */
const MOST_ISSUES = 16;

class ImportCollector {
  readonly imports: ImportedFunction[] = [];
  readonly issues: ParseIssue[] = [];

  constructor(private readonly image: PeImage) {}

  report(message: string, rva: number): void {
    if (this.issues.length >= MOST_ISSUES) return;
    const offset = this.image.offsetOf(rva);
    this.issues.push(offset === undefined ? { message } : { message, offset });
  }

  /** Walks one name table; `base` is subtracted from its entries (old delay imports hold addresses, not RVAs). */
  thunks(module: string, nameTable: number, addressTable: number, delayed: boolean, base: number): void {
    const { image } = this;
    const size = image.is64Bit ? 8 : 4;
    for (let index = 0; this.imports.length < MOST_IMPORTS; index += 1) {
      const at = nameTable + index * size;
      const low = image.u32(at);
      const high = image.is64Bit ? image.u32(at + 4) : low;
      if (low === undefined || high === undefined) {
        this.report(`imports of ${module} pass the end of the image`, nameTable);
        return;
      }
      if (low === 0 && high === 0) return;
      const slot = addressTable + index * size;
      if ((high & 0x80000000) !== 0) {
        this.imports.push({ module, ordinal: low & 0xffff, slot, delayed });
        continue;
      }
      const name = image.zeroTerminated(low - base + 2, LONGEST_NAME);
      if (name !== undefined) this.imports.push({ module, name, slot, delayed });
    }
    this.report('too many imports', nameTable);
  }
}

/**
 * Names come from the name table: once bound, the address table holds addresses. Without a name table of its own
 * (Borland, some packers, or one that leads nowhere) the address table doubles as one until it is bound.
 */
function readModule(
  image: PeImage,
  into: ImportCollector,
  module: string,
  { originalFirstThunk, firstThunk, bound }: { originalFirstThunk: number; firstThunk: number; bound: boolean },
): void {
  const ownTable = originalFirstThunk !== 0 && image.u32(originalFirstThunk) !== undefined;
  if (ownTable) into.thunks(module, originalFirstThunk, firstThunk, false, 0);
  else if (bound) into.report(`imports of ${module} are bound and have no name table: they are not known`, firstThunk);
  else into.thunks(module, firstThunk, firstThunk, false, 0);
}

function readOrdinaryImports(image: PeImage, into: ImportCollector): void {
  // The loader asks for the address alone: some packers write no size.
  const directory = image.directories[DirectoryEntry.Import];
  if (directory === undefined || directory.rva === 0) return;
  for (let index = 0; index < MOST_DESCRIPTORS; index += 1) {
    const at = directory.rva + index * IMPORT_DESCRIPTOR_SIZE;
    const [originalFirstThunk, name, firstThunk] = [image.u32(at), image.u32(at + 12), image.u32(at + 16)];
    if (originalFirstThunk === undefined || name === undefined || firstThunk === undefined) {
      into.report('import directory passes the end of the image', directory.rva);
      return;
    }
    if (name === 0 || firstThunk === 0) return;
    const module = image.zeroTerminated(name, LONGEST_NAME);
    if (module === undefined) into.report('an imported module has no name', at);
    else readModule(image, into, module, { originalFirstThunk, firstThunk, bound: image.u32(at + 4) !== 0 });
  }
}

function readDelayImports(image: PeImage, into: ImportCollector): void {
  const directory = image.directory(DirectoryEntry.DelayImport);
  if (directory === undefined) return;
  for (let index = 0; index < MOST_DESCRIPTORS; index += 1) {
    const at = directory.rva + index * DELAY_DESCRIPTOR_SIZE;
    const [attributes, name] = [image.u32(at), image.u32(at + 4)];
    const [addressTable, nameTable] = [image.u32(at + 12), image.u32(at + 16)];
    if (attributes === undefined || name === undefined || addressTable === undefined || nameTable === undefined) {
      into.report('delay import directory passes the end of the image', directory.rva);
      return;
    }
    if (name === 0 || addressTable === 0 || nameTable === 0) return;
    const base = (attributes & 1) !== 0 ? 0 : image.imageBase;
    const module = image.zeroTerminated(name - base, LONGEST_NAME);
    if (module === undefined) into.report('a delay-imported module has no name', at);
    else into.thunks(module, nameTable - base, addressTable - base, true, base);
  }
}

/** Every import of the image, in the order of its tables. */
export function readImports(image: PeImage): ImportTable {
  const collector = new ImportCollector(image);
  readOrdinaryImports(image, collector);
  readDelayImports(image, collector);
  return { imports: collector.imports, issues: collector.issues };
}
