/**
 * Entry of the source scanner: text of a C or C++ file in, tag sites and mentions out.
 * Reads no files: included text comes through `SourceFiles`. Never throws on input.
 */
import type { Parser } from 'web-tree-sitter';
import type { FileFacts } from '../../../src/shared/facts';
import type { NamedAllocator } from '../tags/namedAllocators';
import { CATALOGUE_NAMES } from './calls/calls';
import { readCodeSites } from './calls/codeSites';
import { FIELD_NAMES, readFieldSites } from './calls/fields';
import { addPointers, exportedPointers, pointerFlows, type PointerSources } from './calls/functionPointers';
import { addKnownWrappers, leadsToAllocator, type KnownWrapperSources } from './calls/knownWrappers';
import { readBodySites } from './calls/macroSites';
import { macrosLeadingTo } from './calls/macroWrappers';
import { withBases } from './calls/methodCalls';
import type { RawSite, SiteReader } from './calls/rawSites';
import { findFlows, findWrappers, finishSites, type DriverServices } from './calls/sites';
import { uniteRawSites } from './calls/unitedSites';
import { unseenFlows, untoldFlows } from './calls/unseenFlows';
import { WrapperTable } from './calls/wrapperTable';
import { namesAny } from './changedNames';
import { findExports } from './exports';
import { NO_EXPORTS, NO_EXTERNALS, type Externals, type FileExports, type Wrapper } from './externals';
import { hasTagLiteral, mayBearOnTags } from './firstLook';
import { HeaderWrappers, type HeaderWrapperSources } from './headerWrappers';
import type { KeptReading } from './keptReadings';
import { NO_LIFETIMES, readLifetimes, type Lifetimes } from './lifetimes/lifetimes';
import { memberStores } from './lifetimes/memberStores';
import { Pointers } from './lifetimes/pointers';
import { findMentions } from './mentions';
import { ScanLimits } from './scanLimits';
import { SourceCache } from './sourceCache';
import { FunctionIndex } from './syntax/functions';
import type { SourceParsers } from './syntax/parsers';
import { ofMemberKey } from './syntax/structures';
import { planReadings, type Reading } from './text/branches';
import { hiddenIn } from './text/headerBranches';
import { maskSource, type MaskedSource } from './text/mask';
import { NameFilter } from './text/nameFilter';
import type { SourceText } from './text/sourceText';
import { readUnit, type SourceFiles, type TranslationUnit, type UnitBuild } from './translationUnit';
import type { MacroOrigins } from './values/deciders';
import { Names } from './values/names';

export { loadSourceParsers, type ParserModules, type SourceParsers } from './syntax/parsers';
export type { DriverServices };
export type { SourceFiles } from './translationUnit';

export interface ScanSourceOptions extends UnitBuild {
  /** Absolute path; its extension chooses C or C++. */
  readonly file: string;
  /** Driver or project the file belongs to. */
  readonly module: string;
  readonly files: SourceFiles;
  readonly parsers: SourceParsers;
  /** Who gives the macros of the build. */
  readonly origins?: MacroOrigins;
  /** Asked only where a tag is made of the service's name. */
  readonly services?: () => DriverServices | undefined;
  /** Allocators that a setting names, for wrappers whose bodies are not at hand. */
  readonly allocators?: readonly NamedAllocator[];
  /** Shared by the scans of one tree, so that headers are read once. */
  readonly cache?: SourceCache;
  /** A file that includes this one: the text is read as it stands there. */
  readonly includedBy?: SourceText | undefined;
  /** What the other files of the project define and pass; see externals.ts for how to get it. */
  readonly externals?: Externals;
}

export type ScannedSource = Required<Pick<FileFacts, 'sites' | 'issues' | 'mentions' | 'includes'>> &
  Pick<FileFacts, 'stores'> & {
    /** What this file gives the other files of its project. */
    readonly exports: FileExports;
  };

/** Finds every tag site and mention in a source text. */
export function scanSource(text: string, options: ScanSourceOptions): ScannedSource {
  const cache = options.cache ?? new SourceCache();
  try {
    return new SourceScan(cache.root(options.file, text), cache, options).run();
  } catch (error) {
    // A defect of ours must not stop a scan of thousands of files; the issue line names it.
    const message = `scanner failed: ${error instanceof Error ? error.message : String(error)}`;
    return { sites: [], issues: [{ message }], mentions: [], includes: [], exports: NO_EXPORTS };
  }
}

/** One reading of the root: its text with some branches hidden, and what it says. */
interface Pass {
  readonly reading: Reading;
  readonly masked: MaskedSource;
  readonly functions: FunctionIndex;
  readonly names: Names;
}

