/**
 * What a variable, an expression or a function's result may hold: allocations, members, the function's own parameters.
 * Pure values; "unknown" is the absence of one, and swallows whatever it is united with.
 */
import type { RawSite } from '../calls/rawSites';

export interface Contents {
  readonly sites: ReadonlySet<RawSite>;
  /** Members, by their keys. */
  readonly keys: ReadonlySet<string>;
  /** Parameters (from 0) of the function, with what its caller gave. */
  readonly parameters: ReadonlySet<number>;
}

/** Something else may be among it. */
export const UNKNOWN = undefined;
/** Null, or nothing new. */
export const NOTHING: Contents = { sites: new Set(), keys: new Set(), parameters: new Set() };

export function ofSite(site: RawSite): Contents {
  return { ...NOTHING, sites: new Set([site]) };
}

export function ofMember(key: string): Contents {
  return { ...NOTHING, keys: new Set([key]) };
}

export function ofParameter(index: number): Contents {
  return { ...NOTHING, parameters: new Set([index]) };
}

export function united(list: readonly (Contents | undefined)[]): Contents | undefined {
  const sites = new Set<RawSite>();
  const keys = new Set<string>();
  const parameters = new Set<number>();
  for (const contents of list) {
    if (contents === UNKNOWN) return UNKNOWN;
    for (const site of contents.sites) sites.add(site);
    for (const key of contents.keys) keys.add(key);
    for (const index of contents.parameters) parameters.add(index);
  }
  return { sites, keys, parameters };
}

/** The one parameter that is all there is; undefined for anything else. */
export function onlyParameter({ sites, keys, parameters }: Contents): number | undefined {
  const [index, ...more] = parameters;
  return sites.size + keys.size + more.length === 0 ? index : undefined;
}

/** Whether what a function gives does not depend on its caller. */
export function hasOwnTags({ sites, parameters }: Contents): boolean {
  if (parameters.size > 0) return false;
  return [...sites].every(({ value }) => value.parameters.length + (value.arriving ?? []).length === 0);
}
