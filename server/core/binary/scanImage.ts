/**
 * Entry of the image scanner: bytes of a PE image in, tag sites out.
 * Reads no files: the PDB comes through a callback. Never throws on input.
 */
import type { FileFacts, ImagePlace, ParseIssue, TagSite } from '../../../src/shared/facts';
import { ByteReader } from './byteReader';
import { readPdbReference } from './debugDirectory';
import type { ExportedFunction } from './exportDirectory';
import { readExports } from './exportDirectory';
import { readImports } from './importDirectory';
import type { PdbSymbols } from './pdb/pdbSymbols';
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

interface LoadedPdb {
  /** Base name of the PDB, when its symbols could be used. */
  readonly name?: string;
  readonly symbols?: PdbSymbols;
  readonly issues: readonly ParseIssue[];
}

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
  const pdb = loadPdb(image, options);
  const names = new FunctionNames(exports, pdb.symbols);
  const scanned = scanCode(image, imports.imports, exports, (entry) => names.wrapperName(entry));
  const module = baseName(options.file);
  const sites = scanned.calls.map((call) =>
    toSite(call, module, names.place(options.file, call.site, scanned.functionStart), names),
  );
  const version = imageVersion(image);
  return {
    sites,
    issues: [...headerIssues, ...imports.issues, ...scanned.issues, ...pdb.issues],
    image: {
      machine: image.machine,
      ...(version === undefined ? {} : { version }),
      ...(pdb.name === undefined ? {} : { pdb: pdb.name }),
    },
  };
}

function loadPdb(image: PeImage, options: ScanImageOptions): LoadedPdb {
  const reference = readPdbReference(image);
  const loaded = reference === undefined ? undefined : options.loadPdb?.(reference);
  if (reference === undefined || loaded === undefined) return { issues: [] };
  const { value, issues } = readPdb(loaded.bytes, reference);
  const named = issues.map((issue) => ({ ...issue, message: `${baseName(loaded.file)}: ${issue.message}` }));
  return value === undefined ? { issues: named } : { name: baseName(loaded.file), symbols: value, issues: named };
}

/** What functions are called: from the PDB, else from the export table. */
class FunctionNames {
  readonly #exported: ReadonlyMap<number, string>;

  constructor(
    exports: readonly ExportedFunction[],
    private readonly symbols: PdbSymbols | undefined,
  ) {
    this.#exported = new Map(exports.map((entry) => [entry.rva, entry.name]));
  }

  /** Name of a function that has one; its address otherwise. */
  wrapperName(entry: number): string {
    const found = this.symbols?.functionAt(entry);
    const name = found?.rva === entry ? found.name : this.#exported.get(entry);
    return name ?? `function at 0x${entry.toString(16)}`;
  }

  place(file: string, site: TaggedCall['site'], functionStart: (rva: number) => number | undefined): ImagePlace {
    const name = this.#functionAround(site.rva, functionStart);
    const source = this.symbols?.lineAt(site.rva);
    return {
      kind: 'image',
      file,
      rva: site.rva,
      ...(name === undefined ? {} : { function: name }),
      ...(source === undefined ? {} : { source }),
    };
  }

  #functionAround(rva: number, functionStart: (rva: number) => number | undefined): string | undefined {
    const symbol = this.symbols?.functionAt(rva);
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

/** Last part of a path of either kind of separator. */
function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
