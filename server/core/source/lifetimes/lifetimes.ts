/**
 * Lifetimes as facts: what each site's pointer is, for sites whose values are known, and which members of structures a
 * project should look at more closely, since a free in one file may not fit the allocation in another.
 */
import type { BlockOrigin, PointerUse, TagSite } from '../../../../src/shared/facts';
import { withoutProtection } from '../../../../src/shared/poolTag';
import type { RawSite } from '../calls/rawSites';
import type { Wrapper } from '../externals';
import type { LineIndex } from '../text/lineIndex';
import { memberOf, type KeptPointer } from './keptPointers';
import { closeKey, plainKey } from './memberKeys';
import { poolFamily, type GivenPointer, type Pointers, type RawPointer } from './pointers';

interface Context {
  readonly finished: ReadonlyMap<RawSite, TagSite | undefined>;
  readonly watched: ReadonlySet<string>;
  readonly lines: LineIndex;
}

export interface Lifetimes {
  readonly pointers: ReadonlyMap<RawSite, RawPointer>;
  /** Keys of members that get something else than what the sites tell; of watched members alone. */
  readonly stores: readonly string[];
  readonly watched: ReadonlySet<string>;
  readonly exports: { readonly kept?: readonly KeptPointer[] };
  /** The wrapper, with `block` where that can be told. */
  readonly completed: (wrapper: Wrapper) => Wrapper;
}

export const NO_LIFETIMES: Lifetimes = {
  pointers: new Map(),
  stores: [],
  watched: new Set(),
  exports: {},
  completed: (wrapper) => wrapper,
};

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
  const completed = (wrapper: Wrapper): Wrapper => {
    const block = pointers.blockOf(wrapper);
    return block === undefined ? wrapper : { ...wrapper, block };
  };
  return {
    pointers: found,
    stores: unknown.map(closeKey),
    watched,
    exports: kept.length === 0 ? {} : { kept },
    completed,
  };
}

/** Members of the file's sites, for the project. */
function keptPointers(pointers: ReadonlyMap<RawSite, RawPointer>): KeptPointer[] {
  const kept: KeptPointer[] = [];
  for (const [site, { keys }] of pointers) {
    const { role, value } = site;
    if (role !== 'allocate' && role !== 'free') continue;
    const isKnown = value.reasons.length === 0 && value.parameters.length === 0;
    for (const key of keys)
      kept.push({ key: plainKey(key), role, tags: isKnown ? [...value.tags].sort((a, b) => a - b) : [] });
  }
  return kept;
}

/** The finished sites, one for each raw one, with what is known of their pointers. Members that are not watched are nobody's business yet. */
export function withPointers(
  sites: readonly TagSite[],
  raw: readonly RawSite[],
  { pointers, watched }: Lifetimes,
  lines: LineIndex,
): TagSite[] {
  if (pointers.size === 0) return [...sites];
  const finished = new Map(raw.map((site, at) => [site, sites[at]] as const));
  return sites.map((site, at) => {
    const rawSite = raw[at];
    const pointer = rawSite && pointers.get(rawSite);
    const use = pointer && pointerUse(pointer, site, { finished, watched, lines });
    return use === undefined ? site : { ...site, pointer: use };
  });
}

type Allocations = readonly BlockOrigin[];

function pointerUse(
  { text, keys, origins, given = [] }: RawPointer,
  site: TagSite,
  context: Context,
): PointerUse | undefined {
  const { watched } = context;
  const relevant = keys.filter((key) => watched.has(memberOf(key))).map(closeKey);
  if (site.role !== 'free') return relevant.length === 0 ? undefined : { text, keys: relevant };
  // What may also lie in a member that nobody looked at is not known.
  if (relevant.length < keys.length) return undefined;
  const allocations = given.length > 0 ? givenAllocations(given, site, context) : allocationsOf(origins, site, context);
  if (allocations === undefined) return undefined;
  // What fits in every case needs no words.
  const isFine = relevant.length === 0 && (allocations.length === 0 || fits(allocations, site));
  return isFine ? undefined : { text, keys: relevant, allocations };
}

/** Allocations as facts; undefined when one of them has no tag that is known, or the free is for other memory. */
function allocationsOf(origins: readonly RawSite[], site: TagSite, { finished }: Context): Allocations | undefined {
  const allocations: BlockOrigin[] = [];
  for (const origin of origins) {
    const allocation = finished.get(origin);
    const { place, tags } = allocation ?? {};
    if (allocation?.unresolved !== undefined || place?.kind !== 'source' || tags === undefined) return undefined;
    if (poolFamily(origin.api) !== poolFamily(site.api)) return undefined;
    allocations.push({ range: place.range, tags });
  }
  return allocations;
}

/** What those calls give whose blocks don't fit. */
function givenAllocations(given: readonly GivenPointer[], site: TagSite, context: Context): Allocations {
  return given.flatMap(({ keys, origins, call }) => {
    const allocations = keys.length === 0 ? (allocationsOf(origins, site, context) ?? []) : [];
    if (fits(allocations, site) || allocations.some(({ tags }) => tags.length === 0)) return [];
    return allocations.map((one) => ({ ...one, givenAt: context.lines.range(call.start, call.end) }));
  });
}

function fits(allocations: Allocations, site: TagSite): boolean {
  const freed = new Set(site.tags.map(withoutProtection));
  return allocations.some(({ tags }) => tags.some((tag) => freed.has(withoutProtection(tag))));
}
