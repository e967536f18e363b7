/**
 * Entry of the image scanner: bytes of a PE image in, tag sites out.
 * Reads no files: the PDB comes through a callback. Never throws on input.
 */
import { baseName } from '../../../src/shared/baseName';
import type { FileFacts, ImagePlace, ParseIssue, TagSite } from '../../../src/shared/facts';
import { ByteReader } from './byteReader';
import { readPdbReference } from './debugDirectory';
import type { ExportedFunction } from './exportDirectory';
import { readExports } from './exportDirectory';
import { readImports } from './importDirectory';
import type { PdbSymbols, ReadPdb } from './pdb/pdbSymbols';
import { readPdb } from './pdb/pdbSymbols';
import type { PdbReference } from './pdbReference';
import type { PeImage } from './peImage';
import { ntHeadersOffset, readPeImage } from './peImage';
import { scanCode } from './scanCode';
import type { TaggedCall } from './taggedCall';
import { imageVersion } from './versionInfo';

export interface ScanImageOptions {
  /** Absolute path, for the facts. */
  readonly file: string;
  /** Bytes of the PDB for this reference, or undefined when none is at hand. GUID and age are checked here. */
  readonly loadPdb?: (reference: PdbReference) => { readonly file: string; readonly bytes: Uint8Array } | undefined;
}

export type ScannedImage = Pick<FileFacts, 'sites' | 'issues' | 'image'>;

/** Whether the bytes begin as a PE image does (MZ, and a PE signature where e_lfanew points). */
export function looksLikeImage(bytes: Uint8Array): boolean {
  return ntHeadersOffset(new ByteReader(bytes)) !== undefined;
}

/** Finds every tag site of an image. */
export function scanImage(bytes: Uint8Array, options: ScanImageOptions): ScannedImage {
  const { value: image, issues: headerIssues } = readPeImage(bytes);
  if (image === undefined) return { sites: [], issues: headerIssues };
  const imports = readImports(image);
  const exports = readExports(image);
  const pdb = new LazyPdb(image, options);
  const module = baseName(options.file);
  const names = new FunctionNames(exports, pdb, module);
  const scanned = scanCode(image, imports.imports, exports, (entry) => names.wrapperName(entry));
  const sites = scanned.calls.map((call) =>
    toSite(call, module, names.place(options.file, call.site, scanned.functionStart), names),
  );
  const version = imageVersion(image);
  return {
    sites,
    issues: [...headerIssues, ...imports.issues, ...scanned.issues, ...pdb.issues()],
    image: {
      machine: image.machine,
      ...(version === undefined ? {} : { version }),
      ...(pdb.name === undefined ? {} : { pdb: pdb.name }),
    },
  };
}

/** The image's PDB, looked for when the first name or line is asked for: most images have no site. */
class LazyPdb {
  #opened: { readonly file: string; readonly pdb: ReadPdb } | 'none' | undefined;

  constructor(
    private readonly image: PeImage,
    private readonly options: ScanImageOptions,
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
    const loaded = reference === undefined ? undefined : this.options.loadPdb?.(reference);
    if (reference === undefined || loaded === undefined) return 'none';
    return { file: loaded.file, pdb: readPdb(loaded.bytes, reference) };
  }
}

/** What functions are called: from the PDB, else from the export table. */
class FunctionNames {
  readonly #exported: ReadonlyMap<number, string>;

  constructor(
    exports: readonly ExportedFunction[],
    private readonly pdb: LazyPdb,
    private readonly module: string,
  ) {
    this.#exported = new Map(exports.map((entry) => [entry.rva, entry.name]));
  }

  /** Name of a function that has one; `module+0xRVA` otherwise. */
  wrapperName(entry: number): string {
    const found = this.pdb.symbols?.functionAt(entry);
    const name = found?.rva === entry ? found.name : this.#exported.get(entry);
    return name ?? withOffset(this.module, entry);
  }

  place(file: string, site: TaggedCall['site'], functionStart: (rva: number) => number | undefined): ImagePlace {
    const name = this.#functionAround(site.rva, functionStart);
    const source = this.pdb.symbols?.lineAt(site.rva);
    return {
      kind: 'image',
      file,
      rva: site.rva,
      ...(name === undefined ? {} : { function: name }),
      ...(source === undefined ? {} : { source }),
    };
  }

  #functionAround(rva: number, functionStart: (rva: number) => number | undefined): string | undefined {
    const symbol = this.pdb.symbols?.functionAt(rva);
    if (symbol !== undefined) return withOffset(symbol.name, symbol.offset);
    const start = functionStart(rva);
    const exported = start === undefined ? undefined : this.#exported.get(start);
    return start === undefined || exported === undefined ? undefined : withOffset(exported, rva - start);
  }
}

function withOffset(name: string, offset: number): string {
  return offset === 0 ? name : `${name}+0x${offset.toString(16)}`;
}

function toSite(call: TaggedCall, module: string, place: ImagePlace, names: FunctionNames): TagSite {
  const { site, resolved } = call;
  const isUntagged = site.value === undefined;
  return {
    tags: isUntagged ? [] : resolved.tags,
    ...(isUntagged || resolved.unresolved === undefined ? {} : { unresolved: resolved.unresolved }),
    api: site.allocator.name,
    role: site.allocator.role,
    evidence: call.evidence ?? (site.via === undefined ? 'call' : 'wrapper'),
    module,
    ...(site.via === undefined ? {} : { via: names.wrapperName(site.via.entry) }),
    place,
  };
}
