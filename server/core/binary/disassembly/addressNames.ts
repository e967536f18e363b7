/**
 * What addresses of an image are called in a listing: imports by their slot, functions and data by PDB or export, else
 * the module and an offset, as debuggers spell it.
 */
import { baseName } from '../../../../src/shared/baseName';
import { printable } from '../../report/printable';
import type { FunctionNames } from '../imageNames';
import type { ImportedFunction } from '../importDirectory';
import type { PeImage } from '../peImage';
import { hex } from './listing';

/** Longer ones are templates nobody reads to the end; a hostile one could be megabytes. */
const LONGEST_NAME = 200;
const JMP_INDIRECT = 0x25ff;

/** `ntoskrnl.exe` as debuggers call it. */
function moduleStem(module: string): string {
  const stem = module.replace(/\.(?:sys|dll|exe|drv)$/i, '');
  return /^ntoskrnl$/i.test(stem) ? 'nt' : stem;
}

function shortName(name: string): string {
  const clean = printable(name);
  return clean.length > LONGEST_NAME ? `${clean.slice(0, LONGEST_NAME)}…` : clean;
}

/** What the listing shows itself, and where functions begin elsewhere. */
export interface ListedCode {
  readonly holds: (rva: number) => boolean;
  readonly functionStart: (rva: number) => number | undefined;
}

export class AddressNames {
  readonly #imports: ReadonlyMap<number, ImportedFunction>;
  readonly #module: string;
  readonly #stem: string;

  constructor(
    private readonly image: PeImage,
    file: string,
    imports: readonly ImportedFunction[],
    private readonly names: FunctionNames,
    private readonly listed: ListedCode,
  ) {
    this.#imports = new Map(imports.map((imported) => [imported.slot, imported]));
    this.#module = baseName(file);
    this.#stem = shortName(moduleStem(this.#module));
  }

  /** `toaster+0x1234` */
  address(rva: number): string {
    return `${this.#stem}+${hex(rva)}`;
  }

  /** The function that begins at the address. */
  functionName(entry: number): string {
    return this.#exact(entry) ?? this.address(entry);
  }

  /** Where a call or jump leads; undefined outside the image. */
  code(rva: number): string | undefined {
    if (this.image.sectionAt(rva) === undefined) return undefined;
    const exact = this.#exact(rva) ?? this.#thunk(rva);
    if (exact !== undefined) return exact;
    // Inside the listing an address is found by looking down the column, a name and an offset are not.
    const around = this.listed.holds(rva) ? undefined : this.names.place('', rva, this.listed.functionStart).function;
    return around === undefined ? this.address(rva) : shortName(around);
  }

  /** What lies at an address that an instruction reads, writes or takes; undefined outside the image. */
  data(rva: number): string | undefined {
    const imported = this.#imports.get(rva);
    if (imported !== undefined) return importName(imported);
    return this.image.sectionAt(rva) === undefined ? undefined : (this.#exact(rva) ?? this.address(rva));
  }

  /** A name that is known for the very address. */
  known(rva: number): string | undefined {
    const imported = this.#imports.get(rva);
    return imported === undefined ? this.#exact(rva) : importName(imported);
  }

  #exact(rva: number): string | undefined {
    const name = this.names.wrapperName(rva);
    return name === '' || name === `${this.#module}+${hex(rva)}` ? undefined : shortName(name);
  }

  /** `jmp [slot]`, which linkers put where a call could not know that its target is imported. */
  #thunk(rva: number): string | undefined {
    const { image } = this;
    const operand = image.u32(rva + 2);
    if (image.machine === 'arm64' || image.u16(rva) !== JMP_INDIRECT || operand === undefined) return undefined;
    const slot = image.is64Bit ? rva + 6 + (operand | 0) : operand - image.imageBase;
    const imported = this.#imports.get(slot);
    return imported && importName(imported);
  }
}

function importName({ module, name, ordinal }: ImportedFunction): string {
  return `${shortName(moduleStem(module))}!${shortName(name ?? `#${String(ordinal ?? 0)}`)}`;
}
