/**
 * What the scan knows of a place, in a few words behind its instruction.
 */
import type { SiteRole, TagSite } from '../../../../src/shared/facts';
import { tagToText } from '../../../../src/shared/poolTag';
import { printable } from '../../report/printable';

const ROLES: Readonly<Record<SiteRole, string>> = {
  allocate: 'allocates',
  free: 'frees',
  bind: 'binds',
  verify: 'verifies',
  untagged: 'allocates without a tag',
};
const MOST_TAGS = 8;

function tagText({ tags, unresolved, role }: TagSite): string | undefined {
  if (role === 'untagged') return undefined;
  const names = tags.slice(0, MOST_TAGS).map(tagToText);
  if (tags.length > MOST_TAGS) names.push('…');
  const known =
    names.length === 0 ? undefined : `${names.length === 1 ? 'tag' : 'one of the tags'} ${names.join(', ')}`;
  if (unresolved === undefined) return known;
  const reason = printable(unresolved);
  return known === undefined ? `tag not known: ${reason}` : `${known}, or another: ${reason}`;
}

/** `ExAllocatePool2 through MyAlloc allocates, tag Fred`; without the names that the instruction has already. */
export function siteComment(site: TagSite, operands = ''): string {
  const tags = tagText(site);
  if (site.evidence === 'bytes') return `the bytes of ${tags ?? 'a tag'} stand here`;
  if (site.evidence === 'constant') return `equals ${tags ?? 'a tag'}; no allocator seen`;
  const through = site.via === undefined ? '' : ` through ${printable(site.via)}`;
  const api = printable(site.api);
  const what = operands.includes(`!${api}]`) ? ROLES[site.role] : `${api}${through} ${ROLES[site.role]}`;
  return tags === undefined ? what : `${what}, ${tags}`;
}
