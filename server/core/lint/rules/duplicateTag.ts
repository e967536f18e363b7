/**
 * Rule duplicate-tag: two modules allocate with the same tag, so that the pool table adds them up.
 * Image and sources of one driver are one module. Tags that nobody chose (Wdm, None) are default-tag's business.
 */
import type { TagSite } from '../../../../src/shared/facts';
import { tagToText, type PoolTag } from '../../../../src/shared/poolTag';
import { findDefaultTag } from '../../tags/wellKnownTags';
import { allocatingModules } from '../allocatingModules';
import type { LintContext, LintRule, RelatedPlace, RuleFinding } from '../rule';

/** Other modules named in one finding. */
const MOST_RELATED = 10;

function listNames(names: readonly string[]): string {
  if (names.length <= 3) return names.join(', ');
  return `${names.slice(0, 2).join(', ')} and ${String(names.length - 2)} more modules`;
}

function findingsFor(tag: PoolTag, modules: readonly TagSite[]): RuleFinding[] {
  return modules.map((site) => {
    const others = modules.filter((other) => other !== site);
    const related = others.slice(0, MOST_RELATED).map((other): RelatedPlace => ({
      place: other.place,
      site: other,
      message: `${other.module} allocates ${tagToText(tag)} here`,
    }));
    return {
      tag,
      place: site.place,
      message: `pool tag ${tagToText(tag)} of ${site.module} is also allocated by ${listNames(others.map((o) => o.module))}`,
      related,
    };
  });
}

function check({ index }: LintContext): RuleFinding[] {
  return index.tags().flatMap((tag) => {
    if (tag === 0 || findDefaultTag(tag) !== undefined) return [];
    const modules = allocatingModules(index, tag, { headersAlone: false });
    return modules.length < 2 ? [] : findingsFor(tag, modules);
  });
}

export const duplicateTag: LintRule = {
  id: 'duplicate-tag',
  severity: 'warning',
  summary: 'The same pool tag is allocated by two modules.',
  documentation: `The kernel counts pool memory by tag. When two drivers allocate with the same tag, PoolMon, \`!poolused\`
and Driver Verifier add them up, and nobody can tell which one leaks.

Give each driver tags of its own; where the tag comes from a shared library on purpose, say so:

\`\`\`c
// poollens-disable-next-line duplicate-tag -- shared allocator, counted together on purpose
p = ExAllocatePool2(POOL_FLAG_PAGED, size, 'derF');
\`\`\``,
  check,
};
