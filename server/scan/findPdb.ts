/**
 * Reads the PDB of an image from this machine: the first of core's candidates that belongs to it, else the first that is
 * there, so that the mismatch can be said. Never asks the network; where one may look is pdbCandidates.ts' to say.
 */
import { readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { pdbCandidates } from '../core/binary/pdb/pdbCandidates';
import { pdbMatches } from '../core/binary/pdb/pdbSymbols';
import type { PdbReference } from '../core/binary/pdbReference';
import type { ScanImageOptions } from '../core/binary/scanImage';
import { stampOf } from './fileStamp';
import { isUncOrDevicePath } from './paths';
import type { FileStamp } from './scanTypes';

const MOST_PDB_BYTES = 1 << 30;

type LoadedPdb = ReturnType<PdbSearch['load']>;

export interface PdbSearch {
  readonly load: NonNullable<ScanImageOptions['loadPdb']>;
  /** Stamps of the PDBs read, and of the places where one might appear. */
  touched(): FileStamp[];
}

/** A symbol path whose relative folders count from `cwd`; servers and `srv*…` parts stay as they are. */
export function absoluteSymbolPath(symbolPath: string, cwd: string): string {
  return symbolPath
    .split(';')
    .map((element) => element.trim())
    .filter((element) => element !== '')
    .map((element) => (/[*:]/.test(element) || isUncOrDevicePath(element) ? element : resolve(cwd, element)))
    .join(';');
}

export class PdbFinder {
  constructor(
    /** As in _NT_SYMBOL_PATH. */
    private readonly symbolPath: string,
    /** Whether the path inside the image may be opened. */
    private readonly trusted: boolean,
  ) {}

  /** A search for one image. */
  search(image: string): PdbSearch {
    const touched = new Map<string, FileStamp>();
    return {
      load: (reference) => {
        let first: LoadedPdb | undefined;
        for (const path of this.#candidates(image, reference)) {
          const stamp = stampOf(path);
          touched.set(path, stamp);
          if (stamp.size < 0 || stamp.size > MOST_PDB_BYTES) continue;
          try {
            const pdb = { file: path, bytes: readFileSync(path) };
            if (pdbMatches(pdb.bytes, reference)) return pdb;
            first ??= pdb;
          } catch {
            // Unreadable is as good as absent: the next place may have it.
          }
        }
        return first;
      },
      touched: () => [...touched.values()],
    };
  }

  /** Stamps of every place where an image's PDB may be. */
  places(image: string, reference: PdbReference): FileStamp[] {
    return this.#candidates(image, reference).map(stampOf);
  }

  #candidates(image: string, reference: PdbReference): string[] {
    return pdbCandidates(reference, image, this.symbolPath).filter(
      (path) => isAbsolute(path) && (this.trusted || path !== reference.path),
    );
  }
}
