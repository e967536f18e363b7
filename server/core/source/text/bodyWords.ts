/**
 * Which bodies of a long file may hold a word: made once after the bodies have been searched a few times, so that asking
 * for one name after the other stays in proportion. Words are told apart by their hashes: the answer may hold too many.
 */
import { eachWord, hashOfName } from './nameFilter';
import type { Span } from './quietBodies';

const NOWHERE: readonly number[] = [];

export class BodyWords {
  private readonly byHash = new Map<number, number[]>();

  constructor(text: string, bodies: readonly Span[]) {
    for (const [index, { start, end }] of bodies.entries()) {
      eachWord(text, start, end, (hash) => {
        const list = this.byHash.get(hash);
        if (list === undefined) this.byHash.set(hash, [index]);
        else if (list.at(-1) !== index) list.push(index);
      });
    }
  }

  /** Indexes of bodies that may hold one of the names. */
  holding(names: readonly string[]): ReadonlySet<number> {
    return new Set(names.flatMap((name) => this.byHash.get(hashOfName(name)) ?? NOWHERE));
  }
}
