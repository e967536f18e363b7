/**
 * Lifetimes as facts: what each site's pointer is, for sites whose values are known, and which members of structures a
 * project should look at more closely, since a free in one file may not fit the allocation in another.
 */
import type { PointerUse, TagSite } from '../../../../src/shared/facts';
import type { RawSite } from '../calls/rawSites';
import { memberOf, type KeptPointer } from './keptPointers';
import { poolFamily, type Pointers, type RawPointer } from './pointers';

export interface Lifetimes {
  readonly pointers: ReadonlyMap<RawSite, RawPointer>;
  /** Keys of members that get something else than what the sites tell; of watched members alone. */
  readonly stores: readonly string[];
  readonly watched: ReadonlySet<string>;
  readonly exports: { readonly kept?: readonly KeptPointer[] };
}

export const NO_LIFETIMES: Lifetimes = { pointers: new Map(), stores: [], watched: new Set(), exports: {} };

/** Pointers of a file's sites, with what the file puts into the members the project watches. */
export function readLifetimes(pointers: Pointers, raw: readonly RawSite[], watched: ReadonlySet<string>): Lifetimes {
  const found = pointers.read(raw);
  const { flows, unknown } = pointers.stores(watched);
  for (const [site, key] of flows) {
    const known = found.get(site);
    if (known === undefined) found.set(site, { text: memberOf(key), keys: [key], origins: [] });
    else if (!known.keys.includes(key)) found.set(site, { ...known, keys: [...known.keys, key] });
  }
  const kept = keptPointers(found);
  return { pointers: found, stores: unknown, watched, exports: kept.length === 0 ? {} : { kept } };
}

/** Members of the file's sites, for the project. */
function keptPointers(pointers: ReadonlyMap<RawSite, RawPointer>): KeptPointer[] {
  const kept: KeptPointer[] = [];
  for (const [site, { keys }] of pointers) {
    const { role, value } = site;
    if (role !== 'allocate' && role !== 'free') continue;
    const isKnown = value.reasons.length === 0 && value.parameters.length === 0;
    for (const key of keys) kept.push({ key, role, tags: isKnown ? [...value.tags].sort((a, b) => a - b) : [] });
  }
  return kept;
}

/** The finished sites, one for each raw one, with what is known of their pointers. Members that are not watched are nobody's business yet. */
export function withPointers(
  sites: readonly TagSite[],
  raw: readonly RawSite[],
  { pointers, watched }: Lifetimes,
): TagSite[] {
  if (pointers.size === 0) return [...sites];
  const finished = new Map(raw.map((site, at) => [site, sites[at]] as const));
  return sites.map((site, at) => {
    const rawSite = raw[at];
    const pointer = rawSite && pointers.get(rawSite);
    const use = pointer && pointerUse(pointer, site, finished, watched);
    return use === undefined ? site : { ...site, pointer: use };
  });
}

function pointerUse(
  { text, keys, origins }: RawPointer,
  site: TagSite,
  finished: ReadonlyMap<RawSite, TagSite | undefined>,
  watched: ReadonlySet<string>,
): PointerUse | undefined {
  const relevant = keys.filter((key) => watched.has(memberOf(key)));
  if (site.role !== 'free') return relevant.length === 0 ? undefined : { text, keys: relevant };
  // What may also lie in a member that nobody looked at is not known.
  if (relevant.length < keys.length) return undefined;
  const allocations: NonNullable<PointerUse['allocations']>[number][] = [];
  for (const origin of origins) {
    const allocation = finished.get(origin);
    const { place, tags } = allocation ?? {};
    if (allocation?.unresolved !== undefined || place?.kind !== 'source' || tags === undefined) return undefined;
    if (poolFamily(origin.api) !== poolFamily(site.api)) return undefined;
    allocations.push({ range: place.range, tags });
  }
  // What fits in every case needs no words.
  const isFine = relevant.length === 0 && allocations.some(({ tags }) => tags.some((tag) => site.tags.includes(tag)));
  return isFine ? undefined : { text, keys: relevant, allocations };
}
