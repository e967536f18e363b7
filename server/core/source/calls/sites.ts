/**
 * From raw sites to facts: which functions of the file are wrappers, what flows into them, and the finished sites.
 */
import type { TagSite } from '../../../../src/shared/facts';
import { driverDefaultTag } from '../../tags/driverDefaultTag';
import { wrapperKey, type Externals, type Wrapper } from '../externals';
import { resolveFlows, type Flow } from '../flows';
import { NO_LIFETIMES, withPointers, type Lifetimes } from '../lifetimes/lifetimes';
import type { FunctionDefinition } from '../syntax/functionHead';
import { templateOfKey } from '../syntax/templates';
import type { MacroDefinition, SourceText } from '../text/sourceText';
import { isNothing, NO_VALUE, unite, unknown, type TagValue } from '../values/evaluate';
import { ownerOf, seenOutside, splitName } from '../values/owners';
import { calledAllocator, strongestRole } from './calls';
import type { RawSite } from './rawSites';

/**
 * Functions of the file that pass a parameter on as a tag, and the forms of `operator new` with a tag of their own; then
 * functions that keep a parameter in a variable from which a tag is taken: their calls are no sites.
 */
export function findWrappers(sites: readonly RawSite[]): Wrapper[] {
  const wrappers = [
    ...passingWrappers(sites.filter((site) => site.keeps !== true)),
    ...passingWrappers(sites.filter((site) => site.keeps === true)),
  ];
  const known = new Set(wrappers.flatMap((one) => one.carries.map((at) => `${wrapperKey(one)} ${String(at)}`)));
  for (const site of sites) {
    for (const { key, index, scope } of site.value.arriving ?? []) {
      const [, name, count] = /^(\w[^/]*)\/(\d+)$/.exec(key) ?? [];
      if (name === undefined || index < 0 || known.has(`${key} ${String(index)}`)) continue;
      known.add(`${key} ${String(index)}`);
      const { api, role } = site;
      const parameterCount = Number(count);
      const carries = { carries: [index], fixed: [], keeps: true } as const;
      wrappers.push({
        kind: 'function',
        name,
        ...(scope !== undefined && { scope }),
        parameterCount,
        api,
        role,
        ...carries,
      });
    }
  }
  return wrappers;
}

function passingWrappers(sites: readonly RawSite[]): Wrapper[] {
  const byFunction = new Map<FunctionDefinition, RawSite[]>();
  for (const site of sites) {
    if (site.insideMacro || !site.place.function) continue;
    const list = byFunction.get(site.place.function);
    if (list) list.push(site);
    else byFunction.set(site.place.function, [site]);
  }
  const wrappers: Wrapper[] = [];
  for (const [definition, list] of byFunction) {
    const named = splitName(definition);
    const carrying = list.filter((site) => site.value.parameters.length > 0 || templateOf(site.value));
    const relevant =
      carrying.length > 0
        ? carrying
        : /^operator new\b/.test(named.name) && list.some((site) => site.keeps !== true)
          ? list
          : [];
    const role = strongestRole(relevant.map((site) => site.role));
    const chosen = relevant.filter((site) => site.role === role);
    const [first] = chosen;
    if (first === undefined || calledAllocator(named.name)) continue;
    const value = unite(chosen.map((site) => site.value));
    const carries = definition.parameters.flatMap((name, index) => (value.parameters.includes(name) ? [index] : []));
    const template = templateOf(value);
    const scope = named.scope ?? (template && template.name !== named.name ? template.name : undefined);
    wrappers.push({
      kind: 'function',
      name: named.name,
      ...(scope !== undefined && { scope }),
      parameterCount: definition.parameters.length,
      ...(definition.takesPointer && { takesPointer: true }),
      ...(definition.takesMore && { takesMore: true }),
      api: first.api,
      role,
      carries,
      fixed: value.tags,
      ...(template && { template }),
      ...(first.keeps && { keeps: true }),
    });
  }
  return wrappers;
}

