/**
 * Reads an image as it is now and proves that its places can have tags of their own. Runs on the thread that calls it;
 * retag.ts gives it one of its own.
 */
import { proveRetag, type RetagResult } from '../../core/binary/retag';
import { retagScript } from '../../core/report/retagScript';
import { PdbFinder } from '../symbols/findPdb';
import { PdbPlaces } from '../symbols/pdbPlaces';
import { readImage } from './disassembleFile';

export interface RetagRequest {
  /** Absolute path of the image. */
  readonly file: string;
  readonly tag: number;
  /** Tags that somebody uses. */
  readonly taken: readonly number[];
  readonly symbolPath: string;
  readonly trusted: boolean;
}

/** The script's lines and how many places it tells apart, or why there is none. */
export type RetagAnswer = { readonly lines: readonly string[]; readonly places: number } | { readonly problem: string };

export function retagFile({ file, tag, taken, symbolPath, trusted }: RetagRequest): RetagAnswer {
  const read = readImage(file);
  if (typeof read === 'string') return { problem: read };
  const search = new PdbFinder(new PdbPlaces(symbolPath, trusted)).search(file);
  const result: RetagResult = proveRetag(read, { file, tag, taken: new Set(taken), loadPdb: search.load });
  if ('problem' in result) return result;
  const lines = retagScript(result.retag);
  if (lines === undefined) return { problem: 'the debugger has no name for the module' };
  return { lines, places: result.retag.places.length };
}
