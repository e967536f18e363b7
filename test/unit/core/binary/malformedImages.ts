/**
 * Malformed images, as changes of a sound one: each with the reason it is here, and what the scanner must say of it where
 * the damage hides something. The driver is the demo's, built by clang for three machines.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ImageLayout } from '../../../fuzz/targets/image';
import { imageLayout } from '../../../fuzz/targets/image';

const BUILD = path.join(__dirname, '../../../fixtures/demo/build');

export const MACHINES = ['x64', 'x86', 'arm64'] as const;

export interface MalformedImage {
  readonly reason: string;
  /** What an issue must say; absent where a loader would not mind either, or nothing is hidden. */
  readonly says?: RegExp;
  readonly change: (image: Patch) => Uint8Array | undefined;
}

/** The bytes of the sound image and the places of its headers. */
export class Patch {
  readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    readonly layout: ImageLayout,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u16(at: number, value: number): undefined {
    this.view.setUint16(at, value, true);
  }

  u32(at: number, value: number): undefined {
    this.view.setUint32(at, value >>> 0, true);
  }

  /** RVA and size of a data directory. */
  directory(index: number, rva: number, size: number): undefined {
    this.u32(this.layout.directories + index * 8, rva);
    this.u32(this.layout.directories + index * 8 + 4, size);
  }

  directoryRva(index: number): number {
    return this.view.getUint32(this.layout.directories + index * 8, true);
  }

  /** Offset of a field of a section's header: 8 virtual size, 12 RVA, 16 raw size, 20 raw offset, 36 flags. */
  section(index: number, field: number): number {
    return this.layout.sections + index * 40 + field;
  }

  /** File offset of an RVA, by the section table. */
  offset(rva: number): number {
    for (let index = 0; index < this.layout.sectionCount; index += 1) {
      const [start, size] = [12, 16].map((field) => this.view.getUint32(this.section(index, field), true));
      const raw = this.view.getUint32(this.section(index, 20), true);
      if (start !== undefined && size !== undefined && rva >= start && rva < start + size) return rva - start + raw;
    }
    return 0;
  }
}

export function soundImage(machine: (typeof MACHINES)[number]): Patch {
  const bytes = new Uint8Array(readFileSync(path.join(BUILD, machine, 'leaky.sys')));
  return new Patch(bytes, imageLayout(bytes));
}

const HEADERS: readonly MalformedImage[] = [
  { reason: 'an empty file', says: /not a PE image/, change: () => new Uint8Array() },
  { reason: 'two letters', says: /not a PE image/, change: ({ bytes }) => bytes.slice(0, 2) },
  { reason: 'the DOS header alone', says: /not a PE image/, change: ({ bytes }) => bytes.slice(0, 64) },
  {
    reason: 'e_lfanew at the end of the address space',
    says: /not a PE image/,
    change: (image) => image.u32(0x3c, -4),
  },
  { reason: 'e_lfanew at itself', says: /not a PE image/, change: (image) => image.u32(0x3c, 0x3c) },
  {
    reason: 'cut behind the signature',
    says: /PE header passes the end/,
    change: ({ bytes, layout }) => bytes.slice(0, layout.fileHeader + 8),
  },
  {
    reason: 'cut in the data directories',
    says: /section table passes the end/,
    change: ({ bytes, layout }) => bytes.slice(0, layout.directories + 20),
  },
  {
    reason: 'cut in the section table',
    says: /section table passes the end/,
    change: ({ bytes, layout }) => bytes.slice(0, layout.sections + 60),
  },
  {
    reason: 'cut in the first section',
    says: /section 1 passes the end/,
    change: ({ bytes }) => bytes.slice(0, 0x480),
  },
  {
    reason: 'an optional header of a ROM image',
    says: /unknown magic number/,
    change: ({ layout, ...image }) => new Patch(image.bytes, layout).u16(layout.optional, 0x107),
  },
  { reason: 'a machine nobody knows', says: /machine/, change: (image) => image.u16(image.layout.fileHeader, 0x1234) },
  {
    reason: '65,535 sections',
    says: /section table passes the end/,
    change: (image) => image.u16(image.layout.fileHeader + 2, 0xffff),
  },
  { reason: 'no section', change: (image) => image.u16(image.layout.fileHeader + 2, 0) },
  {
    reason: 'an optional header that reaches behind the file',
    says: /section table passes the end/,
    change: (image) => image.u16(image.layout.fileHeader + 16, 0xffff),
  },
  {
    reason: 'four thousand million data directories',
    change: (image) => image.u32(image.layout.directories - 4, 0xffffffff),
  },
  { reason: 'no data directory at all', change: (image) => image.u32(image.layout.directories - 4, 0) },
  { reason: 'headers larger than the file', change: (image) => image.u32(image.layout.optional + 60, 0x7fffffff) },
  { reason: 'sections aligned to one byte', change: (image) => image.u32(image.layout.optional + 32, 1) },
  { reason: 'sections aligned to nothing', change: (image) => image.u32(image.layout.optional + 32, 0) },
];

