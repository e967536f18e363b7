/**
 * Sources that others include and that can't be understood by themselves: read once for each different way in which units
 * come to them, results united. Which units include a source, the caller says.
 */
import type { TagSite } from '../../../src/shared/facts';
import { Approaches } from './approach';
import type { FileExports } from './externals';
import { scanSource, type ScannedSource, type ScanSourceOptions } from './scanSource';
import { SourceCache } from './sourceCache';

/** A unit that includes the source. */
export interface Includer {
  /** Absolute path. */
  readonly file: string;
  readonly text: string;
  /** How the unit is compiled and what its project tells it. */
  readonly options: Pick<ScanSourceOptions, 'defines' | 'undefines' | 'forcedIncludes' | 'origins' | 'externals'>;
}

/** Ways to come to one source that are read. */
const MOST_READINGS = 32;
const TOO_MANY = `included in more than ${String(MOST_READINGS)} different ways`;

/**
 * What a source is to the units that include it; undefined when none of them does. `includers` are taken one after the
 * other: where includes of one lead need be right only until the next one is asked for.
 */
export function scanIncluded(
  text: string,
  options: ScanSourceOptions,
  includers: Iterable<Includer>,
): ScannedSource | undefined {
  const cache = options.cache ?? new SourceCache();
  const known = new Set<string>();
  const scans: ScannedSource[] = [];
  const paths = new Set<string>();
  const root = cache.root(options.file, text);
  const approaches = new Approaches(root, cache);
  for (const includer of includers) {
    const there = { ...options, ...includer.options, cache };
    const includedBy = cache.root(includer.file, includer.text);
    const approach = approaches.read({ ...there, headers: cache, includedBy });
    paths.add(includer.file);
    for (const path of approach.files) paths.add(path);
    if (approach.state !== undefined && !known.has(approach.state)) {
      known.add(approach.state);
      if (known.size <= MOST_READINGS) scans.push(scanSource(text, { ...there, includedBy }));
    }
    cache.leave(includedBy);
  }
  if (scans.length === 0) return undefined;
  const united = uniteScans(scans);
  const includes = [...new Set([...united.includes, ...paths])].filter((path) => path !== options.file);
  const sites = known.size > MOST_READINGS ? united.sites.map(withDoubt) : united.sites;
  return { ...united, sites, includes };
}

function withDoubt(site: TagSite): TagSite {
  return { ...site, unresolved: site.unresolved === undefined ? TOO_MANY : `${site.unresolved}; ${TOO_MANY}` };
}

/** Everything that any of several readings of one text says. */
export function uniteScans(scans: readonly ScannedSource[]): ScannedSource {
  const [only] = scans;
  if (only && scans.length === 1) return only;
  const all = <T>(part: (scan: ScannedSource) => readonly T[] | undefined): T[] =>
    scans.flatMap((scan) => part(scan) ?? []);
  const stores = distinct(all((scan) => scan.stores));
  return {
    sites: uniteSites(all((scan) => scan.sites)),
    issues: distinct(all((scan) => scan.issues)),
    mentions: distinct(all((scan) => scan.mentions)),
    includes: distinct(all((scan) => scan.includes)),
    ...(stores.length > 0 && { stores }),
    exports: uniteExports(scans.map((scan) => scan.exports)),
  };
}

function uniteExports(exports: readonly FileExports[]): Required<FileExports> {
  const all = <T>(part: (one: FileExports) => readonly T[] | undefined): T[] =>
    distinct(exports.flatMap((one) => part(one) ?? []));
  return {
    wrappers: all((one) => one.wrappers),
    values: all((one) => one.values),
    flows: all((one) => one.flows),
    kept: all((one) => one.kept),
    asked: all((one) => one.asked),
    open: all((one) => one.open),
    macros: all((one) => one.macros),
    changes: all((one) => one.changes),
    askedMembers: all((one) => one.askedMembers),
    members: all((one) => one.members),
  };
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

/** One site for each place and role. */
function uniteSites(sites: readonly TagSite[]): TagSite[] {
  const byPlace = new Map<string, TagSite[]>();
  for (const site of sites) {
    const { place } = site;
    const start = place.kind === 'source' ? place.range.start : { line: place.rva, column: 0 };
    const key = `${String(start.line)} ${String(start.column)} ${site.role}`;
    const known = byPlace.get(key);
    if (known) known.push(site);
    else byPlace.set(key, [site]);
  }
  return [...byPlace.values()].flatMap((list) => uniteSite(list) ?? []).sort(byStart);
}

function uniteSite(sites: readonly TagSite[]): TagSite | undefined {
  const [first, ...more] = sites;
  if (first === undefined || more.length === 0) return first;
  const tags = [...new Set(sites.flatMap((site) => site.tags))].sort((a, b) => a - b);
  const reasons = distinct(sites.flatMap((site) => site.unresolved?.split('; ') ?? []));
  const { pointer, api, role, evidence, module, via, place } = first;
  const isSamePointer = sites.every((site) => JSON.stringify(site.pointer) === JSON.stringify(pointer));
  return {
    tags,
    ...(reasons.length > 0 && { unresolved: reasons.join('; ') }),
    api,
    role,
    evidence,
    module,
    ...(sites.some((site) => site.isPassedIn) && { isPassedIn: true }),
    ...(via !== undefined && { via }),
    place,
    ...(pointer && isSamePointer && { pointer }),
  };
}

function byStart(a: TagSite, b: TagSite): number {
  if (a.place.kind !== 'source' || b.place.kind !== 'source') return 0;
  const [one, other] = [a.place.range.start, b.place.range.start];
  return one.line - other.line || one.column - other.column;
}