/** The template whose parameters reach a value, and which of them. */
function templateOf(value: TagValue): Wrapper['template'] {
  const [first, ...more] = (value.arriving ?? []).flatMap(({ key, index }) => {
    const template = templateOfKey(key);
    return template ? [{ ...template, index }] : [];
  });
  if (first === undefined) return undefined;
  const { name, member } = first;
  const same = [first, ...more].filter((one) => one.name === name && one.member === member);
  return { name, positions: same.map(({ index }) => index), ...(member !== undefined && { member }) };
}

/**
 * The file's own macros that lead to an allocator, as wrappers for files that use them without including this one. Of a
 * macro with several bodies what any of them does.
 */
export function findMacroWrappers(
  sites: readonly RawSite[],
  isReached: (macro: MacroDefinition) => boolean,
): Wrapper[] {
  const wrappers = new Map<string, Wrapper>();
  const inMacros = sites.flatMap((site) => (site.insideMacro ? [{ site, macro: site.insideMacro }] : []));
  const reached = new Set(inMacros.flatMap(({ macro }) => (isReached(macro) ? [macro.name] : [])));
  for (const { site, macro } of inMacros) {
    if (macro.parameters === undefined || (reached.has(macro.name) && !isReached(macro))) continue;
    const carries = macro.parameters.flatMap((name, index) => (site.value.parameters.includes(name) ? [index] : []));
    const { api, role } = site;
    const { name } = macro;
    const parameterCount = macro.parameters.length;
    const known = wrappers.get(`${wrapperKey({ name, parameterCount })} ${role}`);
    wrappers.set(`${wrapperKey({ name, parameterCount })} ${role}`, {
      kind: 'macro',
      name,
      parameterCount,
      api,
      role,
      carries: [...new Set([...(known?.carries ?? []), ...carries])].sort((one, other) => one - other),
      fixed: [...new Set([...(known?.fixed ?? []), ...site.value.tags])],
      ...(site.keeps && (known?.keeps ?? true) && { keeps: true }),
    });
  }
  return [...wrappers.values()];
}

/** What the file's calls put into wrappers' parameters. */
export function findFlows(sites: readonly RawSite[]): Flow[] {
  const flows: Flow[] = [];
  for (const site of sites) {
    const owner = ownerOf(site.place, site.insideMacro);
    for (const pass of site.passes) {
      for (const [index, parameter] of pass.wrapper.carries.entries()) {
        const { tags, reasons, arriving = [] } = seenOutside(pass.values[index] ?? NO_VALUE, owner);
        const from = arriving.filter((one) => one.index >= 0).map(({ key, index: at }) => ({ key, index: at }));
        flows.push({ to: wrapperKey(pass.wrapper), parameter, tags, reasons, ...(from.length > 0 && { from }) });
      }
    }
  }
  return flows;
}

interface SiteContext {
  readonly root: SourceText;
  readonly module: string;
  readonly services?: () => DriverServices | undefined;
  readonly lifetimes?: Lifetimes;
}

/** Services that load the driver a file belongs to: KMDF makes the driver's default tag of the name. */
export interface DriverServices {
  readonly names: readonly string[];
  /** The file is of a library: what links it decides. */
  readonly isLibrary: boolean;
}

/** The sites' values with everything that reaches the parameters they speak of. */
export function finishSites(
  sites: readonly RawSite[],
  flows: readonly Flow[],
  externals: Externals,
  context: SiteContext,
): TagSite[] {
  const here = resolveFlows(flows, externals.reaching);
  const reaching = (key: string, parameter: number): TagValue =>
    unite([here.get(key)?.[parameter] ?? NO_VALUE, externals.reaching.get(key)?.[parameter] ?? NO_VALUE]);
  const driverTag = unite([
    ...sites
      .filter((site) => site.api === 'WDF_DRIVER_CONFIG' && site.keeps !== true)
      .map((site) => seenOutside(site.value, ownerOf(site.place, undefined))),
    ...(externals.values.get(DRIVER_POOL_TAG) ?? []).map((entry) => entry.value),
  ]);
  const shown = sites.filter((site) => site.keeps !== true);
  const finished = shown.map((site) => {
    if (site.driverDefault !== true) return finishSite(site, reaching, context);
    return finishSite(withDriverTag(site, driverTag, context.services), reaching, context);
  });
  return withPointers(finished, shown, context.lifetimes ?? NO_LIFETIMES, context.root.lines);
}

