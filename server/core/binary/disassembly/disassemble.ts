/**
 * The function around an address of an image as a listing: bounds, names and lines are ours, the words of instructions
 * come from a disassembler given by the caller. Reads no files; never throws on input.
 */
import { baseName } from '../../../../src/shared/baseName';
import type { Machine, TagSite } from '../../../../src/shared/facts';
import type { FunctionBounds } from '../code/functionMap';
import { codeParts, withAuxiliaryImports, type CodePart } from '../codeParts';
import { readRuntimeFunctions } from '../exceptionDirectory';
import { readExports } from '../exportDirectory';
import { readGuardPointers } from '../guardPointers';
import { readHybridMetadata } from '../hybridMetadata';
import { FunctionNames, LazyPdb } from '../imageNames';
import { readImports, type ImportedFunction } from '../importDirectory';
import { openCode } from '../openCode';
import { readPeImage, type PeImage } from '../peImage';
import type { ScanImageOptions } from '../scanImage';
import { AddressNames } from './addressNames';
import { Arm64Operands } from './arm64Operands';
import { codeItems, type CodeSurroundings } from './codeItems';
import { dataItems } from './dataItems';
import { hex, type DecodeText, type Listing, type ListingItem, type ListingRequest } from './listing';
import { X86Operands, type OperandSurroundings } from './operands';
import { shownPieces } from './pieces';

/** Bytes decoded before a window's first line, for the sweep to fall into step. */
const LEAD_IN = 64;

export interface DisassembleOptions extends ListingRequest, Pick<ScanImageOptions, 'loadPdb'> {
  readonly decode: (machine: 'x86' | 'x64' | 'arm64') => DecodeText;
}

export interface Disassembled {
  readonly value?: Listing;
  /** Why there is no listing, in one line. */
  readonly problem?: string;
}

/** The listing for an address. */
export function disassemble(bytes: Uint8Array, options: DisassembleOptions): Disassembled {
  const { rva, file, sites } = options;
  const { value: image, issues } = readPeImage(bytes);
  if (image === undefined) return { problem: issues[0]?.message ?? 'not a PE image' };
  const exports = readExports(image);
  const pdb = new LazyPdb(image, options.loadPdb);
  const names = new FunctionNames(image, exports, pdb, baseName(file));
  const { value: hybrid } = readHybridMetadata(image);
  const imports = withAuxiliaryImports(image, readImports(image).imports, hybrid);
  const callees = [...imports, ...guardFunctions(image)];
  const starts = [image.entryPoint, ...exports.map((entry) => entry.rva), ...startsFor(image, names, rva)];
  const found = functionAt(codeParts(image, hybrid), imports, starts, rva);
  const machine = found?.machine ?? image.machine;
  const source = pdb.symbols?.lineAt(rva);
  const base = {
    module: baseName(file),
    machine,
    imageBase: image.imageBase,
    ...(pdb.name === undefined ? {} : { pdb: pdb.name }),
    ...(source === undefined ? {} : { source }),
  };
  const addresses = new AddressNames(image, file, callees, names, {
    holds: (at) => found?.bounds.ranges.some(({ code, begin, end }) => isWithin(at - code.rva, begin, end)) ?? false,
    functionStart: (at) => found?.functionStart(at),
  });
  if (found === undefined || machine === 'unknown') {
    const items = dataItems(image, rva, sites);
    if (items.length === 0) return { problem: `there is nothing at ${hex(rva)} in this file` };
    return { value: { ...base, name: addresses.address(rva), entry: rva, whole: false, items } };
  }
  const tags = new Set(sites.flatMap((site) => site.tags));
  const around: OperandSurroundings = { names: addresses, tags, u32: (at) => image.u32(at) };
  const absoluteBase = machine === 'x86' ? image.imageBase : undefined;
  const listed = functionItems(found.bounds, rva, addresses, {
    decode: options.decode(machine),
    operands: machine === 'arm64' ? new Arm64Operands(around) : new X86Operands(around, absoluteBase),
    fixedWidth: machine === 'arm64',
    lineAt: (at) => pdb.symbols?.lineAt(at),
    sites: sitesByAddress(sites),
  });
  const { entry } = found.bounds;
  return { value: { ...base, name: addresses.functionName(entry), entry, ...listed } };
}

