/**
 * Builds small PE images from code bytes, for tests: headers, .text, .rdata with imports, optional .pdata and exports.
 * Written from the specification, independently of the reader it tests.
 */

export type TestMachine = 'x86' | 'x64' | 'arm64';

/** RVA of the first byte of code. */
export const CODE_RVA = 0x1000;
const DATA_RVA = 0x4000;
const PDATA_RVA = 0x8000;
const MACHINE_CODES: Readonly<Record<TestMachine, number>> = { x86: 0x14c, x64: 0x8664, arm64: 0xaa64 };
const RELOCATIONS_RVA = 0xe000;
/** RVA of `variables`. */
export const VARIABLES_RVA = 0xa000;
/** Base of 64-bit images. */
export const WIDE_BASE = 0x140000000;
/** Base of x86 images, small enough for a readable absolute address. */
export const X86_BASE = 0x10000;

export interface BuiltImport {
  readonly module: string;
  /** A name, or an ordinal. */
  readonly functions: readonly (string | number)[];
  readonly delayed?: boolean;
}

export interface ImageParts {
  readonly machine: TestMachine;
  readonly imports?: readonly BuiltImport[];
  /** Code, once the slots of the imports are known: gives the slot's RVA by function name or `#ordinal`; `@a038` is that RVA. */
  readonly code: (slot: (name: string) => number) => readonly number[];
  /** Functions for .pdata: begin and end, and for a chained piece its primary. */
  readonly functions?: readonly { readonly begin: number; readonly end: number; readonly chainedTo?: number }[];
  readonly exports?: readonly { readonly name: string; readonly rva: number }[];
  /** Read-only bytes at the end of .rdata: their RVA comes as `#data`. */
  readonly data?: readonly number[];
  /** Bytes of .data, at VARIABLES_RVA; writable unless said otherwise. */
  readonly variables?: readonly number[];
  readonly variablesReadOnly?: boolean;
  /** The base relocation directory's bytes. */
  readonly relocations?: readonly number[];
  /** RVA of the load configuration. */
  readonly loadConfiguration?: number;
  /** Data directories by number, over those that the parts make. */
  readonly directories?: (
    slot: (name: string) => number,
  ) => Readonly<Record<number, readonly [rva: number, size: number]>>;
}

/** Writes numbers at given places of a section. */
class SectionBytes {
  readonly bytes: number[] = [];

  constructor(readonly rva: number) {}

  get end(): number {
    return this.rva + this.bytes.length;
  }

  reserve(count: number, align = 8): number {
    while (this.bytes.length % align !== 0) this.bytes.push(0);
    const at = this.end;
    for (let index = 0; index < count; index += 1) this.bytes.push(0);
    return at;
  }

  set(rva: number, value: number, size: number): void {
    for (let index = 0; index < size; index += 1)
      this.bytes[rva - this.rva + index] = Math.floor(value / 2 ** (8 * index)) % 256;
  }

  text(text: string, prefix = 0): number {
    const at = this.reserve(prefix + text.length + 1, 2);
    for (let index = 0; index < text.length; index += 1) this.set(at + prefix + index, text.charCodeAt(index), 1);
    return at;
  }
}

interface Directories {
  readonly [index: number]: readonly [rva: number, size: number];
}