const NOTHING_WATCHED: ReadonlySet<string> = new Set();
const NOTHING_ASKED: ReadonlySet<string> = new Set();
const NO_ORIGINS: MacroOrigins = new Map();
const ALWAYS_WANTED = new NameFilter(new Set([...CATALOGUE_NAMES, ...FIELD_NAMES, 'new']));
const NOTHING = new NameFilter(new Set());

class SourceScan {
  private readonly externals: Externals;
  private readonly wrappers = new WrapperTable();
  private readonly maskedHeaders = new Map<SourceText, MaskedSource>();
  private knownLanguage: 'c' | 'cpp' | undefined;
  private hasNewPointers = false;
  private readonly untold = new Set<string>();
  private readonly untoldMethods = new Set<Wrapper>();
  private readonly limits: ScanLimits;

  constructor(
    private readonly root: SourceText,
    private readonly cache: SourceCache,
    private readonly options: ScanSourceOptions,
  ) {
    this.externals = options.externals ?? NO_EXTERNALS;
    this.limits = new ScanLimits(root.text.length);
  }

  private get watched(): ReadonlySet<string> {
    return this.externals.watched ?? NOTHING_WATCHED;
  }

  private get language(): 'c' | 'cpp' {
    return (this.knownLanguage ??= isCpp(this.options.includedBy ?? this.root) ? 'cpp' : 'c');
  }

  run(): ScannedSource {
    const { files, includedBy } = this.options;
    const closure = this.cache.closure(this.root, files, this.options);
    const known = this.known();
    // An includer is asked about where something is known to depend on it.
    const isAsked = includedBy !== undefined || leadsToAllocator(known, closure);
    const hasSites = isAsked || this.mayStore();
    if (!hasSites && !hasTagLiteral(this.root) && !this.isAskedAboutMembers())
      return { sites: [], issues: [], mentions: [], includes: closure, exports: NO_EXPORTS };
    const unit = readUnit(this.root, {
      ...buildOf(this.options),
      files,
      headers: this.cache,
      ...(includedBy && { includedBy }),
    });
    if (hasSites) addKnownWrappers(this.wrappers, unit, known);
    const macros = macrosLeadingTo(unit.macros, ['new', ...CATALOGUE_NAMES, ...this.wrappers.names()]);
    const first = planReadings(unit.branches, () => false)[0] ?? { hidden: [] };
    // A file that only defines tags needs no functions.
    if (!hasSites) return this.finish(unit, [this.readPass(unit, first, NOTHING, undefined)], []);
    const wanted = (): NameFilter =>
      new NameFilter(new Set([...macros, ...this.wrappers.names(), ...this.wrappers.templateNames()]), ALWAYS_WANTED);
    const passes = [this.readPass(unit, first, wanted(), this.options.parsers[this.language])];
    let raw = this.readSites(unit, passes, macros);
    const grown = wanted();
    // The first reading has the whole structure; for the other branches brackets do.
    const plan = planReadings(
      unit.branches,
      (start, end) => grown.matches(this.root.text, start, end),
      (start, end) => raw.length > 0 && mayBearOnTags(this.root.text, start, end),
    );
    if (plan.length > 1) {
      passes.push(...plan.slice(1).map((reading) => this.readPass(unit, reading, grown, undefined)));
      raw = this.readSites(unit, passes, macros);
    }
    return this.finish(unit, passes, raw);
  }

  /** Whether the text may put something into a member the project looks at. */
  private mayStore(): boolean {
    const { watchedStructures = NOTHING_WATCHED } = this.externals;
    return memberStores(this.root.text, this.watched).length > 0 || namesAny(this.root.text, watchedStructures);
  }

  /** Whether the project asks for a member of a structure that the text names. */
  private isAskedAboutMembers(): boolean {
    const asked = [...(this.externals.askedMembers ?? [])].flatMap((key) => {
      const { structure, member } = ofMemberKey(key);
      return [member, ...structure.names];
    });
    return namesAny(this.root.text, new Set(asked));
  }

  private pointerSources({ masked, functions, names }: Pass): PointerSources {
    return { masked, functions, names, path: this.root.path, table: this.wrappers };
  }

