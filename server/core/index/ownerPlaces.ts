/**
 * The places of one owner as a person wants to see them: one entry a place, where the same call found in a source and in
 * the images built from it is one place. Says nothing of which module is the owner.
 */
import { baseName } from '../../../src/shared/baseName';
import { EVIDENCE_KINDS, siteTag, type SiteRole, type TagSite } from '../../../src/shared/facts';
import type { OwnerPlace } from '../../../src/shared/serverProtocol';

const ROLE_ORDER: readonly SiteRole[] = ['allocate', 'untagged', 'bind', 'verify', 'free'];

/** Images of one driver built for several machines agree on the line, or without lines on the function and what it calls. */
function imageKey({ place, role, api }: TagSite): string | undefined {
  if (place.kind === 'source') return undefined;
  if (place.source !== undefined)
    return `${baseName(place.source.file).toLowerCase()}:${String(place.source.line)}:${role}`;
  const name = place.function?.replace(/\+0x[0-9a-f]+$/i, '');
  return name === undefined ? undefined : `${name}:${api}:${role}`;
}

/** Whether a PDB's line lies in a source's call: compilers name its first line or that of an argument. */
function isSameCall({ place, role }: TagSite, image: TagSite): boolean {
  if (place.kind !== 'source' || image.place.kind !== 'image' || image.place.source === undefined) return false;
  const { file, line } = image.place.source;
  const last = (place.tagRange ?? place.range).end.line;
  return (
    role === image.role &&
    place.range.start.line <= line &&
    line <= last &&
    baseName(place.file).toLowerCase() === baseName(file).toLowerCase()
  );
}

interface GrowingPlace extends OwnerPlace {
  readonly images: string[];
}

function merge(sites: readonly TagSite[]): GrowingPlace[] {
  const sources = sites
    .filter((site) => site.place.kind === 'source')
    .map((site): GrowingPlace => ({ site, images: [] }));
  const byKey = new Map<string, GrowingPlace>();
  const places = [...sources];
  for (const site of sites) {
    if (site.place.kind !== 'image') continue;
    const key = imageKey(site);
    let place = key === undefined ? undefined : byKey.get(key);
    place ??= sources.find((source) => isSameCall(source.site, site));
    if (place === undefined) {
      place = { site, images: [] };
      places.push(place);
    }
    if (key !== undefined) byKey.set(key, place);
    if (!place.images.includes(site.place.file)) place.images.push(site.place.file);
  }
  return places;
}

/** Order of telling places: what allocates, then where one tag is meant (a wrapper's inside serves several), then evidence. */
export function comparePlaces(a: TagSite, b: TagSite): number {
  return (
    ROLE_ORDER.indexOf(a.role) - ROLE_ORDER.indexOf(b.role) ||
    Number(siteTag(b) !== undefined) - Number(siteTag(a) !== undefined) ||
    Number(a.place.kind === 'image') - Number(b.place.kind === 'image') ||
    EVIDENCE_KINDS.indexOf(a.evidence) - EVIDENCE_KINDS.indexOf(b.evidence)
  );
}

/** The sites of one owner as places, merged and ordered. */
export function ownerPlaces(sites: readonly TagSite[]): OwnerPlace[] {
  return merge(sites).sort((a, b) => comparePlaces(a.site, b.site));
}