function writeImports(data: SectionBytes, parts: ImageParts, slots: Map<string, number>): Directories {
  const pointer = parts.machine === 'x86' ? 4 : 8;
  const directories: Record<number, [number, number]> = {};
  for (const delayed of [false, true]) {
    const imports = (parts.imports ?? []).filter((entry) => (entry.delayed ?? false) === delayed);
    if (imports.length === 0) continue;
    const size = delayed ? 32 : 20;
    const table = data.reserve((imports.length + 1) * size);
    directories[delayed ? 13 : 1] = [table, (imports.length + 1) * size];
    imports.forEach((entry, index) => {
      const names = data.reserve((entry.functions.length + 1) * pointer);
      const addresses = data.reserve((entry.functions.length + 1) * pointer);
      const at = table + index * size;
      const fields = delayed
        ? [1, data.text(entry.module), 0, addresses, names]
        : [names, 0, 0, data.text(entry.module), addresses];
      fields.forEach((field, position) => {
        data.set(at + position * 4, field, 4);
      });
      entry.functions.forEach((item, position) => {
        const value = typeof item === 'number' ? item : data.text(item, 2);
        for (const list of [names, addresses]) {
          data.set(list + position * pointer, value, 4);
          if (typeof item === 'number') data.set(list + position * pointer + pointer - 1, 0x80, 1);
        }
        slots.set(typeof item === 'number' ? `#${String(item)}` : item, addresses + position * pointer);
      });
    });
  }
  return directories;
}

function writeExports(data: SectionBytes, parts: ImageParts): Directories {
  const list = parts.exports ?? [];
  if (list.length === 0) return {};
  const table = data.reserve(40);
  const functions = data.reserve(list.length * 4);
  const names = data.reserve(list.length * 4);
  const ordinals = data.reserve(list.length * 2);
  [list.length, list.length, functions, names, ordinals].forEach((field, index) => {
    data.set(table + 20 + index * 4, field, 4);
  });
  list.forEach((entry, index) => {
    data.set(functions + index * 4, entry.rva, 4);
    data.set(names + index * 4, data.text(entry.name), 4);
    data.set(ordinals + index * 2, index, 2);
  });
  return { 0: [table, 40] };
}

function writePdata(parts: ImageParts): SectionBytes {
  const pdata = new SectionBytes(PDATA_RVA);
  const functions = parts.functions ?? [];
  const table = pdata.reserve(functions.length * (parts.machine === 'arm64' ? 8 : 12));
  functions.forEach((entry, index) => {
    if (parts.machine === 'arm64') {
      pdata.set(table + index * 8, entry.begin, 4);
      // Packed unwind data: flag 1, length in words.
      pdata.set(table + index * 8 + 4, 1 + ((entry.end - entry.begin) / 4) * 4, 4);
      return;
    }
    const primary = functions.find((other) => other.begin === entry.chainedTo);
    const info = pdata.reserve(16);
    pdata.set(info, primary === undefined ? 1 : 1 + (4 << 3), 1);
    if (primary !== undefined) {
      pdata.set(info + 4, primary.begin, 4);
      pdata.set(info + 8, primary.end, 4);
      pdata.set(info + 12, pdata.reserve(4), 4);
      pdata.set(pdata.end - 4, 1, 1);
    }
    [entry.begin, entry.end, info].forEach((field, position) => {
      pdata.set(table + index * 12 + position * 4, field, 4);
    });
  });
  return pdata;
}

/** The image as a file. */
export function buildImage(parts: ImageParts): Uint8Array {
  const slots = new Map<string, number>();
  const data = new SectionBytes(DATA_RVA);
  const directories: Record<number, readonly [number, number]> = {
    ...writeImports(data, parts, slots),
    ...writeExports(data, parts),
  };
  const constants = data.reserve(parts.data?.length ?? 0);
  (parts.data ?? []).forEach((byte, index) => {
    data.set(constants + index, byte, 1);
  });
  slots.set('#data', constants);
  const pdata = writePdata(parts);
  if ((parts.functions ?? []).length > 0)
    directories[3] = [PDATA_RVA, (parts.functions ?? []).length * (parts.machine === 'arm64' ? 8 : 12)];
  const slotOf = (name: string): number => {
    const slot = name.startsWith('@') ? Number.parseInt(name.slice(1), 16) : slots.get(name);
    if (slot === undefined) throw new Error(`no import ${name}`);
    return slot;
  };
  const code = parts.code(slotOf);
  const sections = [
    { name: '.text', rva: CODE_RVA, bytes: code, flags: 0x60000020 },
    { name: '.rdata', rva: DATA_RVA, bytes: data.bytes, flags: 0x40000040 },
    { name: '.pdata', rva: PDATA_RVA, bytes: pdata.bytes, flags: 0x40000040 },
    ...(parts.variables === undefined
      ? []
      : [
          {
            name: '.data',
            rva: VARIABLES_RVA,
            bytes: parts.variables,
            flags: parts.variablesReadOnly === true ? 0x40000040 : 0xc0000040,
          },
        ]),
  ];
  if (parts.relocations !== undefined) {
    sections.push({ name: '.reloc', rva: RELOCATIONS_RVA, bytes: parts.relocations, flags: 0x42000040 });
    directories[5] = [RELOCATIONS_RVA, parts.relocations.length];
  }
  if (parts.loadConfiguration !== undefined) directories[10] = [parts.loadConfiguration, 0x94];
  Object.assign(directories, parts.directories?.(slotOf));
  return writeFile(parts.machine, sections, directories);
}

