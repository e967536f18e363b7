/**
 * Symbols of a PDB for an image: function, source line and inlined calls at an address. The PDB must carry the GUID
 * and age of the image's RSDS record. Module streams are read only when an address falls into them.
 * Reads no files; never throws.
 */
import type { ParseIssue, PdbLine } from '../../../../src/shared/facts';
import type { PdbReference } from '../pdbReference';
import { dataBounds, readDataSymbols } from './dataSymbols';
import { NO_STREAM, readContributions, readDbi } from './dbi';
import type { Dbi, ModuleInfo } from './dbi';
import { functionItemName, TypeStream } from './itemNames';
import { readModuleSymbols } from './moduleSymbols';
import type { ModuleSymbols, Procedure } from './moduleSymbols';
import { addIssue, openMsf } from './msf';
import type { Msf } from './msf';
import { readNames, readPdbInfo } from './pdbInfo';
import { readPublicSymbols, undecorate } from './publicSymbols';
import { RangeMap } from './rangeMap';
import { readSectionMap } from './sectionMap';
import type { SectionMap } from './sectionMap';
import type { StreamReader } from './streamReader';
import { symbolName } from './symbolRecords';

const TPI_STREAM = 2;
const DBI_STREAM = 3;
const IPI_STREAM = 4;
const DBI_AGE_OFFSET = 8;

export interface PdbFunction {
  readonly name: string;
  /** Start of the function. */
  readonly rva: number;
  /** Bytes from the start to the address asked for. */
  readonly offset: number;
}

export interface PdbInlinee {
  /** Empty when the PDB does not say. */
  readonly name: string;
  readonly file?: string;
  /** Line inside the inlined function, from 0. */
  readonly line?: number;
}

export interface PdbSymbols {
  /** The function that holds the address: a procedure with its bounds, else the public symbol before it. */
  functionAt(rva: number): PdbFunction | undefined;
  /** The line of the outer function's own table: for inlined code, the line of the call in the driver's own source. */
  lineAt(rva: number): PdbLine | undefined;
  /** Inlined functions that hold the address, innermost first. */
  inlineesAt(rva: number): readonly PdbInlinee[];
  /** The variable around an address: from its symbol to the next one. Undefined where no symbol stands before it. */
  variableAt(rva: number): { readonly begin: number; readonly end: number } | undefined;
  /** Every function by name and bounds; reads all modules. Publics without a procedure end at the next symbol. */
  functions(): Iterable<{ readonly rva: number; readonly size: number; readonly name: string }>;
}

export interface ReadPdb {
  readonly value?: PdbSymbols;
  /** Trouble found on a later look-up, in a module not read before, is appended. */
  readonly issues: readonly ParseIssue[];
}

/** Opens a PDB for the image with the given RSDS record. A PDB of another build gives no value. */
export function readPdb(bytes: Uint8Array, reference: PdbReference): ReadPdb {
  const issues: ParseIssue[] = [];
  const msf = openMsf(bytes, issues);
  const info = msf && readPdbInfo(msf);
  const dbiStream = msf?.stream(DBI_STREAM);
  if (msf === undefined) return { issues };
  if (info === undefined) issues.push({ message: 'PDB has no info stream with a GUID' });
  if (dbiStream === undefined) issues.push({ message: 'PDB has no debug information stream' });
  const dbi = dbiStream && readDbi(dbiStream, issues);
  if (info === undefined || dbi === undefined) return { issues };
  const mismatch = describeMismatch(reference, info.guid, dbi.age);
  if (mismatch !== undefined) issues.push({ message: mismatch });
  if (dbi.omapStream !== NO_STREAM) {
    issues.push({ message: 'PDB has OMAP data: the image was rearranged after linking, addresses are not mapped' });
  }
  const sectionHeaders = msf.stream(dbi.sectionHeaderStream);
  if (sectionHeaders === undefined) issues.push({ message: 'PDB has no section headers' });
  if (info.fastLink) issues.push({ message: 'PDB was linked with /DEBUG:FASTLINK: lines stayed in the object files' });
  if (mismatch !== undefined || dbi.omapStream !== NO_STREAM || sectionHeaders === undefined) return { issues };
  return { value: new Symbols(msf, dbi, readNames(msf, info), readSectionMap(sectionHeaders), issues), issues };
}

