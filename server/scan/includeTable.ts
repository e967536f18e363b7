/**
 * Included files on their way from a thread: hundreds for each source, mostly the same ones, so each is sent once and
 * named by its number from then on. The receiving side shares one string and one stamp among all facts that name it.
 */
import type { FileStamp, ScannedFile } from './scanTypes';

/** A scanned file without its includes, and what brings them back. */
export interface PackedFile {
  readonly file: ScannedFile;
  /** Numbers of the stamps it depends on, in their order. Absent: the file was sent as it is. */
  readonly included?: Uint32Array;
  /** Stamps that were not sent before: they take the next numbers. */
  readonly stamps?: readonly FileStamp[];
}

/** The thread's side. A stamp counts as sent by its identity, so a file that changed gets a number anew. */
export class IncludeSender {
  readonly #numbers = new Map<FileStamp, number>();

  pack(file: ScannedFile): PackedFile {
    const { facts, dependsOn } = file;
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
export class IncludeReceiver {
  readonly #stamps: FileStamp[] = [];

  unpack({ file, included, stamps }: PackedFile): ScannedFile {
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
