/**
 * What places in an image are called: functions from the PDB, else from the export table or the COFF symbols, and the
 * lines a PDB gives.
 * Knows no tags; reads no files: the PDB comes through a callback.
 */
import { baseName } from '../../../src/shared/baseName';
import type { ImagePlace, ParseIssue } from '../../../src/shared/facts';
import type { NamedFunction } from './coffSymbols';
import { readCoffFunctions } from './coffSymbols';
import { readPdbReference } from './debugDirectory';
import type { ExportedFunction } from './exportDirectory';
import { imagePlace } from './imageSite';
import type { PdbSymbols, ReadPdb } from './pdb/pdbSymbols';
import { readPdb } from './pdb/pdbSymbols';
import type { PdbReference } from './pdbReference';
import type { PeImage } from './peImage';
import { DirectoryEntry } from './peImage';

/** Bytes of the PDB for a reference, or undefined when none is at hand. GUID and age are checked here. */
export type LoadPdb = (reference: PdbReference) => { readonly file: string; readonly bytes: Uint8Array } | undefined;

/** The image's PDB, looked for when the first name or line is asked for: most images have no site. */
export class LazyPdb {
  #opened: { readonly file: string; readonly pdb: ReadPdb } | 'none' | undefined;

  constructor(
    private readonly image: PeImage,
    private readonly loadPdb: LoadPdb | undefined,
  ) {}

  get symbols(): PdbSymbols | undefined {
    this.#opened ??= this.#open();
    return this.#opened === 'none' ? undefined : this.#opened.pdb.value;
  }

  /** Base name of the PDB, when its symbols were used. */
  get name(): string | undefined {
    const opened = this.#opened ?? 'none';
    return opened === 'none' || opened.pdb.value === undefined ? undefined : baseName(opened.file);
  }

  /** What was found wrong so far; modules are read by look-ups, so ask behind the last one. */
  issues(): readonly ParseIssue[] {
    const opened = this.#opened ?? 'none';
    if (opened === 'none') return [];
    return opened.pdb.issues.map((issue) => ({ ...issue, message: `${baseName(opened.file)}: ${issue.message}` }));
  }

  #open(): { readonly file: string; readonly pdb: ReadPdb } | 'none' {
    const reference = readPdbReference(this.image);
    const loaded = reference === undefined ? undefined : this.loadPdb?.(reference);
    if (reference === undefined || loaded === undefined) return 'none';
    return { file: loaded.file, pdb: readPdb(loaded.bytes, reference) };
  }
}

/** What functions are called: from the PDB, else from the export table, else from COFF symbols. */
export class FunctionNames {
  readonly #exported: ReadonlyMap<number, string>;
  #coff: readonly NamedFunction[] | undefined;

  constructor(
    private readonly image: PeImage,
    exports: readonly ExportedFunction[],
    private readonly pdb: LazyPdb,
    private readonly module: string,
  ) {
    this.#exported = new Map(exports.map((entry) => [entry.rva, entry.name]));
  }

  /** Name of a function that has one; `module+0xRVA` otherwise. */
  wrapperName(entry: number): string {
    const found = this.pdb.symbols?.functionAt(entry);
    const name = found?.rva === entry ? found.name : this.#nameAt(entry);
    return name ?? withOffset(this.module, entry);
  }

  /** Where functions begin, for an image that has no .pdata to say so. */
  starts(): readonly number[] {
    const inPdb = [...(this.pdb.symbols?.functions() ?? [])];
    return [...inPdb, ...this.#coffFunctions()].map((named) => named.rva);
  }

  /** Bounds of the variable around an address, where the PDB has symbols for data. */
  readonly variableAt = (rva: number): { readonly begin: number; readonly end: number } | undefined =>
    this.pdb.symbols?.variableAt(rva);

  place(file: string, rva: number, functionStart: (rva: number) => number | undefined): ImagePlace {
    const name = this.#functionAround(rva, functionStart);
    return imagePlace(file, rva, name, this.pdb.symbols?.lineAt(rva));
  }

  #functionAround(rva: number, functionStart: (rva: number) => number | undefined): string | undefined {
    const symbol = this.pdb.symbols?.functionAt(rva);
    if (symbol !== undefined) return withOffset(symbol.name, symbol.offset);
    const start = functionStart(rva);
    if (start === undefined) return undefined;
    const named = this.#nameAt(start) ?? this.#coffBefore(rva);
    if (named === undefined) return undefined;
    return typeof named === 'string' ? withOffset(named, rva - start) : withOffset(named.name, rva - named.rva);
  }

  #nameAt(entry: number): string | undefined {
    const exported = this.#exported.get(entry);
    if (exported !== undefined) return exported;
    const before = lastBefore(this.#coffFunctions(), entry);
    return before?.rva === entry ? before.name : undefined;
  }

  /** The nearest symbol, where only symbols say where functions begin. */
  #coffBefore(rva: number): NamedFunction | undefined {
    if (this.image.directory(DirectoryEntry.Exception) !== undefined) return undefined;
    const before = lastBefore(this.#coffFunctions(), rva);
    return before !== undefined && this.image.sectionAt(before.rva) === this.image.sectionAt(rva) ? before : undefined;
  }

  #coffFunctions(): readonly NamedFunction[] {
    this.#coff ??= readCoffFunctions(this.image);
    return this.#coff;
  }
}

/** The last function that begins at or before the address. */
function lastBefore(sorted: readonly NamedFunction[], rva: number): NamedFunction | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.rva ?? 0) <= rva) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1];
}

function withOffset(name: string, offset: number): string {
  return offset === 0 ? name : `${name}+0x${offset.toString(16)}`;
}
