/**
 * Owners of a tag as a person wants to choose among them: one entry a place, where the same call found in a source and in
 * the images built from it is one place. Pure; texts and icons are showOwners' part.
 */
import { EVIDENCE_KINDS, siteTag, type Evidence, type SiteRole, type TagSite } from '../shared/facts';
import type { TagOwner } from '../shared/serverProtocol';

export interface PlaceEntry {
  /** The site to open: the source's own, if a source has it. */
  readonly site: TagSite;
  /** Images that hold the same call: absolute paths, in the order found. */
  readonly images: readonly string[];
}

export interface OwnerGroup {
  readonly module: string;
  readonly evidence: Evidence;
  /** Allocations first, then bindings, then the rest; where this tag alone is meant before the inside of a wrapper. */
  readonly entries: readonly PlaceEntry[];
}

const ROLE_ORDER: readonly SiteRole[] = ['allocate', 'untagged', 'bind', 'verify', 'free'];

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).toLowerCase();
}

/** Sites with the same key are one place to a reader. Undefined: the site stands alone. */
function placeKey({ place, role, api }: TagSite): string | undefined {
  if (place.kind === 'source') return `${baseName(place.file)}:${String(place.range.start.line)}:${role}`;
  if (place.source !== undefined) return `${baseName(place.source.file)}:${String(place.source.line)}:${role}`;
  // Without lines, builds of one driver for several machines agree on the function and what it calls.
  const name = place.function?.replace(/\+0x[0-9a-f]+$/i, '');
  return name === undefined ? undefined : `${name}:${api}:${role}`;
}

function mergeSites(sites: readonly TagSite[]): PlaceEntry[] {
  const entries: { site: TagSite; images: string[] }[] = [];
  const byKey = new Map<string, { site: TagSite; images: string[] }>();
  for (const site of [...sites].sort((a, b) => Number(a.place.kind === 'image') - Number(b.place.kind === 'image'))) {
    const key = placeKey(site);
    let entry = key === undefined ? undefined : byKey.get(key);
    // Two calls on one source line stay two places; only images join what is there.
    if (entry === undefined || site.place.kind === 'source') {
      entry = { site, images: [] };
      entries.push(entry);
      if (key !== undefined && !byKey.has(key)) byKey.set(key, entry);
    }
    if (site.place.kind === 'image' && !entry.images.includes(site.place.file)) entry.images.push(site.place.file);
  }
  return entries;
}

/** Whether the site uses one tag; inside a wrapper that is given several it does not. */
function isSpecific({ site }: PlaceEntry): boolean {
  return siteTag(site) !== undefined;
}

function compareEntries(a: PlaceEntry, b: PlaceEntry): number {
  return (
    ROLE_ORDER.indexOf(a.site.role) - ROLE_ORDER.indexOf(b.site.role) ||
    Number(isSpecific(b)) - Number(isSpecific(a)) ||
    EVIDENCE_KINDS.indexOf(a.site.evidence) - EVIDENCE_KINDS.indexOf(b.site.evidence)
  );
}

/** Owners in the order given (best first), their places merged and ordered. */
export function groupOwners(owners: readonly TagOwner[]): OwnerGroup[] {
  return owners.map(({ module, evidence, sites }) => ({
    module,
    evidence,
    entries: mergeSites(sites).sort(compareEntries),
  }));
}

/**
 * The place to go to without asking: the only one where the tag's blocks can come from. A call of the driver's own
 * allocator with this tag says more than the call inside that allocator, which serves other tags as well.
 */
export function soleOrigin(groups: readonly OwnerGroup[]): PlaceEntry | undefined {
  const origins = groups
    .flatMap((group) => group.entries)
    .filter(({ site }) => site.role !== 'free' && site.role !== 'verify');
  const specific = origins.filter(isSpecific);
  const [first, second] = specific.length > 0 ? specific : origins;
  return second === undefined ? first : undefined;
}
