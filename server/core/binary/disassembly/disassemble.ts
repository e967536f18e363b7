/**
 * The function around an address of an image as a listing: bounds, names and lines are ours, the words of instructions
 * come from a disassembler given by the caller. Reads no files; never throws on input.
 */
import { baseName } from '../../../../src/shared/baseName';
import type { TagSite } from '../../../../src/shared/facts';
import type { FunctionBounds } from '../code/functionMap';
import { readPdbReference } from '../debugDirectory';
import { readRuntimeFunctions } from '../exceptionDirectory';
import { readExports } from '../exportDirectory';
import { readImports } from '../importDirectory';
import { openCode } from '../openCode';
import { readPdb, type PdbSymbols } from '../pdb/pdbSymbols';
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
  const { value: image, issues } = readPeImage(bytes);
  if (image === undefined) return { problem: issues[0]?.message ?? 'not a PE image' };
  const reference = readPdbReference(image);
  const loaded = reference && options.loadPdb?.(reference);
  const symbols = reference && loaded && readPdb(loaded.bytes, reference).value;
  const exports = readExports(image);
  const { imports } = readImports(image);
  const names = new AddressNames(image, options.file, imports, exports, symbols);
  const starts = [image.entryPoint, ...exports.map((entry) => entry.rva), ...symbolStarts(image, symbols, options.rva)];
  const source = symbols?.lineAt(options.rva);
  const base = {
    module: baseName(options.file),
    machine: image.machine,
    imageBase: image.imageBase,
    ...(loaded === undefined || symbols === undefined ? {} : { pdb: baseName(loaded.file) }),
    ...(source === undefined ? {} : { source }),
  };
  const bounds = openCode(image, imports, starts, {})?.code.functions.functionAt(options.rva);
  if (bounds === undefined || image.machine === 'unknown') {
    const items = dataItems(image, options.rva, options.sites);
    if (items.length === 0) return { problem: `there is nothing at ${hex(options.rva)} in this file` };
    return { value: { ...base, name: names.address(options.rva), entry: options.rva, whole: false, items } };
  }
  names.setListed((rva) => bounds.ranges.some(({ code, begin, end }) => isWithin(rva - code.rva, begin, end)));
  const tags = new Set(options.sites.flatMap((site) => site.tags));
  const around: OperandSurroundings = { names, tags, u32: (rva) => image.u32(rva) };
  const absoluteBase = image.machine === 'x86' ? image.imageBase : undefined;
  const surroundings: CodeSurroundings = {
    decode: options.decode(image.machine),
    operands: image.machine === 'arm64' ? new Arm64Operands(around) : new X86Operands(around, absoluteBase),
    fixedWidth: image.machine === 'arm64',
    lineAt: (rva) => symbols?.lineAt(rva),
    sites: sitesByAddress(options.sites),
  };
  const listed = functionItems(bounds, options, names, surroundings);
  return { value: { ...base, name: names.functionName(bounds.entry), entry: bounds.entry, ...listed } };
}

function isWithin(offset: number, begin: number, end: number): boolean {
  return offset >= begin && offset < end;
}

/** Where functions begin according to the PDB; needed only where no record bounds the function. */
function symbolStarts(image: PeImage, symbols: PdbSymbols | undefined, rva: number): number[] {
  if (symbols === undefined) return [];
  if (readRuntimeFunctions(image).some((record) => record.begin <= rva && rva < record.end)) return [];
  return [...symbols.functions()].map((entry) => entry.rva);
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
  { rva }: ListingRequest,
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
