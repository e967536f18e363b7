/**
 * The filter line: which tags a typed text lets through. Pure.
 *
 * PoolMon's switches: `/iNt*` or `-iNt*` shows tags that match, `/x…` or `-x…` leaves them out, each as often as wanted;
 * a tag with blanks stands in quotes. Case counts, `*` and `?` stand for any characters. What is left is one text: with
 * a wildcard a pattern over the whole tag, in hexadecimal that tag, else looked for, in any case, in the tag and in what
 * is known of it in words.
 */
import { tagFromText, tagToText } from '../../../src/shared/poolTag';

/** `about`: owner, company and description of the tag. */
export type TagFilter = (tag: number, about: string) => boolean;

const SWITCH = /(?:^|(?<=\s))[/-]([ixIX])(?:"([^"]*)"|(\S+))/g;

export function tagFilter(text: string): TagFilter {
  const include: TagFilter[] = [];
  const exclude: TagFilter[] = [];
  const words = text.replace(SWITCH, (_, letter: string, quoted?: string, plain?: string) => {
    (letter.toLowerCase() === 'i' ? include : exclude).push(pattern(quoted ?? plain ?? ''));
    return ' ';
  });
  const rest = include.length + exclude.length === 0 ? words : words.trim();
  const matches = textFilter(rest);
  if (include.length + exclude.length === 0) return matches;
  return (tag, about) =>
    (include.length === 0 || include.some((passes) => passes(tag, about))) &&
    !exclude.some((passes) => passes(tag, about)) &&
    matches(tag, about);
}

function textFilter(text: string): TagFilter {
  if (text === '') return () => true;
  const needle = text.toLowerCase();
  const contains: TagFilter = (tag, about) =>
    tagToText(tag).toLowerCase().includes(needle) || about.toLowerCase().includes(needle);
  if (/^0x[0-9a-f]{1,8}$/i.test(text)) {
    const wanted = tagFromText(text);
    return (tag, about) => tag === wanted || contains(tag, about);
  }
  if (!/[*?]/.test(text)) return contains;
  const whole = pattern(text);
  return (tag, about) => whole(tag, about) || contains(tag, about);
}

/** A pattern over the whole tag; blanks at its end need not be typed. */
function pattern(text: string): TagFilter {
  const exact = wildcard(text);
  const padded = wildcard(text.padEnd(4));
  return (tag) => {
    const shown = tagToText(tag);
    return exact.test(shown) || padded.test(shown);
  };
}

function wildcard(text: string): RegExp {
  // Runs of stars say no more than one, and would cost time.
  const source = text
    .replace(/\*+/g, '*')
    .replace(/[\\^$.|+()[\]{}*?]/g, (c) => (c === '*' ? '.*' : c === '?' ? '.' : `\\${c}`));
  return new RegExp(`^${source}$`, 'u');
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