/** Whether the PDB carries the GUID and age of the RSDS record; reads two headers. For a choice among candidates. */
export function pdbMatches(bytes: Uint8Array, reference: PdbReference): boolean {
  const msf = openMsf(bytes, []);
  const guid = msf && readPdbInfo(msf)?.guid;
  const age = msf?.stream(DBI_STREAM)?.u32(DBI_AGE_OFFSET);
  return guid !== undefined && age !== undefined && describeMismatch(reference, guid, age) === undefined;
}

function describeMismatch(reference: PdbReference, guid: string, age: number): string | undefined {
  if (reference.guid.toUpperCase() !== guid)
    return `PDB is of another build: its GUID is ${guid}, the image names ${reference.guid}`;
  if (reference.age !== age)
    return `PDB is of another build: its age is ${String(age)}, the image names ${String(reference.age)}`;
  return undefined;
}

class Symbols implements PdbSymbols {
  private readonly contributions: RangeMap;
  private readonly modules = new Map<number, ModuleSymbols | undefined>();
  private readonly fileNames = new Map<number, string | undefined>();
  private publics: { readonly names: StreamReader | undefined; readonly ranges: RangeMap | undefined } | undefined;
  private variables: RangeMap | undefined;
  private items: { readonly ids: TypeStream | undefined; readonly types: TypeStream | undefined } | undefined;
  private modulesByName: Map<string, number> | undefined;

  constructor(
    private readonly msf: Msf,
    private readonly dbi: Dbi,
    private readonly names: StreamReader | undefined,
    private readonly sections: SectionMap,
    private readonly issues: ParseIssue[],
  ) {
    this.contributions = readContributions(dbi, sections);
  }

  functionAt(rva: number): PdbFunction | undefined {
    const found = this.moduleAt(rva)?.procedureAt(rva);
    if (found !== undefined) return { name: this.procedureName(found), rva: found.start, offset: rva - found.start };
    return this.publicAt(rva);
  }

  lineAt(rva: number): PdbLine | undefined {
    const module = this.moduleAt(rva);
    const row = module?.c13.lineAt(rva);
    const file = row && this.fileName(module?.c13.fileName(row.file));
    return row?.line === undefined || file === undefined ? undefined : { file, line: row.line };
  }

  inlineesAt(rva: number): readonly PdbInlinee[] {
    const module = this.moduleAt(rva);
    if (module === undefined) return [];
    const inlinees: PdbInlinee[] = [];
    for (const { inlinee, row } of module.inlinedAt(rva)) {
      const file = this.fileName(module.c13.fileName(row.file));
      const place = file === undefined ? {} : { file, ...(row.line > 0 ? { line: row.line - 1 } : {}) };
      inlinees.push({ name: this.itemName(module, inlinee) ?? '', ...place });
    }
    return inlinees.reverse();
  }

  variableAt(rva: number): { readonly begin: number; readonly end: number } | undefined {
    if (this.variables === undefined) {
      const stream = this.msf.stream(this.dbi.symbolRecordStream);
      this.variables = stream === undefined ? new RangeMap() : readDataSymbols(stream, this.sections);
    }
    return dataBounds(this.variables, rva);
  }

  *functions(): Generator<{ rva: number; size: number; name: string }> {
    const found: { rva: number; size: number; name: string }[] = [];
    const modules = new Set(this.dbi.modules.map((_, index) => this.module(index)));
    for (const module of modules) {
      for (const procedure of module?.procedures() ?? []) {
        const { start, end } = procedure;
        found.push({ rva: start, size: end - start, name: this.procedureName(procedure) });
      }
    }
    found.sort((a, b) => a.rva - b.rva);
    let next = 0;
    let covered = 0;
    const publics = this.readPublics();
    const ranges = publics.ranges?.all() ?? [];
    for (const [index, range] of ranges.entries()) {
      for (let item = found[next]; item !== undefined && item.rva <= range.start; item = found[++next]) {
        // Folded functions share an address: the first stands for all.
        if (item.rva >= covered) yield item;
        covered = Math.max(covered, item.rva + item.size);
      }
      if (range.start < covered) continue;
      const contribution = this.contributions.find(range.start);
      const ends = [range.end, contribution?.end, found[next]?.rva, ranges[index + 1]?.start];
      const end = Math.min(...ends.filter((each) => each !== undefined));
      yield { rva: range.start, size: end - range.start, name: this.publicName(range.value) };
    }
    yield* found.slice(next);
  }