function writeFile(
  machine: TestMachine,
  sections: readonly { name: string; rva: number; bytes: readonly number[]; flags: number }[],
  directories: Directories,
): Uint8Array {
  const wide = machine !== 'x86';
  const optionalSize = (wide ? 112 : 96) + 128;
  const round = (value: number): number => Math.ceil(value / 0x200) * 0x200;
  const file = new Uint8Array(0x400 + sections.reduce((sum, section) => sum + round(section.bytes.length), 0));
  const view = new DataView(file.buffer);
  view.setUint16(0, 0x5a4d, true);
  view.setUint32(0x3c, 0x80, true);
  view.setUint32(0x80, 0x4550, true);
  view.setUint16(0x84, MACHINE_CODES[machine], true);
  view.setUint16(0x86, sections.length, true);
  view.setUint16(0x94, optionalSize, true);
  const optional = 0x98;
  view.setUint16(optional, wide ? 0x20b : 0x10b, true);
  view.setUint32(optional + 16, CODE_RVA, true);
  if (wide) view.setBigUint64(optional + 24, BigInt(WIDE_BASE), true);
  else view.setUint32(optional + 28, X86_BASE, true);
  view.setUint32(optional + 32, 0x1000, true);
  view.setUint32(optional + 36, 0x200, true);
  view.setUint32(optional + 56, 0x10000, true);
  view.setUint32(optional + 60, 0x400, true);
  view.setUint32(optional + (wide ? 108 : 92), 16, true);
  for (const [index, directory] of Object.entries(directories) as [string, readonly [number, number]][]) {
    const at = optional + (wide ? 112 : 96) + Number(index) * 8;
    view.setUint32(at, directory[0], true);
    view.setUint32(at + 4, directory[1], true);
  }
  let raw = 0x400;
  sections.forEach((section, index) => {
    const at = optional + optionalSize + index * 40;
    for (let letter = 0; letter < section.name.length; letter += 1)
      view.setUint8(at + letter, section.name.charCodeAt(letter));
    view.setUint32(at + 8, section.bytes.length, true);
    view.setUint32(at + 12, section.rva, true);
    view.setUint32(at + 16, round(section.bytes.length), true);
    view.setUint32(at + 20, raw, true);
    view.setUint32(at + 36, section.flags, true);
    file.set(section.bytes, raw);
    raw += round(section.bytes.length);
  });
  return file;
}

/** Little-endian bytes of a 32-bit value, signed or not. */
export function le32(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >> 24) & 0xff];
}

/** Little-endian bytes of a value below 2^53. */
export function le64(value: number): number[] {
  return [...le32((value % 2 ** 32) | 0), ...le32(Math.floor(value / 2 ** 32))];
}

/** Bytes from hexadecimal text; blanks are free. */
export function hex(text: string): number[] {
  return (text.replaceAll(/\s/g, '').match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
}
