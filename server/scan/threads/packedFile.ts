/**
 * Scanned files on their way from a thread, without what costs most to copy. Includes: hundreds for each source, mostly
 * the same ones, so each is sent once and named by its number from then on; the receiving side shares one string and one
 * stamp among all facts that name it. Sites of images: see `packedSites.ts`.
 */
import type { FileStamp, ScannedFile } from '../scanTypes';
import { packSites, unpackSites, type PackedSites } from './packedSites';

/** A scanned file without some of its parts, and what brings them back. */
export interface PackedFile {
  readonly file: ScannedFile;
  /** Numbers of the stamps it depends on, in their order. Absent: they were sent as they are. */
  readonly included?: Uint32Array;
  /** Stamps that were not sent before: they take the next numbers. */
  readonly stamps?: readonly FileStamp[];
  /** Absent: the sites were sent as they are. */
  readonly sites?: PackedSites;
}

/** The thread's side. A stamp counts as sent by its identity, so a file that changed gets a number anew. */
export class FileSender {
  readonly #numbers = new Map<FileStamp, number>();

  pack(file: ScannedFile): PackedFile {
    const { facts, dependsOn } = file;
    if (facts.kind === 'image') {
      const sites = packSites(facts.sites);
      return sites === undefined ? { file } : { file: { ...file, facts: { ...facts, sites: [] } }, sites };
    }
    if (facts.includes?.length !== dependsOn.length || dependsOn.length === 0) return { file };
    const stamps: FileStamp[] = [];
    const included = Uint32Array.from(dependsOn, (stamp) => {
      const known = this.#numbers.get(stamp);
      if (known !== undefined) return known;
      stamps.push(stamp);
      const number = this.#numbers.size;
      this.#numbers.set(stamp, number);
      return number;
    });
    return { file: { ...file, facts: { ...facts, includes: [] }, dependsOn: [] }, included, stamps };
  }
}

/** The pool's side, one for each thread. */
export class FileReceiver {
  readonly #stamps: FileStamp[] = [];

  unpack({ file, included, stamps, sites }: PackedFile): ScannedFile {
    if (sites !== undefined) return { ...file, facts: { ...file.facts, sites: unpackSites(sites) } };
    if (included === undefined) return file;
    this.#stamps.push(...(stamps ?? []));
    const dependsOn: FileStamp[] = [];
    for (const number of included) {
      const stamp = this.#stamps[number];
      if (stamp !== undefined) dependsOn.push(stamp);
    }
    return { ...file, facts: { ...file.facts, includes: dependsOn.map((stamp) => stamp.path) }, dependsOn };
  }
}
