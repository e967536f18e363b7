/**
 * Sites of several readings of one file that are equally likely: one for each place, with what any of them says.
 */
import { unite } from '../values/evaluate';
import type { RawSite } from './rawSites';

/** `readings`: the sites of each, in any order; the first one's say what a site is. */
export function uniteRawSites(readings: readonly (readonly RawSite[])[]): RawSite[] {
  const known = new Map<string, RawSite>();
  for (const sites of readings) {
    const counts = new Map<string, number>();
    for (const site of sites) {
      // One use of a macro may be several calls.
      const place = `${String(site.name.start)} ${site.role} ${site.api}`;
      const count = (counts.get(place) ?? 0) + 1;
      counts.set(place, count);
      const key = `${place} ${String(count)}`;
      const before = known.get(key);
      known.set(key, before ? united(before, site) : site);
    }
  }
  return [...known.values()];
}

function united(one: RawSite, other: RawSite): RawSite {
  const passes = other.passes.filter((pass) => !one.passes.some((known) => isEqual(known, pass)));
  const { call, ...rest } = one;
  const driverDefault = one.driverDefault ?? other.driverDefault;
  const value = isEqual(one.value, other.value) ? one.value : unite([one.value, other.value]);
  const isSameCall = call === other.call || isEqual(call?.args.map(spelled), other.call?.args.map(spelled));
  return {
    ...rest,
    value,
    passes: [...one.passes, ...passes],
    ...(driverDefault && { driverDefault }),
    ...(call && isSameCall && { call }),
  };
}

function spelled(tokens: readonly { readonly text: string }[]): string {
  return tokens.map(({ text }) => text).join(' ');
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
