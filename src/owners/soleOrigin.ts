/**
 * Whether a tag's blocks can come from one place only, so that a click may go there at once. Pure.
 */
import { siteTag } from '../shared/facts';
import type { OwnerPlace, TagOwner } from '../shared/serverProtocol';

/**
 * The place to go to without asking: the only one where the tag's blocks can come from. A call of the driver's own
 * allocator with this tag says more than the call inside that allocator, which serves other tags as well.
 */
export function soleOrigin(owners: readonly TagOwner[]): OwnerPlace | undefined {
  const origins = owners
    .flatMap((owner) => owner.places)
    .filter(({ site }) => site.role !== 'free' && site.role !== 'verify');
  const specific = origins.filter(({ site }) => siteTag(site) !== undefined);
  const [first, second] = specific.length > 0 ? specific : origins;
  return second === undefined ? first : undefined;
}
