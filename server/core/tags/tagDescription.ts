/**
 * What a pooltag.txt says of a tag, as a line and as a page for people. Repeats the file; judges nothing.
 */
import type { PoolTag } from '../../../src/shared/poolTag';
import type { PoolTagFile } from './poolTagFile';

/** Lines shown of one tag: real files have up to five. */
const MOST_LINES = 8;

export interface TagDescription {
  readonly tag: PoolTag;
  /** The best line's description, or its binary where it has none. */
  readonly text: string;
  /** Every line that describes the tag, as the file spells it, best first. */
  readonly detail: string;
}

/** Undefined when the file says nothing of the tag. */
export function describeTag(file: PoolTagFile, tag: PoolTag): TagDescription | undefined {
  const entries = file.describe(tag);
  const [best] = entries;
  if (best === undefined) return undefined;
  const lines = entries
    .slice(0, MOST_LINES)
    .map(({ pattern, binary, description }) => [pattern, binary, description].filter(Boolean).join(' - '));
  if (entries.length > lines.length) lines.push(`and ${String(entries.length - lines.length)} more`);
  return { tag, text: best.description === '' ? (best.binary ?? '') : best.description, detail: lines.join('\n') };
}
