/**
 * Who owns a tag: the modules that use it, best evidence first. Image and sources of one driver are one module.
 * Ranks facts and says nothing that no fact says.
 */
import {
  EVIDENCE_KINDS,
  makerOf,
  moduleKey,
  type Evidence,
  type ImageMaker,
  type SiteRole,
  type TagSite,
} from '../../../src/shared/facts';
import type { PoolTag } from '../../../src/shared/poolTag';
import type { TagOwner } from '../../../src/shared/serverProtocol';
import { makerText } from '../report/makerText';
import { groupBy } from './groupBy';
import { ownerPlaces } from './ownerPlaces';
import type { TagIndex } from './tagIndex';

/** Short text for the panel's Owner column, and what stands behind it. */
export interface OwnerText {
  readonly tag: PoolTag;
  readonly label: string;
  readonly detail: string;
  /** Of the best owner: its company, else whoever signed it. */
  readonly company?: string;
}

/** 0 is the strongest. */
export function evidenceRank(evidence: Evidence): number {
  return EVIDENCE_KINDS.indexOf(evidence);
}

/** Whether memory allocated through the site bears its tag. */
export function allocates(role: SiteRole): boolean {
  return role === 'allocate' || role === 'bind';
}

/** How a module is spelled when its sites spell it differently: as its image is named, else with .sys, else as first seen. */
function moduleName(sites: readonly TagSite[]): string {
  const image = sites.find((site) => site.place.kind === 'image');
  const driver = sites.find((site) => /\.sys$/i.test(site.module));
  return (image ?? driver ?? sites[0])?.module ?? '';
}

interface RankedOwner {
  readonly owner: TagOwner;
  /** 0: it allocates; 1: only with what others pass in; 2: it only frees or verifies, so the memory is somebody else's. */
  readonly tier: number;
  readonly allocating: number;
}

function makerAmong(index: TagIndex, sites: readonly TagSite[]): ImageMaker | undefined {
  for (const { place } of sites) {
    const maker = place.kind === 'image' ? makerOf(index.facts(place.file)?.image) : undefined;
    if (maker !== undefined) return maker;
  }
  return undefined;
}

function rank(index: TagIndex, tag: PoolTag, sites: readonly TagSite[]): RankedOwner {
  const allocating = sites.filter((site) => allocates(site.role));
  const own = allocating.filter((site) => site.isPassedIn !== true);
  const telling = own.length > 0 ? own : allocating.length > 0 ? allocating : sites;
  const maker = makerAmong(index, sites);
  const best = Math.min(...telling.map((site) => evidenceRank(site.evidence)));
  const owner: TagOwner = {
    tag,
    module: moduleName(sites),
    evidence: EVIDENCE_KINDS[best] ?? 'bytes',
    siteCount: sites.length,
    ...(maker === undefined ? {} : { maker }),
    places: ownerPlaces(sites),
  };
  return { owner, tier: own.length > 0 ? 0 : allocating.length > 0 ? 1 : 2, allocating: telling.length };
}

/** Modules that use a tag: those that allocate first, then by evidence, by number of places, by name. */
export function ownersOf(index: TagIndex, tag: PoolTag): TagOwner[] {
  const modules = groupBy(index.sites(tag), (site) => moduleKey(site.module));
  return [...modules.values()]
    .map((sites) => rank(index, tag, sites))
    .sort(
      (a, b) =>
        a.tier - b.tier ||
        evidenceRank(a.owner.evidence) - evidenceRank(b.owner.evidence) ||
        b.allocating - a.allocating ||
        (a.owner.module < b.owner.module ? -1 : 1),
    )
    .map(({ owner }) => owner);
}

/** The best owner and how many others there are; undefined when nobody is known. */
export function ownerText(index: TagIndex, tag: PoolTag): OwnerText | undefined {
  const owners = ownersOf(index, tag);
  const [best] = owners;
  if (best === undefined) return undefined;
  const others = owners.length - 1;
  const shown = owners.slice(0, 5).map(ownerDetail);
  if (owners.length > shown.length) shown.push(`and ${String(owners.length - shown.length)} more`);
  const company = best.maker?.company ?? best.maker?.signer?.name;
  return {
    tag,
    label: others === 0 ? best.module : `${best.module} +${String(others)}`,
    detail: shown.join('\n'),
    ...(company === undefined ? {} : { company }),
  };
}

function ownerDetail({ module, places, evidence, maker }: TagOwner): string {
  const line = `${module}: ${countPlaces(places.length)}, ${evidence}`;
  const made = maker === undefined ? '' : makerText(maker);
  return made === '' ? line : `${line}\n    ${made}`;
}

function countPlaces(count: number): string {
  return count === 1 ? '1 place' : `${String(count)} places`;
}
