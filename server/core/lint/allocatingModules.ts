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

const HEADER = /\.(?:h|hh|hpp|hxx|inl|inc)$/i;

/** 0 for code, 1 for a header, 2 for an image. */
function rank({ place }: TagSite): number {
  if (place.kind !== 'source') return 2;
  return HEADER.test(place.file) ? 1 : 0;
}

/** Where the module's finding stands: a source if there is one, code before headers, then the place that tells most. */
function bestSite(sites: readonly TagSite[]): TagSite | undefined {
  return [...sites].sort((a, b) => rank(a) - rank(b) || comparePlaces(a, b))[0];
}

/**
 * The most telling site of each module that allocates with the tag. Image and sources of one driver are one module.
 * `headersAlone`: whether a folder of headers counts, whose code runs in the modules that include them.
 */
export function allocatingModules(index: TagIndex, tag: PoolTag, { headersAlone = true } = {}): TagSite[] {
  const modules = groupBy(index.sites(tag).filter(isCertain), (site) => moduleKey(site.module));
  const counted = [...modules.values()].filter((own) => headersAlone || own.some((site) => rank(site) !== 1));
  return counted.flatMap((own) => bestSite(own) ?? []);
}
