/**
 * Rule default-tag: memory is allocated with a tag that says nothing about its owner, or with zero.
 * A tag that the callee replaces never arrives here as zero: the scanners resolve that.
 */
import { moduleKey, type TagSite } from '../../../../src/shared/facts';
import { tagToText, withoutProtection, type PoolTag } from '../../../../src/shared/poolTag';
import { allocates } from '../../index/owners';
import type { TagIndex } from '../../index/tagIndex';
import { DEFAULT_TAGS, findDefaultTag } from '../../tags/wellKnownTags';
import type { LintContext, LintRule, RuleFinding } from '../rule';

const ZERO = 0;
/** The executive's functions and those that hand the tag on to them as it is. */
const REFUSES_ZERO = /^(?:Ex|_?Ks|FsRtl|Flt|operator new)/;
/** A remove lock's tag is used in checked builds alone, where zero is as good as any. */
const MAY_BE_ZERO = /^IoInitializeRemoveLock/;

function describe(tag: PoolTag, site: TagSite): string {
  if (tag === ZERO) {
    const isRefused = REFUSES_ZERO.test(site.api) ? ' and which newer systems refuse' : '';
    return `${site.api} is called with pool tag 0, which names no owner${isRefused}`;
  }
  const origin = findDefaultTag(tag)?.origin ?? 'no one in particular';
  return `pool tag ${tagToText(tag)} names no owner: it is the default of ${origin}`;
}

function findingsFor(index: TagIndex, tag: PoolTag): RuleFinding[] {
  const sites = index
    .sites(tag)
    // Inside a wrapper there is nothing to mend: whoever calls it chose the tag.
    .filter(
      (site) =>
        site.isPassedIn !== true &&
        allocates(site.role) &&
        !(tag === ZERO && MAY_BE_ZERO.test(site.api)) &&
        site.tags.some((t) => withoutProtection(t) === tag),
    );
  const inSources = new Set(sites.filter((s) => s.place.kind === 'source').map((s) => moduleKey(s.module)));
  return (
    sites
      // The image of a driver whose sources are at hand would say the same once more.
      .filter((site) => site.place.kind === 'source' || !inSources.has(moduleKey(site.module)))
      .map((site) => ({ tag, place: site.place, message: describe(tag, site), related: [] }))
  );
}

function check({ index }: LintContext): RuleFinding[] {
  return [ZERO, ...DEFAULT_TAGS.map((entry) => entry.tag)].flatMap((tag) => findingsFor(index, tag));
}

export const defaultTag: LintRule = {
  id: 'default-tag',
  severity: 'warning',
  summary: 'Memory is allocated with a default tag, or with zero.',
  documentation: `\`Wdm \`, \`Ddk \`, \`None\`, \`FxDr\`, \`NDam\` and \`Ovfl\` are what the headers, KMDF, NDIS and the kernel put
where nobody chose a tag; every driver that left it open shares them. Zero is refused by ExAllocatePool2 and, since
Windows 10 1903, by ExAllocatePoolWithTag.

Choose a tag of your own: one to four printable characters, written in reverse in the source (\`'derF'\` shows as
\`Fred\`), and the same one for the free.`,
  check,
};