interface FoundFunction {
  readonly machine: Machine;
  readonly bounds: FunctionBounds;
  readonly functionStart: (rva: number) => number | undefined;
}

/** The function in the part of the image whose processor runs it. */
function functionAt(
  parts: readonly CodePart[],
  imports: readonly ImportedFunction[],
  starts: readonly number[],
  rva: number,
): FoundFunction | undefined {
  for (const part of parts) {
    const functions = openCode(part, imports, starts, {})?.code.functions;
    const bounds = functions?.functionAt(rva);
    if (functions === undefined || bounds === undefined) continue;
    return { machine: part.image.machine, bounds, functionStart: (at) => functions.functionAt(at)?.entry };
  }
  return undefined;
}

/** Names of Control Flow Guard's pointers, as debuggers have them. */
function guardFunctions(image: PeImage): ImportedFunction[] {
  const { check, dispatch } = readGuardPointers(image) ?? {};
  const named = [
    { name: '_guard_check_icall', slot: check },
    { name: '_guard_dispatch_icall', slot: dispatch },
  ];
  return named.flatMap(({ name, slot }) =>
    slot === undefined ? [] : [{ module: 'ntoskrnl.exe', name, slot, delayed: false }],
  );
}

function isWithin(offset: number, begin: number, end: number): boolean {
  return offset >= begin && offset < end;
}

/** Where functions begin according to symbols; needed only where no record bounds the function. */
function startsFor(image: PeImage, names: FunctionNames, rva: number): readonly number[] {
  const recorded = readRuntimeFunctions(image).some((record) => record.begin <= rva && rva < record.end);
  return recorded ? [] : names.starts();
}

function sitesByAddress(sites: readonly TagSite[]): ReadonlyMap<number, readonly TagSite[]> {
  const byAddress = new Map<number, TagSite[]>();
  for (const site of sites) {
    if (site.place.kind !== 'image') continue;
    const list = byAddress.get(site.place.rva);
    if (list === undefined) byAddress.set(site.place.rva, [site]);
    else list.push(site);
  }
  return byAddress;
}

/** Calls are instructions; where a constant or only bytes were found, an instruction may begin before. */
function anchorsOf(sites: CodeSurroundings['sites']): number[] {
  const calls = [...sites].filter(([, here]) => here.some(({ evidence }) => !/^(?:constant|bytes)$/.test(evidence)));
  return calls.map(([rva]) => rva).sort((a, b) => a - b);
}

function functionItems(
  bounds: FunctionBounds,
  rva: number,
  names: AddressNames,
  surroundings: CodeSurroundings,
): Pick<Listing, 'items' | 'whole'> {
  const anchors = anchorsOf(surroundings.sites);
  const items: ListingItem[] = [];
  let whole = true;
  for (const piece of shownPieces(bounds, rva)) {
    const { code, begin, end, before, after } = piece;
    const name = names.functionName(bounds.entry);
    const start = code.rva + begin - before;
    items.push({ kind: 'label', text: start === bounds.entry ? name : `${name}, part at ${names.address(start)}` });
    if (before > 0) items.push({ kind: 'note', text: leftOut(before, 'before this') });
    const from = before > 0 ? Math.max(begin - LEAD_IN, begin - before) : begin;
    const found = codeItems(
      { code, begin: from, end },
      anchors.map((anchor) => anchor - code.rva),
      surroundings,
    );
    items.push(...found.filter((item) => !('rva' in item) || item.rva >= code.rva + begin));
    if (after > 0) items.push({ kind: 'note', text: leftOut(after, 'after this') });
    whole &&= before === 0 && after === 0;
  }
  return { items, whole };
}

function leftOut(bytes: number, where: string): string {
  return `${String(bytes)} bytes ${where} are not shown: the function is too large`;
}
