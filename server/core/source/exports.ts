/**
 * What a file gives the other files of its project: wrappers, named tag values, and what flows into wrappers.
 */
import { withBases } from './calls/methodCalls';
import type { RawSite } from './calls/rawSites';
import { DRIVER_POOL_TAG, findMacroWrappers, findWrappers } from './calls/sites';
import type { Externals, FileExports, NamedValue, Wrapper } from './externals';
import type { Flow } from './flows';
import type { Lifetimes } from './lifetimes/lifetimes';
import type { MacroDefinition } from './text/sourceText';
import type { TranslationUnit } from './translationUnit';
import { isNothing } from './values/evaluate';
import type { Names } from './values/names';
import { ownerOf, seenOutside } from './values/owners';
import { changedVariables, exportedVariables } from './values/rootValues';
import { tagLikeMacros } from './values/tagMacros';

const HEADER = /\.(?:h|hh|hpp|hxx|inl|inc)$/i;
const MOST_VALUES = 5_000;

/** What a file that has been read had to look for elsewhere. */
export interface AskedNames {
  readonly names: ReadonlySet<string>;
  readonly members: ReadonlySet<string>;
  readonly open: ReadonlySet<string>;
  readonly externals: Externals;
  /** By the project. */
  readonly variables: ReadonlySet<string>;
}

/** The exports of a file that has been read. */
export function findExports(
  raw: readonly RawSite[],
  flows: readonly Flow[],
  pointers: readonly Wrapper[],
  unit: TranslationUnit,
  names: Names,
  asked: AskedNames,
  lifetimes: Lifetimes,
): FileExports {
  const isHeader = HEADER.test(unit.root.path);
  const hidden = new Set(
    raw.flatMap((site) => (site.place.function?.isStatic === true && !isHeader ? [site.place.function] : [])),
  );
  const isReached = (macro: MacroDefinition): boolean =>
    unit.macros.candidates(macro.name, Number.MAX_SAFE_INTEGER).includes(macro);
  const visible = raw.filter((site) => !site.place.function || !hidden.has(site.place.function));
  const members = names.memberAnswers();
  const wrappers = [
    ...withBases(findWrappers(visible), names).map(lifetimes.completed),
    ...pointers,
    ...(isHeader ? findMacroWrappers(raw, isReached) : []),
  ];
  const values = [
    ...driverPoolTags(raw, unit),
    ...macroValues(unit, names),
    ...exportedVariables(unit, names, asked.variables),
  ].slice(0, MOST_VALUES);
  const changes = changedVariables(unit.root);
  // Answers and values ask for names of their own.
  const askedNames = new Set([...asked.names, ...names.asked]);
  const askedMembers = new Set([...asked.members, ...names.askedMembers]);
  const open = new Set([...asked.open, ...openCalls(raw, unit, asked.externals)]);
  return {
    wrappers,
    values,
    flows,
    asked: [...askedNames, ...(raw.some((site) => site.driverDefault) ? [DRIVER_POOL_TAG] : [])],
    ...(changes.length > 0 && { changes }),
    ...(open.size > 0 && { open: [...open] }),
    ...(askedMembers.size > 0 && { askedMembers: [...askedMembers] }),
    ...(members.length > 0 && { members }),
    ...lifetimes.exports,
  };
}

/** Macros by way of which the file calls allocators, and that it does not bring along itself. */
function openCalls(raw: readonly RawSite[], { macros, defaults }: TranslationUnit, { wrappers }: Externals): string[] {
  const isMacro = (name: string): boolean => wrappers.get(name)?.some(({ kind }) => kind === 'macro') === true;
  const called = raw.filter(({ via, name }) => via === undefined && isMacro(name.text)).map(({ name }) => name.text);
  const used = new Set(raw.flatMap(({ via, passes }) => [via ?? [], ...passes.map(({ wrapper }) => wrapper)].flat()));
  const named = [...used].flatMap((one) => {
    if (typeof one === 'string') return defaults.has(one) ? [one] : [];
    return one.kind === 'macro' ? [one.name] : [];
  });
  const isOpen = (name: string): boolean => defaults.has(name) || macros.all(name).length === 0;
  return [...new Set([...named, ...called])].filter(isOpen);
}

function driverPoolTags(raw: readonly RawSite[], unit: TranslationUnit): NamedValue[] {
  const { root } = unit;
  return raw.flatMap((site): NamedValue[] => {
    if (site.api !== 'WDF_DRIVER_CONFIG' || site.keeps || isNothing(site.value)) return [];
    const definedAt = { file: root.path, range: root.lines.range(site.name.start, site.name.end) };
    return [
      {
        name: DRIVER_POOL_TAG,
        kind: 'variable',
        value: seenOutside(site.value, ownerOf(site.place, undefined)),
        definedAt,
      },
    ];
  });
}

/** Object-like macros of the file that look like tags: a four-character literal, or a value under a name with TAG in it. */
function macroValues(unit: TranslationUnit, names: Names): NamedValue[] {
  const { root } = unit;
  const found: NamedValue[] = [];
  for (const macro of tagLikeMacros(root)) {
    if (!/tag/i.test(macro.name) && !macro.body.some((token) => token.kind === 'char' && token.text.length >= 6))
      continue;
    const value = names.value(macro.body, { offset: Number.MAX_SAFE_INTEGER });
    if (value.tags.length === 0 || value.tags.some((tag) => tag <= 0xffff)) continue;
    const definedAt = { file: root.path, range: root.lines.range(macro.start, macro.end) };
    found.push({ name: macro.name, kind: 'macro', value, definedAt });
  }
  return found;
}
