/**
 * Which modules allocate with a tag, and where a finding about one of them stands. Hints are left out: only what a site
 * proves counts. Judges nothing.
 */
import { moduleKey, type TagSite } from '../../../src/shared/facts';
import type { PoolTag } from '../../../src/shared/poolTag';
import { groupBy } from '../index/groupBy';
import { comparePlaces } from '../index/ownerPlaces';
import { allocates, evidenceRank } from '../index/owners';
import type { TagIndex } from '../index/tagIndex';

/** Evidence up to here is a fact about the code; what is weaker is a hint. */
const WEAKEST = evidenceRank('service-name');

/** Inside a wrapper the tag is its users': they have sites of their own. */
function isCertain(site: TagSite): boolean {
  if (site.isPassedIn) return false;
  return allocates(site.role) && site.unresolved === undefined && evidenceRank(site.evidence) <= WEAKEST;
}

/** Where the module's finding stands: a source if there is one, then the place that tells most. */
function bestSite(sites: readonly TagSite[]): TagSite | undefined {
  const sources = sites.filter((site) => site.place.kind === 'source');
  return [...(sources.length > 0 ? sources : sites)].sort(comparePlaces)[0];
}

/** The most telling site of each module that allocates with the tag. Image and sources of one driver are one module. */
export function allocatingModules(index: TagIndex, tag: PoolTag): TagSite[] {
  const modules = groupBy(index.sites(tag).filter(isCertain), (site) => moduleKey(site.module));
  return [...modules.values()].flatMap((own) => bestSite(own) ?? []);
}
