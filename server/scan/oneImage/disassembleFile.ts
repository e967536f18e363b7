/**
 * Reads an image and its PDB as they are now and disassembles the function around an address. Runs on the thread that
 * calls it; disassembly.ts gives it one of its own.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { TagSite } from '../../../src/shared/facts';
import { disassemble, type Disassembled } from '../../core/binary/disassembly/disassemble';
import { MOST_BYTES } from '../files/fileKinds';
import { describeFileError, isUncOrDevicePath } from '../files/paths';
import { PdbFinder } from '../symbols/findPdb';
import { PdbPlaces } from '../symbols/pdbPlaces';
import { instructionText } from './instructionText';

export interface DisassemblyRequest {
  /** Absolute path of the image. */
  readonly file: string;
  readonly rva: number;
  /** What a scan of the image found; left out when the file is not what was scanned. */
  readonly sites: readonly TagSite[];
  /** Of the image when it was scanned. */
  readonly sha256?: string;
  /** As in _NT_SYMBOL_PATH. */
  readonly symbolPath: string;
  /** Whether the PDB path inside the image may be opened. */
  readonly trusted: boolean;
}

export interface DisassembledFile extends Disassembled {
  /** The file has other bytes than when it was scanned. */
  readonly changed: boolean;
}

/** Never rejects for anything about the file. */
export async function disassembleFile(request: DisassemblyRequest): Promise<DisassembledFile> {
  const { file, rva, sha256, symbolPath, trusted } = request;
  const read = readImage(file);
  if (typeof read === 'string') return { problem: read, changed: false };
  const changed = sha256 !== undefined && createHash('sha256').update(read).digest('hex') !== sha256;
  const search = new PdbFinder(new PdbPlaces(symbolPath, trusted)).search(file);
  const decode = await instructionText();
  const sites = changed ? [] : request.sites;
  return { ...disassemble(read, { file, rva, sites, decode, loadPdb: search.load }), changed };
}

/** The bytes, or why they can't be had. */
export function readImage(file: string): Uint8Array | string {
  if (!isAbsolute(file) || isUncOrDevicePath(file)) return 'only files of this machine are opened';
  try {
    const stats = statSync(file);
    if (!stats.isFile()) return 'is no file';
    if (stats.size > MOST_BYTES.image) return `larger than ${String(MOST_BYTES.image >> 20)} MiB, not read`;
    return readFileSync(file);
  } catch (error) {
    return describeFileError(error);
  }
}
