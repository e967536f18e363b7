/**
 * Finds the PDB of an image on this machine: beside the image, where the linker wrote it, in symbol folders (flat or
 * two-tier). Never asks the network, and opens no UNC path whatever an image or a symbol path says.
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path';
import type { PdbReference, ScanImageOptions } from '../core/binary/scanImage';
import { stampOf } from './fileStamp';
import { isUncOrDevicePath } from './paths';
import type { FileStamp } from './scanTypes';

const MOST_PDB_BYTES = 1 << 30;

export interface PdbSearch {
  readonly load: NonNullable<ScanImageOptions['loadPdb']>;
  /** Stamps of the PDBs read, and of the places beside the image where one might appear. */
  touched(): FileStamp[];
}

/** Local folders of a symbol path as _NT_SYMBOL_PATH spells it: `C:\a;srv*C:\cache*https://…` gives `C:\a` and `C:\cache`. */
export function symbolFolders(symbolPath: string, cwd: string): string[] {
  return symbolPath
    .split(';')
    .flatMap((entry) => entry.split('*'))
    .map((part) => part.trim())
    .filter(
      (part) => part !== '' && !/^(srv|symsrv|cache|https?:.*|symsrv\.dll)$/i.test(part) && !isUncOrDevicePath(part),
    )
    .map((part) => resolve(cwd, part));
}

export class PdbFinder {
  constructor(
    private readonly folders: readonly string[],
    /** Whether the path inside the image may be opened. */
    private readonly trusted: boolean,
  ) {}

  /** A search for one image. */
  search(image: string): PdbSearch {
    const touched = new Map<string, FileStamp>();
    return {
      load: (reference) => {
        for (const path of this.#candidates(image, reference)) {
          const stamp = stampOf(path);
          touched.set(path, stamp);
          if (stamp.size < 0 || stamp.size > MOST_PDB_BYTES) continue;
          try {
            return { file: path, bytes: readFileSync(path) };
          } catch {
            // Unreadable is as good as absent: the next place may have it.
          }
        }
        return undefined;
      },
      touched: () => [...touched.values()],
    };
  }

  #candidates(image: string, reference: PdbReference): string[] {
    const name = reference.path.slice(Math.max(reference.path.lastIndexOf('/'), reference.path.lastIndexOf('\\')) + 1);
    const paths = [join(dirname(image), `${basename(image, extname(image))}.pdb`)];
    if (!isFileName(name)) return paths;
    paths.unshift(join(dirname(image), name));
    if (this.trusted && isAbsolute(reference.path) && !isUncOrDevicePath(reference.path)) paths.push(reference.path);
    const key = `${reference.guid}${reference.age.toString(16).toUpperCase()}`;
    for (const folder of this.folders) paths.push(join(folder, name, key, name), join(folder, name));
    return [...new Set(paths)];
  }
}

function isFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('\0');
}
