/**
 * Spelled tags that hover and navigation answer on: tag arguments (uses) and the definitions of the names in them.
 */
import type { TagMention } from '../../../src/shared/facts';
import type { RawSite } from './calls/rawSites';
import { charValue } from './syntax/literals';
import type { TranslationUnit } from './translationUnit';
import { decidingMacros, type DeciderOptions } from './values/deciders';
import type { Names } from './values/names';
import { rootDeclarations } from './values/rootValues';
import { tagLikeMacros } from './values/tagMacros';

/** Uses at the sites' tag expressions, and definitions of tags in the file; one per place and tag. */
export function findMentions(
  raw: readonly RawSite[],
  unit: TranslationUnit,
  names: Names,
  options: DeciderOptions,
): TagMention[] {
  const found = new Map<string, TagMention>();
  const { lines } = unit.root;
  const add = (
    tags: readonly number[],
    start: number,
    end: number,
    more: Pick<TagMention, 'kind' | 'definedAt' | 'decidedBy'>,
  ): void => {
    for (const tag of tags.slice(0, 16)) {
      const key = `${String(start)} ${String(tag)} ${more.kind}`;
      if (!found.has(key)) found.set(key, { tag, range: lines.range(start, end), ...more });
    }
  };
  for (const site of raw) {
    const first = site.tagTokens?.[0];
    const last = site.tagTokens?.at(-1);
    if (!site.tagTokens || !first || !last) continue;
    const { definedAt, macro } = names.definition(site.tagTokens, site.place) ?? {};
    const decidedBy = macro === undefined ? [] : decidingMacros(macro, site.place.offset, unit, options);
    add(site.value.tags, first.start, last.end, {
      kind: 'use',
      ...(definedAt && { definedAt }),
      ...(decidedBy.length > 0 && { decidedBy }),
    });
  }
  for (const definition of tagDefinitions(unit, names))
    add(definition.tags, definition.start, definition.end, { kind: 'definition' });
  return [...found.values()];
}

interface TagDefinition {
  readonly tags: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** Macros whose replacement holds a four-character literal, and declarations whose value is one. */
function tagDefinitions(unit: TranslationUnit, names: Names): TagDefinition[] {
  const { root } = unit;
  const found: TagDefinition[] = [];
  for (const macro of tagLikeMacros(root)) {
    const literal = macro.body.some((token) => token.kind === 'char' && (charValue(token.text) ?? 0) > 0xffffff);
    if (!literal && !/tag/i.test(macro.name)) continue;
    const value = names.value(macro.body, { offset: Number.MAX_SAFE_INTEGER });
    const tags = value.tags.filter((tag) => tag > 0xffff);
    if (tags.length > 0) found.push({ tags, start: macro.start, end: macro.end });
  }
  for (const { name, value } of rootDeclarations(unit, names)) {
    const tags = value.tags.filter((tag) => tag > 0xffffff);
    if (tags.length > 0) found.push({ tags, start: name.start, end: name.end });
  }
  return found;
}
