/**
 * A PE image's headers and section table, and the way from an RVA to its bytes.
 * Header fields come from pe-library's format classes on a small padded copy, which they can't read past.
 */
import { Format } from 'pe-library';
import type { Machine, ParseIssue } from '../../../src/shared/facts';
import { ByteReader } from './byteReader';

const IMAGE_SCN_CNT_CODE = 0x20;
const IMAGE_SCN_MEM_EXECUTE = 0x20000000;
const IMAGE_SCN_MEM_WRITE = 0x80000000;
const PE_SIGNATURE = 0x4550;
/** Signature, file header, the longer optional header and its sixteen data directories. */
const NT_HEADERS_SIZE = 4 + 20 + 112 + 128;
/** The loader's own limit. */
const MOST_SECTIONS = 96;
/** Raw data starts at a multiple of this, whatever the header says, unless sections are aligned below a page. */
const RAW_ALIGNMENT = 0x200;
const PAGE_SIZE = 0x1000;

/** Index of a data directory, as the specification numbers them. */
export const enum DirectoryEntry {
  Export = 0,
  Import = 1,
  Resource = 2,
  Exception = 3,
  /** The one directory whose address is a file offset. */
  Security = 4,
  BaseRelocation = 5,
  Debug = 6,
  LoadConfiguration = 10,
  ImportAddressTable = 12,
  DelayImport = 13,
}

/** A range of the loaded image. */
export interface DataDirectory {
  readonly rva: number;
  readonly size: number;
}

export interface ImageSection {
  readonly name: string;
  readonly rva: number;
  /** Bytes in memory. */
  readonly virtualSize: number;
  /** File offset and count of the bytes the file holds; the rest is zero. */
  readonly rawOffset: number;
  readonly rawSize: number;
  readonly executable: boolean;
  readonly writable: boolean;
}

/** An image whose headers have been read. */
export class PeImage {
  /** Section found last: neighbouring look-ups mostly stay in it. */
  #recent: ImageSection | undefined;

  constructor(
    readonly reader: ByteReader,
    readonly machine: Machine,
    /** The machine field as it stands in the file header. */
    readonly machineCode: number,
    readonly is64Bit: boolean,
    readonly imageBase: number,
    readonly entryPoint: number,
    readonly sizeOfHeaders: number,
    readonly directories: readonly DataDirectory[],
    readonly sections: readonly ImageSection[],
  ) {}

  /** The same file as another processor sees it. */
  as(machine: Machine, directories: readonly DataDirectory[]): PeImage {
    const { reader, machineCode, is64Bit, imageBase, entryPoint, sizeOfHeaders, sections } = this;
    return new PeImage(
      reader,
      machine,
      machineCode,
      is64Bit,
      imageBase,
      entryPoint,
      sizeOfHeaders,
      directories,
      sections,
    );
  }

  /** The data directory, or undefined when it is empty. */
  directory(entry: DirectoryEntry): DataDirectory | undefined {
    const directory = this.directories[entry];
    return directory !== undefined && directory.rva !== 0 && directory.size !== 0 ? directory : undefined;
  }

  sectionAt(rva: number): ImageSection | undefined {
    const recent = this.#recent;
    if (recent !== undefined && rva >= recent.rva && rva < recent.rva + recent.virtualSize) return recent;
    for (const section of this.sections) {
      if (rva >= section.rva && rva < section.rva + section.virtualSize) {
        this.#recent = section;
        return section;
      }
    }
    return undefined;
  }

  /** File offset of an RVA; undefined where the file does not hold `count` bytes for it. */
  offsetOf(rva: number, count = 1): number | undefined {
    const section = this.sectionAt(rva);
    if (section === undefined) return rva >= 0 && rva + count <= this.sizeOfHeaders ? rva : undefined;
    const within = rva - section.rva;
    return within + count <= section.rawSize ? section.rawOffset + within : undefined;
  }

  /** 32-bit value at an RVA; zero in a section's uninitialised tail, undefined outside the image. */
  u32(rva: number): number | undefined {
    const offset = this.offsetOf(rva, 4);
    if (offset !== undefined) return this.reader.u32(offset);
    const section = this.sectionAt(rva);
    const isTail = section !== undefined && rva - section.rva >= section.rawSize;
    return isTail && rva + 4 <= section.rva + section.virtualSize ? 0 : undefined;
  }

  u16(rva: number): number | undefined {
    const offset = this.offsetOf(rva, 2);
    return offset === undefined ? undefined : this.reader.u16(offset);
  }

  /** Pointer-sized value; above 2^53 rounded. */
  pointer(rva: number): number | undefined {
    const offset = this.offsetOf(rva, this.is64Bit ? 8 : 4);
    if (offset === undefined) return undefined;
    return this.is64Bit ? this.reader.u64(offset) : this.reader.u32(offset);
  }

  /** RVA of an address, wherever it leads; inside any image a small integer, which V8 keeps as one. */
  rvaOf(address: number): number {
    const rva = address - this.imageBase;
    const whole = rva | 0;
    return whole === rva ? whole : rva;
  }