  private finish(unit: TranslationUnit, passes: readonly Pass[], raw: readonly RawSite[]): ScannedSource {
    const pointed = passes.slice(0, 1).flatMap((pass) => pointerFlows(this.pointerSources(pass), this.untold));
    const [first] = passes;
    const unseen = first ? unseenFlows({ ...first, unit, raw, wrappers: this.wrappers }) : [];
    const flows = [...findFlows(raw), ...unseen, ...pointed, ...untoldFlows(this.untoldMethods)];
    const lifetimes = this.lifetimes(unit, passes[0], raw);
    const names = passes[0]?.names;
    const asked = {
      names: new Set(passes.flatMap((pass) => [...pass.names.asked])),
      members: new Set(passes.flatMap((pass) => [...pass.names.askedMembers])),
      variables: this.externals.askedVariables ?? NOTHING_ASKED,
      open: new Set(passes.flatMap((pass) => [...pass.names.open])),
      externals: this.externals,
    };
    const pointers = passes.slice(0, 1).flatMap((pass) => exportedPointers(this.pointerSources(pass)));
    return {
      sites: finishSites(raw, flows, this.externals, {
        root: this.root,
        module: this.options.module,
        ...(this.options.services && { services: this.options.services }),
        lifetimes,
      }),
      issues: this.limits.issues(this.root.lines),
      mentions: names
        ? findMentions(raw, unit, names, { build: this.options, origins: this.options.origins ?? NO_ORIGINS })
        : [],
      includes: unit.files.slice(1).map((source) => source.path),
      exports: names ? findExports(raw, flows, pointers, unit, names, asked, lifetimes) : NO_EXPORTS,
      ...(lifetimes.stores.length > 0 && { stores: lifetimes.stores }),
    };
  }

  /** Of the first reading, which shows what is compiled; what it hides makes things unknown. */
  private lifetimes(unit: TranslationUnit, pass: Pass | undefined, raw: readonly RawSite[]): Lifetimes {
    const isOfInterest = this.watched.size > 0 || raw.some(({ role }) => role === 'free' || role === 'allocate');
    if (pass === undefined || !isOfInterest) return NO_LIFETIMES;
    const { masked, functions, names, reading } = pass;
    const pointers = new Pointers(
      {
        masked,
        functions,
        unit,
        hidden: reading.hidden,
        mayWrite: names.index.mayWrite,
        structuresWith: (member) => names.index.structuresWith(member),
        watched: this.watched,
        watchedStructures: this.externals.watchedStructures ?? NOTHING_WATCHED,
      },
      raw,
    );
    return readLifetimes(pointers, raw, this.watched);
  }

  /** Where wrappers come from that are known before the file's own code is read. */
  private known(): KnownWrapperSources {
    const { root, cache, options, externals } = this;
    const { files, allocators = [] } = options;
    const scan: HeaderWrapperSources['scan'] = ({ path, text }, includedBy) => {
      const there = { ...options, file: path, cache, externals: NO_EXTERNALS, includedBy };
      return scanSource(text, there).exports;
    };
    const { alone, here } = new HeaderWrappers({ root, cache, options, scan });
    return { root, cache, files, externals, allocators, ofHeader: alone, ofIncluded: here };
  }

  private readPass(unit: TranslationUnit, reading: Reading, wanted: NameFilter, parser: Parser | undefined): Pass {
    const isEmptyMacro = (name: string): boolean => unit.macros.isEmpty(name);
    const { masked, functions } = this.read(reading, isEmptyMacro, wanted, parser);
    const maskedHeader = (source: SourceText): MaskedSource => this.maskedHeader(source, unit);
    const functionAt = (offset: number): ReturnType<FunctionIndex['around']> => functions.around(offset);
    const names = new Names({
      unit,
      masked,
      externals: this.externals,
      functionAt,
      hidden: reading.hidden,
      maskedHeader,
      language: this.language,
    });
    return { reading, masked, functions, names };
  }

  /** A header as the unit reads it, for its declarations. */
  private maskedHeader(source: SourceText, { macros }: TranslationUnit): MaskedSource {
    let masked = this.maskedHeaders.get(source);
    if (masked === undefined) {
      masked = this.cache.masked(source, hiddenIn(source, macros.visitsOf(source)));
      this.maskedHeaders.set(source, masked);
    }
    return masked;
  }

  /** The root with some of its branches hidden, as an earlier scan left it if nothing has a say in it that changed. */
  private read(
    { hidden }: Reading,
    isEmptyMacro: (name: string) => boolean,
    wanted: NameFilter,
    parser: Parser | undefined,
  ): KeptReading {
    const { kept } = this.cache;
    const key = `${this.language} ${parser === undefined ? 'brackets' : 'parser'}`;
    const known = kept.reading(this.root, hidden, key, wanted, isEmptyMacro);
    if (known) return known;
    const { layout, text } = this.root;
    const masked = maskSource(text, { layout, hidden, language: this.language, isEmptyMacro, wanted });
    const reading = { masked, functions: new FunctionIndex(masked, parser) };
    kept.keep(this.root, hidden, key, reading);
    return reading;
  }

