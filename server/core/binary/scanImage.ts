/**
 * Entry of the image scanner: bytes of a PE image in, tag sites out.
 * Reads no files: the PDB comes through a callback. Never throws on input.
 */
import type { FileFacts } from '../../../src/shared/facts';

/** RSDS record of the debug directory: which PDB belongs to the image. */
export interface PdbReference {
  /** As the linker wrote it, often a path of another machine. */
  readonly path: string;
  /** 32 upper-case hexadecimal digits, in the order symbol stores use. */
  readonly guid: string;
  readonly age: number;
}

export interface ScanImageOptions {
  /** Absolute path, for the facts. */
  readonly file: string;
  /** Bytes of the PDB for this reference, or undefined when none is at hand. GUID and age are checked here. */
  readonly loadPdb?: (reference: PdbReference) => { readonly file: string; readonly bytes: Uint8Array } | undefined;
}

export type ScannedImage = Pick<FileFacts, 'sites' | 'issues' | 'image'>;

/** Whether the bytes begin as a PE image does (MZ, and a PE signature where e_lfanew points). */
export function looksLikeImage(bytes: Uint8Array): boolean {
  return bytes[0] === 0x4d && bytes[1] === 0x5a;
}

/** Finds every tag site of an image. */
export function scanImage(_bytes: Uint8Array, _options: ScanImageOptions): ScannedImage {
  return { sites: [], issues: [{ message: 'images are not scanned yet' }] };
}
