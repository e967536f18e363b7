/**
 * The filter line: which tags a typed text lets through.
 * Pure. `*` and `?` make it a PoolMon pattern over the whole tag, case-sensitive as /i and /x are; a number in
 * hexadecimal is that tag; anything else is looked for, in any case, in the tag's text and in its owner.
 */
import { tagFromText, tagToText } from '../../../src/shared/poolTag';

export type TagFilter = (tag: number, owner: string) => boolean;

const everything: TagFilter = () => true;

function wildcard(pattern: string): RegExp {
  const source = pattern.replace(/[\\^$.|+()[\]{}*?]/g, (c) => (c === '*' ? '.*' : c === '?' ? '.' : `\\${c}`));
  return new RegExp(`^${source}$`, 'u');
}

/** Tests made from the text a person typed; an empty text lets everything through. */
export function tagFilter(text: string): TagFilter {
  if (text === '') return everything;
  const needle = text.toLowerCase();
  const contains: TagFilter = (tag, owner) =>
    tagToText(tag).toLowerCase().includes(needle) || owner.toLowerCase().includes(needle);
  if (/^0x[0-9a-f]{1,8}$/i.test(text)) {
    const wanted = tagFromText(text);
    return (tag, owner) => tag === wanted || contains(tag, owner);
  }
  if (/[*?]/.test(text)) {
    const pattern = wildcard(text);
    const padded = wildcard(text.padEnd(4));
    return (tag, owner) => {
      const shown = tagToText(tag);
      return pattern.test(shown) || padded.test(shown) || contains(tag, owner);
    };
  }
  return contains;
}

/** Answers of a filter by slot, so that a tick asks only about tags it has not seen. */
export class FilterMatches {
  private readonly tags: number[] = [];
  private answers: boolean[] = [];

  get(slot: number, tag: number, ask: () => boolean): boolean {
    const known = this.answers[slot];
    if (known !== undefined && this.tags[slot] === tag) return known;
    const answer = ask();
    this.tags[slot] = tag;
    this.answers[slot] = answer;
    return answer;
  }

  /** The filter, or what it looks at, is another. */
  forget(): void {
    this.answers = [];
  }
}
