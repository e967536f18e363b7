/**
 * Where the PDB of an image may be on this machine, within what may be looked at. Names files and asks for their state;
 * opens none.
 */
import { isAbsolute, resolve } from 'node:path';
import { pdbCandidates } from '../../core/binary/pdb/pdbCandidates';
import type { PdbReference } from '../../core/binary/pdbReference';
import { stampOf } from '../files/fileStamp';
import { isUncOrDevicePath } from '../files/paths';
import type { FileStamp } from '../scanTypes';

/** A symbol path whose relative folders count from `cwd`; servers and `srv*…` parts stay as they are. */
export function absoluteSymbolPath(symbolPath: string, cwd: string): string {
  return symbolPath
    .split(';')
    .map((element) => element.trim())
    .filter((element) => element !== '')
    .map((element) => (/[*:]/.test(element) || isUncOrDevicePath(element) ? element : resolve(cwd, element)))
    .join(';');
}

export class PdbPlaces {
  constructor(
    /** As in _NT_SYMBOL_PATH. */
    private readonly symbolPath: string,
    /** Whether the path inside the image may be opened. */
    private readonly trusted: boolean,
  ) {}

  /** Absolute paths, in the order they are to be tried. */
  paths(image: string, reference: PdbReference): string[] {
    return pdbCandidates(reference, image, this.symbolPath).filter(
      (path) => isAbsolute(path) && (this.trusted || path !== reference.path),
    );
  }

  /** What is at each of them now. */
  stamps(image: string, reference: PdbReference): FileStamp[] {
    return this.paths(image, reference).map(stampOf);
  }
}