  /** Reads sites until no further function turns out to be a wrapper. */
  private readSites(unit: TranslationUnit, passes: readonly Pass[], macros: Set<string>): RawSite[] {
    let raw: RawSite[] = [];
    this.readAliases(passes);
    for (let round = 0; this.limits.mayBegin(round); round += 1) {
      const readings = passes.map((pass) => this.readPassSites(unit, pass, macros));
      raw = passes.some(({ reading }) => reading.isOther) ? uniteRawSites(readings) : readings.flat();
      raw.push(...this.readMacroBodies(unit, passes, macros));
      const grown: string[] = [];
      for (const wrapper of withBases(findWrappers(raw), passes[0]?.names)) {
        if (!this.limits.follows(wrapper, round) || !this.wrappers.add(wrapper)) continue;
        grown.push(wrapper.name, ...(wrapper.template ? [wrapper.template.name] : []));
      }
      for (const pass of passes) pass.masked.open(grown);
      const aliases = [...this.readAliases(passes)];
      if (grown.length === 0 && !this.hasNewPointers) break;
      grown.push(...aliases);
      for (const name of macrosLeadingTo(unit.macros, [...this.wrappers.names(), ...aliases, ...macros])) {
        if (!macros.has(name)) grown.push(name);
        macros.add(name);
      }
      for (const pass of passes) pass.masked.open(grown);
    }
    return raw.sort((a, b) => a.name.start - b.name.start);
  }

  /** Other names of classes whose constructors are wrappers, and pointers to wrappers, opened in every reading. */
  private readAliases(passes: readonly Pass[]): Iterable<string> {
    const classes = this.wrappers.constructors();
    const [first] = passes;
    if (first === undefined) return [];
    const aliases = classes.size === 0 ? new Map<string, string>() : first.names.index.aliasesOf(classes);
    this.wrappers.setAliases(aliases);
    this.hasNewPointers = addPointers(this.pointerSources(first));
    for (const pass of passes) pass.masked.open([...aliases.keys(), ...this.wrappers.pointerNames()]);
    return aliases.keys();
  }

  private siteReader(unit: TranslationUnit, names: Names, macros: ReadonlySet<string>): SiteReader {
    return {
      unit,
      names,
      wrappers: this.wrappers.lookup,
      macros,
      giveUp: this.limits.giveUp,
      untold: (name) => this.untold.add(name),
      untoldMethod: (wrapper) => this.untoldMethods.add(wrapper),
    };
  }

  private readPassSites(unit: TranslationUnit, pass: Pass, macros: ReadonlySet<string>): RawSite[] {
    const reader = this.siteReader(unit, pass.names, macros);
    const sites = [
      ...readCodeSites(pass.masked, pass.functions, reader),
      ...readFieldSites(pass.masked, pass.functions, reader),
    ];
    const { revealed, isOther } = pass.reading;
    if (revealed === undefined || isOther) return sites;
    return sites.filter((site) => revealed.some((part) => part.start <= site.name.start && site.name.start < part.end));
  }

  /** Allocator calls in the bodies of this file's own macros, in branches that are taken or not. */
  private readMacroBodies(unit: TranslationUnit, passes: readonly Pass[], macros: ReadonlySet<string>): RawSite[] {
    const names = passes[0]?.names;
    const found: RawSite[] = [];
    if (names === undefined) return found;
    const reader = this.siteReader(unit, names, macros);
    for (const directive of this.root.layout.directives) {
      const definition = directive.kind === 'define' ? this.root.definition(directive) : undefined;
      if (definition === undefined || !macros.has(definition.name)) continue;
      const place = { offset: Number.MAX_SAFE_INTEGER, macroParameters: definition.parameters ?? [] };
      found.push(...readBodySites(definition, place, reader));
    }
    return found;
  }
}

function buildOf({ defines, undefines, forcedIncludes }: UnitBuild): UnitBuild {
  return {
    ...(defines && { defines }),
    ...(undefines && { undefines }),
    ...(forcedIncludes && { forcedIncludes }),
  };
}

/** C++ by extension; a header by what it contains. */
function isCpp(source: SourceText): boolean {
  if (/\.(?:cc|cpp|cxx|hh|hpp|hxx)$/i.test(source.path)) return true;
  if (/\.c$/i.test(source.path)) return false;
  return /^[ \t]*(?:class|template|namespace|using)\b|\boperator\s*new\b/m.test(source.text);
}