  private moduleAt(rva: number): ModuleSymbols | undefined {
    const range = this.contributions.find(rva);
    return range && this.module(range.value);
  }

  /** By stream: a hostile PDB could have thousands of modules that name the same large one. */
  private module(index: number): ModuleSymbols | undefined {
    const info = this.dbi.modules[index];
    if (info === undefined || info.stream === NO_STREAM) return undefined;
    if (!this.modules.has(info.stream)) this.modules.set(info.stream, this.readModule(index, info));
    return this.modules.get(info.stream);
  }

  private readModule(index: number, info: ModuleInfo): ModuleSymbols | undefined {
    const stream = this.msf.stream(info.stream);
    const module = stream && readModuleSymbols(stream, info, this.sections);
    if (stream !== undefined && module === undefined) {
      addIssue(this.issues, `PDB module ${String(index)} is larger than its stream`);
    }
    return module;
  }

  /** The nearest public before the address, unless a contribution or a procedure begins between the two. */
  private publicAt(rva: number): PdbFunction | undefined {
    const found = this.readPublics().ranges?.find(rva);
    if (found === undefined) return undefined;
    // Bytes of no contribution are padding; without any contributions nothing can be told.
    const contribution = this.contributions.find(rva);
    if (contribution === undefined && this.contributions.all().length > 0) return undefined;
    const barrier = Math.max(contribution?.start ?? 0, this.moduleAt(rva)?.lastProcedureEnd(rva) ?? 0);
    if (found.start < barrier) return undefined;
    return { name: this.publicName(found.value), rva: found.start, offset: rva - found.start };
  }

  private procedureName({ name, thunk }: Procedure): string {
    return thunk ? undecorate(name, this.dbi.machine) : name;
  }

  private publicName(record: number): string {
    const { names } = this.readPublics();
    return names === undefined ? '' : undecorate(symbolName(names, record), this.dbi.machine);
  }

  private readPublics() {
    if (this.publics === undefined) {
      const names = this.msf.stream(this.dbi.symbolRecordStream);
      this.publics = { names, ranges: names && readPublicSymbols(names, this.sections) };
    }
    return this.publics;
  }

  /** Path at an offset into /names; the same few paths are asked for again and again. */
  private fileName(offset: number | undefined): string | undefined {
    if (offset === undefined) return undefined;
    if (!this.fileNames.has(offset)) this.fileNames.set(offset, this.names?.text(offset));
    return this.fileNames.get(offset);
  }

  private itemName(module: ModuleSymbols, item: number): string | undefined {
    const { ids, types } = this.readItems();
    if (ids === undefined) return undefined;
    if (item < 0x80000000) return functionItemName(ids, types, item);
    const imported = module.c13.importedItem(item);
    const exporter = imported && this.moduleNamed(this.fileName(imported.moduleName));
    const exported = imported && exporter?.c13.exportedItem(imported.item);
    return exported === undefined ? undefined : functionItemName(ids, types, exported);
  }

  private readItems() {
    if (this.items === undefined) {
      const ids = this.msf.stream(IPI_STREAM);
      const types = this.msf.stream(TPI_STREAM);
      this.items = { ids: ids && new TypeStream(ids), types: types && new TypeStream(types) };
    }
    return this.items;
  }

  private moduleNamed(name: string | undefined): ModuleSymbols | undefined {
    // Imports spell module names in lower case.
    this.modulesByName ??= new Map(this.dbi.modules.map((module, index) => [module.name.toLowerCase(), index]));
    const index = this.modulesByName.get(name?.toLowerCase() ?? '');
    return index === undefined ? undefined : this.module(index);
  }
}
