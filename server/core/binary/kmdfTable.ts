/**
 * The table of framework functions of a KMDF driver, from the WDF_BIND_INFO that it hands to WdfVersionBind.
 * Finds where the table is; which calls go through it is the call search's matter. Source: wdfldr.h, wdffuncenum.h.
 */
import type { Allocator } from '../tags/allocators';
import { ALLOCATORS } from '../tags/allocators';
import type { TablePointer } from './code/indirection';
import type { ImportedFunction } from './importDirectory';
import type { ImageSection, PeImage } from './peImage';

export interface KmdfTable {
  /** Set when the driver keeps a pointer to the table; older ones keep the table itself. */
  readonly tablePointer?: TablePointer;
  /** RVA of entry 0: in the image, or standing for a table outside it. */
  readonly table: number;
  /** One for each entry, by ordinal, without names. */
  readonly entries: readonly ImportedFunction[];
}

const BIND_FUNCTION = 'WdfVersionBind';
const COMPONENT = 'KmdfLibrary';
/** Entries of the newest framework, with room: 1.33 has under 500. */
const MOST_ENTRIES = 2048;
/** Up to this minor version of KMDF 1 WdfVersionBind copies the functions into the driver; later, only a pointer. */
const LAST_WITH_COPY = 9;
/** Address of the table behind a pointer: past 32 bits, where no image has anything. */
const OUTSIDE = 2 ** 33;
const MOST_CANDIDATES = 64;

/** Places of the component's name (UTF-16, with its end) in a section that holds data. */
function findNames(image: PeImage, section: ImageSection, found: number[]): void {
  const text = `${COMPONENT}\0`;
  const { bytes } = image.reader;
  const end = section.rawOffset + section.rawSize - text.length * 2;
  const first = COMPONENT.charCodeAt(0);
  for (let at = bytes.indexOf(first, section.rawOffset); at >= 0 && at <= end; at = bytes.indexOf(first, at + 1)) {
    let length = 0;
    while (length < text.length && image.reader.u16(at + length * 2) === text.charCodeAt(length)) length += 1;
    if (length === text.length) found.push(section.rva + at - section.rawOffset);
    if (found.length >= MOST_CANDIDATES) return;
  }
}

/** The sections as far as they show different bytes: together no more than the file has. */
function dataSections(image: PeImage): ImageSection[] {
  let left = image.reader.length;
  return image.sections.filter((section) => (left -= section.rawSize) >= 0);
}

/** RVAs of the structures: right size, and pointing to the component's name. */
function findBindInfos(image: PeImage): number[] {
  const width = image.is64Bit ? 8 : 4;
  const size = image.is64Bit ? 0x30 : 0x20;
  const names: number[] = [];
  const sections = dataSections(image);
  for (const section of sections) findNames(image, section, names);
  const named = new Set(names.map((rva) => image.imageBase + rva));
  const found: number[] = [];
  if (named.size === 0) return found;
  for (const section of sections) {
    if (section.executable) continue;
    for (let rva = section.rva; rva + size <= section.rva + section.rawSize; rva += width) {
      if (image.u32(rva) !== size || !named.has(image.pointer(rva + width) ?? Number.NaN)) continue;
      found.push(rva);
      if (found.length >= MOST_CANDIDATES) return found;
    }
  }
  return found;
}

/** The table that the driver's one WDF_BIND_INFO names; undefined when there is none, or no telling which. */
export function readKmdfTable(image: PeImage, imports: readonly ImportedFunction[]): KmdfTable | undefined {
  if (!imports.some((imported) => imported.name === BIND_FUNCTION)) return undefined;
  const [info, second] = findBindInfos(image);
  if (info === undefined || second !== undefined) return undefined;
  const width = image.is64Bit ? 8 : 4;
  // Size, Component, Version (three ULONGs), FuncCount, FuncTable.
  const version = info + 2 * width;
  const [major, minor, count] = [image.u32(version), image.u32(version + 4), image.u32(version + 12)];
  const address = image.pointer(version + 16);
  if (major !== 1 || minor === undefined || count === undefined || count > MOST_ENTRIES || address === undefined)
    return undefined;
  const target = image.rvaOf(address);
  const isCopy = minor <= LAST_WITH_COPY;
  const section = image.sectionAt(target);
  if (section === undefined || target + (isCopy ? count * width : width) > section.rva + section.virtualSize)
    return undefined;
  const table = isCopy ? target : OUTSIDE;
  return {
    ...(isCopy ? {} : { tablePointer: { variable: target, table } }),
    table,
    entries: Array.from({ length: count }, (_, ordinal) => ({
      module: COMPONENT,
      ordinal,
      slot: table + ordinal * width,
      delayed: false,
    })),
  };
}

/** Allocators of the framework by the slot of their entry, the hidden WdfDriverGlobals counted in their tag's position. */
export function kmdfAllocators(table: KmdfTable): ReadonlyMap<number, Allocator> {
  const found = new Map<number, Allocator>();
  for (const allocator of ALLOCATORS) {
    const entry = allocator.kmdfIndex === undefined ? undefined : table.entries[allocator.kmdfIndex];
    if (entry === undefined || allocator.tagPosition === 0) continue;
    found.set(entry.slot, { ...allocator, tagPosition: allocator.tagPosition + 1 });
  }
  return found;
}