  zeroTerminated(rva: number, longest: number): string | undefined {
    const offset = this.offsetOf(rva);
    return offset === undefined ? undefined : this.reader.zeroTerminated(offset, longest);
  }
}

/** Where e_lfanew leads, if a PE signature stands there; the DOS header must begin with MZ. */
export function ntHeadersOffset(reader: ByteReader): number | undefined {
  if (reader.u16(0) !== 0x5a4d) return undefined;
  const offset = reader.u32(0x3c);
  return offset !== undefined && reader.u32(offset) === PE_SIGNATURE ? offset : undefined;
}

function machineName(code: number): Machine {
  switch (code) {
    case 0x14c:
      return 'x86';
    case 0x8664:
      return 'x64';
    case 0xaa64:
      return 'arm64';
    default:
      return 'unknown';
  }
}

/** Copies `count` bytes, padded with zeros where the file ends: pe-library throws on a short view. */
function paddedCopy(reader: ByteReader, offset: number, count: number): ArrayBuffer {
  const copy = new Uint8Array(count);
  copy.set(reader.bytes.subarray(offset, offset + count));
  return copy.buffer;
}

function readSections(
  reader: ByteReader,
  offset: number,
  declared: number,
  rawAlignment: number,
  issues: ParseIssue[],
): ImageSection[] {
  const fitting = Math.max(0, Math.floor((reader.length - offset) / Format.ImageSectionHeaderArray.itemSize));
  const count = Math.min(declared, fitting, MOST_SECTIONS);
  if (count < declared) {
    issues.push({ message: 'section table passes the end of the file', offset: Math.min(offset, reader.length) });
  }
  const table = Format.ImageSectionHeaderArray.from(
    paddedCopy(reader, offset, count * Format.ImageSectionHeaderArray.itemSize),
    count,
  );
  const sections: ImageSection[] = [];
  for (let index = 0; index < count; index += 1) {
    const header = table.get(index);
    const rawOffset = header.pointerToRawData - (header.pointerToRawData % rawAlignment);
    const present = header.pointerToRawData === 0 ? 0 : Math.max(0, reader.length - rawOffset);
    const virtualSize = header.virtualSize === 0 ? header.sizeOfRawData : header.virtualSize;
    const rawSize = Math.min(header.sizeOfRawData, present, virtualSize);
    if (rawSize < Math.min(header.sizeOfRawData, virtualSize) && header.pointerToRawData !== 0) {
      issues.push({ message: `section ${String(index + 1)} passes the end of the file`, offset: offset + index * 40 });
    }
    sections.push({
      name: header.name,
      rva: header.virtualAddress,
      virtualSize,
      rawOffset,
      rawSize,
      executable: (header.characteristics & (IMAGE_SCN_MEM_EXECUTE | IMAGE_SCN_CNT_CODE)) !== 0,
      writable: (header.characteristics & IMAGE_SCN_MEM_WRITE) !== 0,
    });
  }
  return sections;
}

/** Reads the headers. Without a value the file is no PE image; with issues, a damaged one. */
export function readPeImage(bytes: Uint8Array): {
  readonly value?: PeImage;
  readonly issues: readonly ParseIssue[];
} {
  const reader = new ByteReader(bytes);
  const issues: ParseIssue[] = [];
  const start = ntHeadersOffset(reader);
  if (start === undefined) return { issues: [{ message: 'not a PE image', offset: 0 }] };
  if (!reader.has(start, 24 + 96))
    return { issues: [{ message: 'PE header passes the end of the file', offset: start }] };
  const headers = Format.ImageNtHeaders.from(paddedCopy(reader, start, NT_HEADERS_SIZE));
  const { fileHeader, optionalHeader } = headers;
  const is64Bit = optionalHeader.magic === Format.ImageOptionalHeader64.DEFAULT_MAGIC;
  if (!is64Bit && optionalHeader.magic !== Format.ImageOptionalHeader.DEFAULT_MAGIC) {
    return { issues: [{ message: 'optional header has an unknown magic number', offset: start + 24 }] };
  }
  const directoryCount = Math.min(optionalHeader.numberOfRvaAndSizes, 16);
  const directories: DataDirectory[] = [];
  for (let index = 0; index < directoryCount; index += 1) {
    const entry = headers.optionalHeaderDataDirectory.get(index);
    directories.push({ rva: entry.virtualAddress, size: entry.size });
  }
  const tableOffset = start + 24 + fileHeader.sizeOfOptionalHeader;
  const rawAlignment = optionalHeader.sectionAlignment < PAGE_SIZE ? 1 : RAW_ALIGNMENT;
  const sections = readSections(reader, tableOffset, fileHeader.numberOfSections, rawAlignment, issues);
  const value = new PeImage(
    reader,
    machineName(fileHeader.machine),
    fileHeader.machine,
    is64Bit,
    optionalHeader.imageBase,
    optionalHeader.addressOfEntryPoint,
    Math.min(optionalHeader.sizeOfHeaders, reader.length),
    directories,
    sections,
  );
  return { value, issues };
}
