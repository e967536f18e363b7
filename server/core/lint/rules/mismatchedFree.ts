/**
 * Rule mismatched-free: a block is freed with a tag that none of the allocations has that can be freed there.
 * Speaks only where all that may be in the variable or member is seen; a free with tag 0 fits every block.
 */
import { moduleKey, siteTag, type TagSite, type TextRange } from '../../../../src/shared/facts';
import { tagToText, withoutProtection, type PoolTag } from '../../../../src/shared/poolTag';
import { groupBy } from '../../index/groupBy';
import type { LintContext, LintRule, RelatedPlace, RuleFinding } from '../rule';

interface Allocation {
  readonly place: RelatedPlace['place'];
  readonly tag: PoolTag;
  readonly site?: TagSite;
}

const MOST_RELATED = 10;

function check({ index }: LintContext): RuleFinding[] {
  const files = index.files().filter((facts) => facts.kind === 'source');
  const sites = files.flatMap((facts) => facts.sites.filter((site) => site.pointer !== undefined));
  const frees = sites.filter((site) => site.role === 'free');
  if (frees.length === 0) return [];
  const doubtful = new Set(files.flatMap((facts) => facts.stores ?? []));
  const kept = groupBy(
    sites
      .filter((site) => site.role === 'allocate')
      .flatMap((site) => (site.pointer?.keys ?? []).map((key) => ({ site, key: keyIn(site, key) }))),
    ({ key }) => key,
  );
  // One member under two names of its structure, or of a class and its base: what fits by the member's name is let pass.
  const byMember = new Set(
    sites
      .filter((site) => site.role === 'allocate')
      .flatMap(({ module, pointer, tags }) =>
        (pointer?.keys ?? []).flatMap((key) => tags.map((tag) => memberTag(module, key, tag))),
      ),
  );
  const allocationsOf = (site: TagSite): readonly TagSite[] | undefined => {
    const keys = site.pointer?.keys ?? [];
    if (keys.some((key) => doubtful.has(key) || doubtful.has(`?.${memberOf(key)}`))) return undefined;
    if (keys.some((key) => site.tags.some((tag) => byMember.has(memberTag(site.module, key, tag))))) return undefined;
    const found = keys.map((key) => (kept.get(keyIn(site, key)) ?? []).map((one) => one.site));
    return found.some((list) => list.length === 0) ? undefined : found.flat();
  };
  return frees.flatMap((site) => findingFor(site, allocationsOf(site)));
}

function memberOf(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}

function memberTag(module: string, key: string, tag: PoolTag): string {
  return `${moduleKey(module)} ${memberOf(key)} ${String(withoutProtection(tag))}`;
}

function keyIn(site: TagSite, key: string): string {
  return `${moduleKey(site.module)} ${key}`;
}

function findingFor(site: TagSite, kept: readonly TagSite[] | undefined): RuleFinding[] {
  const freed = siteTag(site);
  if (freed === undefined || freed === 0 || kept === undefined || site.pointer === undefined) return [];
  const { text, allocations = [] } = site.pointer;
  const all = [...allocations.map((one) => ofFunction(site, one.range, one.tags)), ...kept.map(ofMember)];
  const known = all.filter((one) => one !== undefined);
  if (known.length === 0 || known.length < all.length) return [];
  if (known.some(({ tag }) => withoutProtection(tag) === withoutProtection(freed))) return [];
  const tags = [...new Set(known.map(({ tag }) => tagToText(tag)))];
  const related = known.slice(0, MOST_RELATED).map(({ place, tag, site: at }): RelatedPlace => ({
    place,
    ...(at && { site: at }),
    message: `${text} is allocated with ${tagToText(tag)} here`,
  }));
  return [
    {
      tag: freed,
      place: site.place,
      message: `${text} is freed with pool tag ${tagToText(freed)}, but allocated with ${tags.join(' or ')}`,
      related,
    },
  ];
}

function ofFunction(site: TagSite, range: TextRange, tags: readonly PoolTag[]): Allocation | undefined {
  const [tag] = tags;
  if (tag === undefined || tags.length > 1) return undefined;
  return { place: { kind: 'source', file: site.place.file, range }, tag };
}

function ofMember(site: TagSite): Allocation | undefined {
  const tag = siteTag(site);
  return tag === undefined ? undefined : { place: site.place, tag, site };
}

export const mismatchedFree: LintRule = {
  id: 'mismatched-free',
  severity: 'warning',
  summary: 'A block is freed with another tag than it was allocated with.',
  documentation: `\`ExFreePoolWithTag\` wants the tag the block was allocated with. Where the kernel compares them (Driver
Verifier, protected blocks, newer systems) another one stops the machine with BAD_POOL_CALLER (0xC2, first parameter
0xA); where it does not, whoever reads the code is misled about which tag leaks.

Both places are named. Reported are variables of one function and members of structures of one driver, where every
value that can be in them is seen and every tag is known; a free with tag 0 fits any block. Give both calls the same
constant, best through one macro.`,
  check,
};
