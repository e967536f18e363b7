/**
 * Reads the PDB of an image from this machine: the first of core's candidates that belongs to it, else the first that is
 * there, so that the mismatch can be said. Never asks the network; where one may look is pdbCandidates.ts' to say.
 */
import { readFileSync } from 'node:fs';
import { pdbMatches } from '../../core/binary/pdb/pdbSymbols';
import type { ScanImageOptions } from '../../core/binary/scanImage';
import { stampOf } from '../files/fileStamp';
import type { FileStamp } from '../scanTypes';
import type { PdbPlaces } from './pdbPlaces';

const MOST_PDB_BYTES = 1 << 30;

type LoadedPdb = ReturnType<PdbSearch['load']>;

export interface PdbSearch {
  readonly load: NonNullable<ScanImageOptions['loadPdb']>;
  /** Stamps of the PDBs read, and of the places where one might appear. */
  touched(): FileStamp[];
}

export class PdbFinder {
  constructor(private readonly places: PdbPlaces) {}

  /** A search for one image. */
  search(image: string): PdbSearch {
    const touched = new Map<string, FileStamp>();
    return {
      load: (reference) => {
        let first: LoadedPdb | undefined;
        for (const path of this.places.paths(image, reference)) {
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
}
