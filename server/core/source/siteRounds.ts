/**
 * Sites of a file, read in rounds: a function that passes its tag on becomes a wrapper, whose calls are sites of the next
 * round, until no further one turns up.
 */
import { readCodeSites } from './calls/codeSites';
import { readFieldSites } from './calls/fields';
import { addPointers, type PointerSources } from './calls/functionPointers';
import { readBodySites } from './calls/macroSites';
import { macrosLeadingTo } from './calls/macroWrappers';
import { withBases } from './calls/methodCalls';
import type { RawSite, SiteReader } from './calls/rawSites';
import { findWrappers } from './calls/sites';
import { uniteRawSites } from './calls/unitedSites';
import type { WrapperTable } from './calls/wrapperTable';
import type { Wrapper } from './externals';
import type { Pass } from './passes';
import type { ScanLimits } from './scanLimits';
import type { TranslationUnit } from './translationUnit';
import type { Names } from './values/names';

export interface RoundSources {
  readonly unit: TranslationUnit;
  readonly wrappers: WrapperTable;
  readonly limits: ScanLimits;
  /** Macros that lead to an allocator; grows. */
  readonly macros: Set<string>;
}

export class SiteRounds {
  /** Members through which something is called that is of a structure nobody can tell. */
  readonly untold = new Set<string>();
  /** Methods that something calls on an object of a class nobody can tell. */
  readonly untoldMethods = new Set<Wrapper>();
  private hasNewPointers = false;

  constructor(private readonly sources: RoundSources) {}

  pointerSources({ masked, functions, names }: Pass): PointerSources {
    const { unit, wrappers } = this.sources;
    return { masked, functions, names, path: unit.root.path, table: wrappers };
  }

  /** Reads sites until no further function turns out to be a wrapper. */
  read(passes: readonly Pass[]): RawSite[] {
    const { unit, wrappers, limits, macros } = this.sources;
    let raw: RawSite[] = [];
    this.readAliases(passes);
    for (let round = 0; limits.mayBegin(round); round += 1) {
      const readings = passes.map((pass) => this.inPass(pass));
      raw = passes.some(({ reading }) => reading.isOther) ? uniteRawSites(readings) : readings.flat();
      raw.push(...this.inMacroBodies(passes));
      const grown: string[] = [];
      for (const wrapper of withBases(findWrappers(raw), passes[0]?.names)) {
        if (!limits.follows(wrapper, round) || !wrappers.add(wrapper)) continue;
        grown.push(wrapper.name, ...(wrapper.template ? [wrapper.template.name] : []));
      }
      for (const pass of passes) pass.masked.open(grown);
      const aliases = [...this.readAliases(passes)];
      if (grown.length === 0 && !this.hasNewPointers) break;
      grown.push(...aliases);
      for (const name of macrosLeadingTo(unit.macros, [...wrappers.names(), ...aliases, ...macros])) {
        if (!macros.has(name)) grown.push(name);
        macros.add(name);
      }
      for (const pass of passes) pass.masked.open(grown);
    }
    return raw.sort((a, b) => a.name.start - b.name.start);
  }

  /** Other names of classes whose constructors are wrappers, and pointers to wrappers, opened in every reading. */
  private readAliases(passes: readonly Pass[]): Iterable<string> {
    const { wrappers } = this.sources;
    const classes = wrappers.constructors();
    const [first] = passes;
    if (first === undefined) return [];
    const aliases = classes.size === 0 ? new Map<string, string>() : first.names.index.aliasesOf(classes);
    wrappers.setAliases(aliases);
    this.hasNewPointers = addPointers(this.pointerSources(first));
    for (const pass of passes) pass.masked.open([...aliases.keys(), ...wrappers.pointerNames()]);
    return aliases.keys();
  }

  private siteReader(names: Names): SiteReader {
    const { unit, wrappers, macros, limits } = this.sources;
    return {
      unit,
      names,
      wrappers: wrappers.lookup,
      macros,
      giveUp: limits.giveUp,
      untold: (name) => this.untold.add(name),
      untoldMethod: (wrapper) => this.untoldMethods.add(wrapper),
    };
  }

  private inPass(pass: Pass): RawSite[] {
    const reader = this.siteReader(pass.names);
    const sites = [
      ...readCodeSites(pass.masked, pass.functions, reader),
      ...readFieldSites(pass.masked, pass.functions, reader),
    ];
    const { revealed, isOther } = pass.reading;
    if (revealed === undefined || isOther) return sites;
    return sites.filter((site) => revealed.some((part) => part.start <= site.name.start && site.name.start < part.end));
  }

  /** Allocator calls in the bodies of this file's own macros, in branches that are taken or not. */
  private inMacroBodies(passes: readonly Pass[]): RawSite[] {
    const names = passes[0]?.names;
    const { macros, unit } = this.sources;
    const found: RawSite[] = [];
    if (names === undefined) return found;
    const reader = this.siteReader(names);
    for (const directive of unit.root.layout.directives) {
      const definition = directive.kind === 'define' ? unit.root.definition(directive) : undefined;
      if (definition === undefined || !macros.has(definition.name)) continue;
      const place = { offset: Number.MAX_SAFE_INTEGER, macroParameters: definition.parameters ?? [] };
      found.push(...readBodySites(definition, place, reader));
    }
    return found;
  }
}