const SECTIONS: readonly MalformedImage[] = [
  {
    reason: 'code behind the end of the file',
    says: /section 1 passes the end/,
    change: (image) => image.u32(image.section(0, 20), 0x7ffffe00),
  },
  {
    reason: 'code as large as the address space',
    says: /section 1 passes the end/,
    change: (image) => {
      image.u32(image.section(0, 8), 0xffffffff);
      return image.u32(image.section(0, 16), 0xffffffff);
    },
  },
  { reason: 'code that is the headers', change: (image) => image.u32(image.section(0, 20), 0) },
  { reason: 'code at RVA 0', change: (image) => image.u32(image.section(0, 12), 0) },
  {
    reason: 'two sections at one address',
    change: (image) => image.u32(image.section(1, 12), image.view.getUint32(image.section(0, 12), true)),
  },
  {
    reason: 'every section is the same code',
    says: /more code sections than the file has room for|packed/,
    change: (image) => {
      const { layout, bytes } = image;
      image.u16(layout.fileHeader + 2, 90);
      const grown = new Uint8Array(bytes.length + 0x1000);
      grown.set(bytes.subarray(0, layout.sections + 40));
      grown.set(bytes.subarray(layout.sections + 40), layout.sections + 40 + 0x1000);
      const header = grown.slice(layout.sections, layout.sections + 40);
      const fields = new DataView(header.buffer);
      fields.setUint32(8, 0x1800, true);
      fields.setUint32(16, 0x1800, true);
      fields.setUint32(20, 0, true);
      for (let index = 0; index < 90; index += 1) grown.set(header, layout.sections + index * 40);
      return grown;
    },
  },
];

/** Directories: 0 exports, 1 imports, 2 resources, 3 functions, 4 certificates, 5 relocations, 6 debug, 10 load configuration, 13 delay imports. */
const DIRECTORIES: readonly MalformedImage[] = [
  ...[0, 1, 2, 3, 4, 5, 6, 10, 13].flatMap((index): MalformedImage[] => [
    {
      reason: `directory ${String(index)} behind the image`,
      ...(index === 4 ? { says: /certificate table passes the end/ } : {}),
      ...(index === 1 ? { says: /import directory passes the end/ } : {}),
      change: (image) => image.directory(index, 0x7fff0000, 0x1000),
    },
    {
      reason: `directory ${String(index)} in the headers, without end`,
      change: (image) => image.directory(index, 0x40, 0xffffffff),
    },
    { reason: `directory ${String(index)} is the code`, change: (image) => image.directory(index, 0x1000, 0x1000) },
    {
      reason: `directory ${String(index)} at the last byte of the first section`,
      change: (image) => image.directory(index, 0x11ff, 8),
    },
  ]),
  {
    reason: 'delay imports that are the imports',
    change: (image) => image.directory(13, image.directoryRva(1), 0x100),
  },
  {
    reason: 'an import whose names are the import directory itself',
    change: (image) => image.u32(image.offset(image.directoryRva(1)), image.directoryRva(1)),
  },
  {
    reason: 'an import without a name',
    says: /an imported module has no name/,
    change: (image) => image.u32(image.offset(image.directoryRva(1)) + 12, 0x7fffffff),
  },
  {
    reason: 'imports bound to nowhere',
    change: (image) => image.u32(image.offset(image.directoryRva(1)) + 16, 0x7ffffff0),
  },
  {
    reason: 'resources that are their own subdirectory',
    change: (image) => {
      const root = image.offset(image.directoryRva(2));
      return image.u32(root + 20, 0x80000000);
    },
  },
  {
    reason: 'a resource directory of 131,070 entries',
    change: (image) => image.u32(image.offset(image.directoryRva(2)) + 12, 0xffffffff),
  },
  {
    reason: 'a PDB record behind the file',
    change: (image) => image.u32(image.offset(image.directoryRva(6)) + 24, 0x7fffffff),
  },
  {
    reason: 'functions that end before they begin',
    change: (image) => {
      const table = image.offset(image.directoryRva(3));
      return table === 0 ? undefined : image.u32(table + 4, 1);
    },
  },
];

export const MALFORMED_IMAGES: readonly MalformedImage[] = [...HEADERS, ...SECTIONS, ...DIRECTORIES];
