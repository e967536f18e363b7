/**
 * Entry of the image scanner: bytes of a PE image in, tag sites out.
 * Reads no files: the PDB comes through a callback. Never throws on input.
 */
import { baseName } from '../../../src/shared/baseName';
import type { FileFacts, ImagePlace, TagSite } from '../../../src/shared/facts';
import { ByteReader } from './byteReader';
import { readExports } from './exportDirectory';
import type { LoadPdb } from './imageNames';
import { FunctionNames, LazyPdb } from './imageNames';
import { imageSite } from './imageSite';
import { readImports } from './importDirectory';
import { packedCode } from './packedCode';
import { ntHeadersOffset, readPeImage } from './peImage';
import { scanCode } from './scanCode';
import { readSigner } from './signer';
import type { TaggedCall } from './taggedCall';
import { imageVersion } from './versionInfo';

export interface ScanImageOptions {
  /** Absolute path, for the facts. */
  readonly file: string;
  readonly loadPdb?: LoadPdb;
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
  const pdb = new LazyPdb(image, options.loadPdb);
  const module = baseName(options.file);
  const names = new FunctionNames(image, exports, pdb, module);
  const scanned = scanCode(image, imports.imports, exports, names);
  const sites = scanned.calls.map((call) =>
    toSite(call, module, names.place(options.file, call.site.rva, scanned.functionStart), names),
  );
  const packed = scanned.calls.length === 0 ? packedCode(image) : [];
  const version = imageVersion(image);
  const signer = readSigner(image);
  return {
    sites,
    issues: [...headerIssues, ...imports.issues, ...scanned.issues, ...packed, ...signer.issues, ...pdb.issues()],
    image: {
      machine: image.machine,
      ...(scanned.hybrid === undefined ? {} : { hybrid: scanned.hybrid }),
      ...(version === undefined ? {} : { version }),
      ...(signer.value === undefined ? {} : { signer: signer.value }),
      ...(pdb.name === undefined ? {} : { pdb: pdb.name }),
    },
  };
}

function toSite(call: TaggedCall, module: string, place: ImagePlace, names: FunctionNames): TagSite {
  const { site, resolved } = call;
  const isUntagged = site.value === undefined;
  return imageSite({
    tags: isUntagged ? [] : resolved.tags,
    unresolved: isUntagged ? undefined : resolved.unresolved,
    api: site.allocator.name,
    role: site.allocator.role,
    evidence: call.evidence ?? (site.via === undefined ? 'call' : 'wrapper'),
    module,
    via: site.via && names.wrapperName(site.via.entry),
    place,
  });
}
