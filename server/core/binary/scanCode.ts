/**
 * Machine code of an image to call sites with their tags: runs the search and resolves what it finds.
 * Knows no files and no PDB; names come from the caller.
 */
import type { HybridForm, ParseIssue } from '../../../src/shared/facts';
import { CallSearch } from './code/callSearch';
import { GlobalVariables } from './code/globalVariables';
import type { DataBounds } from './code/globalVariables';
import type { Indirection } from './code/indirection';
import { findOpenFunctions } from './code/openFunctions';
import { TagResolution } from './code/tagResolution';
import { unknown } from './code/value';
import type { CodePart } from './codeParts';
import { codeParts, withAuxiliaryImports } from './codeParts';
import type { ExportedFunction } from './exportDirectory';
import { GUARD_CHECK, readGuardPointers } from './guardPointers';
import { readHybridMetadata } from './hybridMetadata';
import type { ImportedFunction } from './importDirectory';
import type { CalledAllocator } from './importedAllocators';
import { allocatorNamed } from './importedAllocators';
import { kmdfAllocators, readKmdfTable } from './kmdfTable';
import { openCode } from './openCode';
import type { PeImage } from './peImage';
import { DirectoryEntry } from './peImage';
import { structureSlots, StructureTags } from './structureTags';
import type { TaggedCall } from './taggedCall';

export interface ScannedCode {
  readonly calls: readonly TaggedCall[];
  readonly issues: readonly ParseIssue[];
  /** Start of the function around an address. */
  readonly functionStart: (rva: number) => number | undefined;
  readonly hybrid?: HybridForm;
}

/** What is known of the image's functions from beside the code. */
export interface CodeNames {
  wrapperName(entry: number): string;
  /** Where functions begin; asked for when no .pdata says so. */
  starts(): readonly number[];
  readonly variableAt: DataBounds;
}

function machineText(image: PeImage): string {
  return image.machine === 'unknown' ? `0x${image.machineCode.toString(16)}` : image.machine;
}

/** Allocators among named addresses. */
function allocatorsIn<T extends { readonly name?: string }>(
  list: readonly T[],
  address: (entry: T) => number,
): Map<number, CalledAllocator> {
  const found = new Map<number, CalledAllocator>();
  for (const entry of list) {
    const allocator = entry.name === undefined ? undefined : allocatorNamed(entry.name);
    if (allocator !== undefined) found.set(address(entry), allocator);
  }
  return found;
}

/** The guard's pointers are filled by the loader, as import slots are. */
function guardImports(guard: Indirection['guard']): ImportedFunction[] {
  const module = 'ntoskrnl.exe';
  return [
    ...(guard?.check === undefined ? [] : [{ module, name: GUARD_CHECK, slot: guard.check, delayed: false }]),
    ...(guard?.dispatch === undefined ? [] : [{ module, slot: guard.dispatch, delayed: false }]),
  ];
}

/** Finds every call of a catalogued allocator, with the tags that reach it. */
export function scanCode(
  image: PeImage,
  imports: readonly ImportedFunction[],
  exports: readonly ExportedFunction[],
  names: CodeNames,
): ScannedCode {
  const { value: hybrid, issues } = readHybridMetadata(image);
  const allImports = withAuxiliaryImports(image, imports, hybrid);
  const parts = codeParts(image, hybrid).map((part) => scanPart(part, allImports, exports, names));
  return {
    calls: parts.flatMap((part) => part.calls).sort((a, b) => a.site.rva - b.site.rva),
    issues: withoutRepeats([...issues, ...parts.flatMap((part) => part.issues)]),
    functionStart: (rva) => {
      for (const part of parts) {
        const start = part.functionStart(rva);
        if (start !== undefined) return start;
      }
      return undefined;
    },
    ...(hybrid === undefined ? {} : { hybrid: hybrid.form }),
  };
}

/** Parts share the file, and what is wrong with it. */
function withoutRepeats(issues: readonly ParseIssue[]): readonly ParseIssue[] {
  return [...new Map(issues.map((issue) => [`${issue.message}@${String(issue.offset)}`, issue])).values()];
}

/** The same for the code of one processor. */
function scanPart(
  part: CodePart,
  imports: readonly ImportedFunction[],
  exports: readonly ExportedFunction[],
  names: CodeNames,
): ScannedCode {
  const { image } = part;
  const slots = allocatorsIn(imports, (imported) => imported.slot);
  const exported = allocatorsIn(exports, (entry) => entry.rva);
  const nothing = { calls: [], issues: [], functionStart: () => undefined };
  const kmdf = readKmdfTable(image, imports);
  for (const [slot, allocator] of kmdf === undefined ? [] : kmdfAllocators(kmdf)) slots.set(slot, allocator);
  for (const [slot, allocator] of structureSlots(imports, kmdf)) slots.set(slot, allocator);
  if (slots.size === 0 && exported.size === 0) return nothing;
  const recorded = image.directory(DirectoryEntry.Exception) !== undefined;
  const starts = [image.entryPoint, ...exports.map((entry) => entry.rva), ...(recorded ? [] : names.starts())];
  const guard = readGuardPointers(image);
  const indirection: Indirection = {
    ...(guard === undefined ? {} : { guard }),
    ...(kmdf?.tablePointer === undefined ? {} : { tablePointer: kmdf.tablePointer }),
    ...(kmdf === undefined || kmdf.tablePointer !== undefined ? {} : { table: kmdf.table }),
  };
  const callees = [...imports, ...(kmdf?.entries ?? []), ...guardImports(guard)];
  const opened = openCode(part, callees, starts, indirection);
  if (opened === undefined) {
    return { ...nothing, issues: [{ message: `calls in code for machine ${machineText(image)} are not searched` }] };
  }
  const { code, issues } = opened;
  const search = new CallSearch(code, slots, exported);
  const sites = search.run();
  const parametric = sites.filter((site) => site.value?.some((atom) => atom.kind === 'entry'));
  const open = findOpenFunctions(
    code,
    new Set(parametric.map((site) => site.caller)),
    new Set(exports.map((entry) => entry.rva)),
  );
  const globals = new GlobalVariables(code, new Set(exports.map((entry) => entry.rva)), names.variableAt);
  const resolution = new TagResolution(
    sites,
    (entry) => part.calledFromOutside || open.has(entry),
    (entry) => names.wrapperName(entry),
    // Code for another processor, which is not looked at here, may set variables too.
    (rva) => (part.calledFromOutside ? unknown('global variable') : globals.valueOf(rva)),
  );
  const structures = new StructureTags(code, sites, resolution);
  const calls: TaggedCall[] = [];
  for (const site of sites) {
    const registered = structures.read(site);
    if (registered === undefined) calls.push(structures.withDefault(site, resolution.resolve(site)));
    else calls.push(...registered);
  }
  return {
    calls,
    issues: [...issues, ...search.issues()],
    functionStart: (rva) => code.functions.functionAt(rva)?.entry,
  };
}