/** Under this name a project exports the tag its WDF_DRIVER_CONFIG sets. */
export const DRIVER_POOL_TAG = 'WDF_DRIVER_CONFIG.DriverPoolTag';
const NO_DRIVER_TAG =
  "tag 0: the framework uses the driver's default tag, and no DriverPoolTag or INF at hand tells which";

const TAG_OF_LINKER = 'tag 0: the framework uses the default tag of the driver that links this library';

/** A site whose 0 is replaced by the tag the driver's configuration gives, else by the one made of the service's name. */
function withDriverTag(site: RawSite, driverTag: TagValue, servicesOf: SiteContext['services']): RawSite {
  const others = { ...site.value, tags: site.value.tags.filter((tag) => tag !== 0) };
  if (!isNothing(driverTag)) return { ...site, evidence: 'field', value: unite([others, driverTag]) };
  const services = servicesOf?.();
  if (services === undefined) return { ...site, value: unite([others, unknown(NO_DRIVER_TAG)]) };
  const tags = [...new Set(services.names.map(driverDefaultTag))];
  const linked = services.isLibrary ? [unknown(TAG_OF_LINKER)] : [];
  return { ...site, evidence: 'service-name', value: unite([others, { ...NO_VALUE, tags }, ...linked]) };
}

function finishSite(
  site: RawSite,
  reaching: (key: string, parameter: number) => TagValue,
  context: SiteContext,
): TagSite {
  const value = settle(site, reaching);
  const { lines, path } = context.root;
  const tags = [...value.tags].sort((a, b) => a - b);
  const first = site.tagTokens?.[0];
  const last = site.tagTokens?.at(-1);
  const definition = site.place.function;
  const reasons = [...new Set(value.reasons)].slice(0, 4);
  if (site.role === 'untagged' && tags.length === 0) reasons.splice(0, reasons.length, 'the call carries no tag');
  const unresolved =
    reasons.length > 0 ? reasons.join('; ') : tags.length === 0 ? 'nothing is known of the tag' : undefined;
  return {
    tags,
    ...(unresolved !== undefined && { unresolved }),
    api: site.api,
    role: site.role,
    evidence: site.evidence,
    module: context.module,
    ...(isPassedIn(site) && { isPassedIn: true }),
    ...(site.via !== undefined && { via: site.via }),
    place: {
      kind: 'source',
      file: path,
      range: lines.range(site.name.start, site.name.end),
      ...(first && last && { tagRange: lines.range(first.start, last.end) }),
      ...(definition && !site.insideMacro && { function: definition.name }),
    },
  };
}

/** Whether users of what the site stands in choose its tag. */
function isPassedIn({ value, place, insideMacro }: RawSite): boolean {
  if (value.parameters.length > 0) return true;
  const own = ownerOf(place, insideMacro)?.key;
  return (value.arriving ?? []).some(({ key }) => key === own || templateOfKey(key) !== undefined);
}

function settle(site: RawSite, reaching: (key: string, parameter: number) => TagValue): TagValue {
  const { arriving, ...known } = seenOutside(site.value, ownerOf(site.place, site.insideMacro));
  if (arriving === undefined) return site.value;
  const reached = arriving.map(({ key, index, otherwise }) => {
    const value = index >= 0 ? reaching(key, index) : NO_VALUE;
    return isNothing(value) ? unknown(otherwise) : value;
  });
  return unite([known, ...reached]);
}
