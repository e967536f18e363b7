/**
 * Where the name of a tag is defined, and the macros that decided for this definition, as Markdown for hovers.
 * Names and paths are hostile text: markdown.ts makes them safe.
 */
import { basename } from 'node:path';
import type { DecidingMacro, TagMention } from '../../src/shared/facts';
import { codeSpan, escapeMarkdown, fileLink } from './markdown';
import { uriOfKey } from './uris';

/** A paragraph; none where nothing is to be said. */
export function definedWhere({ definedAt, decidedBy = [] }: Pick<TagMention, 'definedAt' | 'decidedBy'>): string[] {
  const parts: string[] = [];
  if (definedAt !== undefined) {
    const { file, range } = definedAt;
    const { line } = range.start;
    parts.push(`Defined in ${fileLink(`${basename(file)}:${String(line + 1)}`, uriOfKey(file), line)}`);
  }
  if (decidedBy.length > 0) {
    const lead = parts.length > 0 ? 'with' : 'With';
    parts.push(`${lead} ${decidedBy.map(decider).join(', ')}`);
  }
  return parts.length === 0 ? [] : [`${parts.join(', ')}.`];
}

function decider({ name, value, from }: DecidingMacro): string {
  if (value === undefined) {
    const why = from === undefined ? 'not defined in the files at hand' : `not defined: ${escapeMarkdown(from)}`;
    return `${codeSpan(name)} (${why})`;
  }
  const shown = value === '' ? name : `${name}=${value}`;
  return from === undefined ? codeSpan(shown) : `${codeSpan(shown)} (${escapeMarkdown(from)})`;
}
