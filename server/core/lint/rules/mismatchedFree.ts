/**
 * Rule mismatched-free: a block is freed with a tag that none of the allocations has that can be freed there.
 * Speaks only where all that may be in the variable or member is seen; a free with tag 0 fits every block.
 */
import { moduleKey, siteTag, type BlockOrigin, type TagSite } from '../../../../src/shared/facts';
import { tagToText, withoutProtection, type PoolTag } from '../../../../src/shared/poolTag';
import { groupBy } from '../../index/groupBy';
import { memberOf } from '../../source/lifetimes/keptPointers';
import { mayBeSameMember } from '../../source/lifetimes/memberKeys';
import type { LintContext, LintRule, RelatedPlace, RuleFinding } from '../rule';

interface Allocation {
  readonly place: RelatedPlace['place'];
  /** Each of them may be the block's. */
  readonly tags: readonly PoolTag[];
  readonly site?: TagSite;
  /** The call that hands the block to the function with the free. */
  readonly given?: RelatedPlace['place'];
}

const MOST_RELATED = 10;
/** Tags of one allocation that a reader can still compare. */
const MOST_TAGS = 4;

function check({ index }: LintContext): RuleFinding[] {
  const files = index.files().filter((facts) => facts.kind === 'source');
  const sites = files.flatMap((facts) => facts.sites.filter((site) => site.pointer !== undefined));
  const frees = sites.filter((site) => site.role === 'free');
  if (frees.length === 0) return [];
  const doubtful = groupBy(
    files.flatMap((facts) => facts.stores ?? []),
    memberOf,
  );
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
    if (keys.some((key) => doubtful.get(memberOf(key))?.some((one) => mayBeSameMember(one, key)))) return undefined;
    if (keys.some((key) => site.tags.some((tag) => byMember.has(memberTag(site.module, key, tag))))) return undefined;
    const found = keys.map((key) => (kept.get(keyIn(site, key)) ?? []).map((one) => one.site));
    return found.some((list) => list.length === 0) ? undefined : found.flat();
  };
  return frees.flatMap((site) => findingFor(site, allocationsOf(site)));
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
  const all = [...allocations.map((one) => ofFile(site, one)), ...kept.map(ofMember)];
  const known = all.filter((one) => one !== undefined);
  if (known.length === 0 || known.length < all.length) return [];
  if (known.some(({ tags }) => tags.some((tag) => withoutProtection(tag) === withoutProtection(freed)))) return [];
  const related = known
    .slice(0, MOST_RELATED)
    .flatMap(({ place, tags, site: at, given }): RelatedPlace[] => [
      { place, ...(at && { site: at }), message: `${text} is allocated with ${tagsAsText(tags)} here` },
      ...(given ? [{ place: given, message: `${text} is handed over here` }] : []),
    ]);
  const allocated = tagsAsText(known.flatMap(({ tags }) => tags));
  return [
    {
      tag: freed,
      place: site.place,
      message: `${text} is freed with pool tag ${tagToText(freed)}, but allocated with ${allocated}`,
      related,
    },
  ];
}

function tagsAsText(tags: readonly PoolTag[]): string {
  return [...new Set(tags.map(tagToText))].join(' or ');
}

function ofFile(site: TagSite, { range, tags, givenAt }: BlockOrigin): Allocation | undefined {
  if (tags.length === 0 || tags.length > MOST_TAGS) return undefined;
  const { file } = site.place;
  return {
    place: { kind: 'source', file, range },
    tags,
    ...(givenAt && { given: { kind: 'source', file, range: givenAt } }),
  };
}

function ofMember(site: TagSite): Allocation | undefined {
  const { tags, place, unresolved } = site;
  const isKnown = unresolved === undefined && tags.length > 0 && tags.length <= MOST_TAGS;
  return isKnown ? { place, tags, site } : undefined;
}

export const mismatchedFree: LintRule = {
  id: 'mismatched-free',
  severity: 'warning',
  summary: 'A block is freed with another tag than it was allocated with.',
  documentation: `\`ExFreePoolWithTag\` wants the tag the block was allocated with. Where the kernel compares them (Driver
Verifier, protected blocks, newer systems) another one stops the machine with BAD_POOL_CALLER (0xC2, first parameter
0xA); where it does not, whoever reads the code is misled about which tag leaks.

Both places are named, and the call between them where a function frees what it is given. Reported are variables, with
functions of the same file that return or fill them, and members of structures of one driver, where every value that can
be in them is seen and every tag is known; a free with tag 0 fits any block. Give both calls the same
constant, best through one macro.`,
  check,
};
