/**
 * Which macros decided that a definition counts: those the conditions around it name, with what they are here and who
 * says so. For people who wonder why a tag is this and not the other branch's; decides nothing itself.
 */
import { baseName } from '../../../../src/shared/baseName';
import type { DecidingMacro } from '../../../../src/shared/facts';
import type { MacroDefinition, SourceText } from '../text/sourceText';
import { WDK_UNDEFINED } from '../text/wdkDefines';
import type { TranslationUnit, UnitBuild } from '../translationUnit';

/** Who gives the build's macros: what hovers show beside them. */
export type MacroOrigins = ReadonlyMap<string, string>;

const BY_BUILD = 'build settings';
const BY_DEFAULT = 'WDK default';
const MOST_NAMES = 8;
const MOST_STEPS = 4;
const MOST_VALUE = 40;

export interface DeciderOptions {
  readonly build: UnitBuild;
  readonly origins: MacroOrigins;
}

/** The deciding macros of a name's definitions in force at `offset`, and of the one name each stands for. */
export function decidingMacros(
  name: string,
  offset: number,
  unit: TranslationUnit,
  options: DeciderOptions,
): DecidingMacro[] {
  const found = new Map<string, DecidingMacro>();
  const seen = new Set<string>();
  for (let next: string | undefined = name, step = 0; next !== undefined && step < MOST_STEPS; step += 1) {
    if (seen.has(next)) break;
    seen.add(next);
    const definitions: readonly MacroDefinition[] = unit.macros.candidates(next, offset);
    for (const definition of definitions) {
      if (definition.source.path === '') found.set(next, describe(next, offset, unit, options));
      for (const deciding of namesAround(definition))
        if (found.size < MOST_NAMES) found.set(deciding, describe(deciding, offset, unit, options));
    }
    next = soleName(definitions[0]);
  }
  return [...found.values()];
}

function soleName(definition: MacroDefinition | undefined): string | undefined {
  const names = definition?.body.filter((token) => token.kind === 'name') ?? [];
  return definition?.parameters === undefined && names.length === 1 ? names[0]?.text : undefined;
}

/** What a place stands under: the names of one condition, of the arms before it, and what that one stands under. */
interface Conditions {
  readonly names: readonly string[];
  readonly earlier: Conditions | undefined;
  readonly outer: Conditions | undefined;
}

/** For each directive of a source what stands behind it is under. */
const conditionsOf = new WeakMap<SourceText, readonly (Conditions | undefined)[]>();
const MOST_CONDITIONS = 256;

/** Names in the conditions a definition stands under; include guards are none. */
function namesAround({ source, start }: MacroDefinition): ReadonlySet<string> {
  let behind = conditionsOf.get(source);
  if (behind === undefined) conditionsOf.set(source, (behind = readConditions(source)));
  const { directives } = source.layout;
  let low = 0;
  let high = directives.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((directives[middle]?.start ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const lists: (readonly string[])[] = [];
  for (let group = behind[low - 1]; group !== undefined && lists.length < MOST_CONDITIONS; group = group.outer)
    for (let arm: Conditions | undefined = group; arm && lists.length < MOST_CONDITIONS; arm = arm.earlier)
      lists.push(arm.names);
  return new Set(lists.reverse().flat());
}

function readConditions(source: SourceText): (Conditions | undefined)[] {
  let around: Conditions | undefined;
  return source.layout.directives.map(({ kind }, index) => {
    if (kind === 'endif') around = around?.outer;
    else if (kind.startsWith('elif') && around)
      around = { names: conditionNames(source, index), earlier: around, outer: around.outer };
    else if (kind === 'if' || kind === 'ifdef' || kind === 'ifndef') {
      const names = isGuard(source, index) ? [] : conditionNames(source, index);
      around = { names, earlier: undefined, outer: around };
    }
    return around;
  });
}

function conditionNames(source: SourceText, index: number): string[] {
  const directive = source.layout.directives[index];
  if (directive === undefined) return [];
  const names = source.argumentTokens(directive).filter((token) => token.kind === 'name' && token.text !== 'defined');
  return names.map((token) => token.text).filter((name) => !/^(?:_WIN32_WINNT|NTDDI|WINVER)_/.test(name));
}

/** `#ifndef X` right in front of `#define X`. */
function isGuard(source: SourceText, index: number): boolean {
  const [directive, next] = source.layout.directives.slice(index, index + 2);
  if (directive?.kind !== 'ifndef' || next?.kind !== 'define') return false;
  return source.definition(next)?.name === source.argumentTokens(directive)[0]?.text;
}

function describe(
  name: string,
  offset: number,
  unit: TranslationUnit,
  { build, origins }: DeciderOptions,
): DecidingMacro {
  const [definition] = unit.macros.candidates(name, offset);
  const origin = origins.get(name);
  if (definition === undefined) {
    const isGiven = build.undefines?.has(name) === true || WDK_UNDEFINED.has(name);
    return { name, ...(isGiven && { from: origin ?? BY_DEFAULT }) };
  }
  const { source, start, body } = definition;
  const value = body
    .map((token) => token.text)
    .join(' ')
    .slice(0, MOST_VALUE);
  if (source.path === '')
    return { name, value, from: origin ?? (build.defines?.has(name) === true ? BY_BUILD : BY_DEFAULT) };
  const line = String(source.lines.position(start).line + 1);
  return { name, value, from: `${baseName(source.path)}:${line}` };
}
