/**
 * The occurrences of tags in one file: reads it piece by piece into one buffer, and as a whole only when there is
 * something in it. Whatever goes wrong with the file is its issue.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { PoolTag } from '../../../src/shared/poolTag';
import type { TagOccurrence } from '../../../src/shared/tagOccurrence';
import { findTagOccurrences } from '../../core/binary/occurrence/findTagOccurrences';
import { OccurrenceFilter } from '../../core/binary/occurrence/occurrenceFilter';
import { MOST_BYTES } from '../files/fileKinds';
import { describeFileError } from '../files/paths';
import { PdbFinder } from '../symbols/findPdb';
import { PdbPlaces } from '../symbols/pdbPlaces';

/** Fits the processor's second cache; a multiple of four. */
const PIECE_BYTES = 1 << 20;
/** What a piece repeats of the one before: an occurrence may lie across; four keep the alignment. */
const OVERLAP = 4;

/** What holds for all files of a search. */
export interface OccurrenceSetup {
  readonly tags: readonly PoolTag[];
  /** As in _NT_SYMBOL_PATH; local folders only are used. */
  readonly symbolPath: string;
  /** Whether a path written in an image may be opened to find its PDB. */
  readonly trusted: boolean;
}

export interface SearchedFile {
  readonly file: string;
  readonly bytes: number;
  readonly occurrences: readonly TagOccurrence[];
  /** Why the file, or part of it, was not searched. */
  readonly issue?: string;
}

export class OccurrenceFiles {
  readonly #setup: OccurrenceSetup;
  readonly #filter: OccurrenceFilter;
  readonly #pdbs: PdbFinder;
  readonly #piece = Buffer.allocUnsafeSlow(OVERLAP + PIECE_BYTES);

  constructor(setup: OccurrenceSetup) {
    this.#setup = setup;
    this.#filter = new OccurrenceFilter(setup.tags);
    this.#pdbs = new PdbFinder(new PdbPlaces(setup.symbolPath, setup.trusted));
  }

  /** Searches one file. Never throws. */
  search(file: string): SearchedFile {
    let handle: number | undefined;
    try {
      handle = openSync(file, 'r');
      return this.#searchOpen(file, handle);
    } catch (error) {
      return { file, bytes: 0, occurrences: [], issue: describeFileError(error) };
    } finally {
      if (handle !== undefined) closeSync(handle);
    }
  }

  #searchOpen(file: string, handle: number): SearchedFile {
    const piece = this.#piece;
    let length = this.#read(handle, 0);
    let bytes = length;
    const first = piece.subarray(OVERLAP, OVERLAP + length);
    this.#filter.begin(first);
    if (length < PIECE_BYTES) {
      return { file, bytes, occurrences: this.#filter.mayHold(first, 0) ? this.#describe(file, first) : [] };
    }
    if (this.#filter.mayHold(first, 0)) return this.#searchWhole(file, handle);
    while (length === PIECE_BYTES) {
      piece.copyWithin(0, PIECE_BYTES, PIECE_BYTES + OVERLAP);
      length = this.#read(handle, bytes);
      bytes += length;
      if (this.#filter.mayHold(piece.subarray(0, OVERLAP + length), 0)) return this.#searchWhole(file, handle);
    }
    return { file, bytes, occurrences: [] };
  }

  /** Fills the piece behind its overlap; less than a piece means the file's end. */
  #read(handle: number, position: number): number {
    return readFully(handle, this.#piece.subarray(OVERLAP), position);
  }

  /** The file has something: where exactly takes all of it, for its headers and code. */
  #searchWhole(file: string, handle: number): SearchedFile {
    const { size } = fstatSync(handle);
    if (size > MOST_BYTES.image) {
      const limit = `${String(MOST_BYTES.image >> 20)} MiB`;
      return {
        file,
        bytes: size,
        occurrences: [],
        issue: `the bytes occur, but what is larger than ${limit} is not read`,
      };
    }
    const whole = Buffer.allocUnsafeSlow(size);
    const length = readFully(handle, whole, 0);
    return { file, bytes: length, occurrences: this.#describe(file, whole.subarray(0, length)) };
  }

  #describe(file: string, bytes: Uint8Array): TagOccurrence[] {
    return findTagOccurrences(bytes, this.#setup.tags, { file, loadPdb: this.#pdbs.search(file).load });
  }
}

/** Reads until the buffer is full or the file ends, which may have changed its size meanwhile. */
function readFully(handle: number, into: Buffer, position: number): number {
  let length = 0;
  while (length < into.length) {
    const count = readSync(handle, into, length, into.length - length, position + length);
    if (count === 0) break;
    length += count;
  }
  return length;
}
