/**
 * Entry of the source scanner: text of a C or C++ file in, tag sites and mentions out.
 * Reads no files: included text comes through `SourceFiles`. Never throws on input.
 */
import type { FileFacts } from '../../../src/shared/facts';
import type { NamedAllocator } from '../tags/namedAllocators';
import { CATALOGUE_NAMES } from './calls/calls';
import { FIELD_NAMES } from './calls/fields';
import { exportedPointers, pointerFlows } from './calls/functionPointers';
import { addKnownWrappers, leadsToAllocator, type KnownWrapperSources } from './calls/knownWrappers';
import { macrosLeadingTo } from './calls/macroWrappers';
import type { RawSite } from './calls/rawSites';
import { findFlows, finishSites, type DriverServices } from './calls/sites';
import { unseenFlows, untoldFlows } from './calls/unseenFlows';
import { WrapperTable } from './calls/wrapperTable';
import { namesAny } from './changedNames';
import { findExports } from './exports';
import { NO_EXPORTS, NO_EXTERNALS, type Externals, type FileExports } from './externals';
import { hasTagLiteral, mayBearOnTags } from './firstLook';
import { HeaderWrappers, type HeaderWrapperSources } from './headerWrappers';
import { NO_LIFETIMES, readLifetimes, type Lifetimes } from './lifetimes/lifetimes';
import { memberStores } from './lifetimes/memberStores';
import { Pointers } from './lifetimes/pointers';
import { findMentions } from './mentions';
import { isCpp, PassReader, type Pass } from './passes';
import { ScanLimits } from './scanLimits';
import { SiteRounds } from './siteRounds';
import { SourceCache } from './sourceCache';
import type { SourceParsers } from './syntax/parsers';
import { ofMemberKey } from './syntax/structures';
import { planReadings } from './text/branches';
import { NameFilter } from './text/nameFilter';
import type { SourceText } from './text/sourceText';
import { readUnit, type SourceFiles, type TranslationUnit, type UnitBuild } from './translationUnit';
import type { MacroOrigins } from './values/deciders';

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

const NOTHING_WATCHED: ReadonlySet<string> = new Set();
const NOTHING_ASKED: ReadonlySet<string> = new Set();
const NO_ORIGINS: MacroOrigins = new Map();
const ALWAYS_WANTED = new NameFilter(new Set([...CATALOGUE_NAMES, ...FIELD_NAMES, 'new']));
const NOTHING = new NameFilter(new Set());

class SourceScan {
  private readonly externals: Externals;
  private readonly wrappers = new WrapperTable();
  private knownLanguage: 'c' | 'cpp' | undefined;
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
    const { root, cache, externals, language, limits, wrappers } = this;
    const reader = new PassReader({ root, cache, externals, language });
    const rounds = new SiteRounds({ unit, wrappers, limits, macros });
    const first = planReadings(unit.branches, () => false)[0] ?? { hidden: [] };
    // A file that only defines tags needs no functions.
    if (!hasSites) return this.finish(rounds, unit, [reader.read(unit, first, NOTHING, undefined)], []);
    const wanted = (): NameFilter =>
      new NameFilter(new Set([...macros, ...this.wrappers.names(), ...this.wrappers.templateNames()]), ALWAYS_WANTED);
    const passes = [reader.read(unit, first, wanted(), this.options.parsers[this.language])];
    let raw = rounds.read(passes);
    const grown = wanted();
    // The first reading has the whole structure; for the other branches brackets do.
    const plan = planReadings(
      unit.branches,
      (start, end) => grown.matches(this.root.text, start, end),
      (start, end) => raw.length > 0 && mayBearOnTags(this.root.text, start, end),
    );
    if (plan.length > 1) {
      passes.push(...plan.slice(1).map((reading) => reader.read(unit, reading, grown, undefined)));
      raw = rounds.read(passes);
    }
    return this.finish(rounds, unit, passes, raw);
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

  private finish(
    rounds: SiteRounds,
    unit: TranslationUnit,
    passes: readonly Pass[],
    raw: readonly RawSite[],
  ): ScannedSource {
    const pointed = passes.slice(0, 1).flatMap((pass) => pointerFlows(rounds.pointerSources(pass), rounds.untold));
    const [first] = passes;
    const unseen = first ? unseenFlows({ ...first, unit, raw, wrappers: this.wrappers }) : [];
    const flows = [...findFlows(raw), ...unseen, ...pointed, ...untoldFlows(rounds.untoldMethods)];
    const lifetimes = this.lifetimes(unit, passes[0], raw);
    const names = passes[0]?.names;
    const asked = {
      names: new Set(passes.flatMap((pass) => [...pass.names.asked])),
      members: new Set(passes.flatMap((pass) => [...pass.names.askedMembers])),
      variables: this.externals.askedVariables ?? NOTHING_ASKED,
      open: new Set(passes.flatMap((pass) => [...pass.names.open])),
      externals: this.externals,
    };
    const pointers = passes.slice(0, 1).flatMap((pass) => exportedPointers(rounds.pointerSources(pass)));
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
}

function buildOf({ defines, undefines, forcedIncludes }: UnitBuild): UnitBuild {
  return {
    ...(defines && { defines }),
    ...(undefines && { undefines }),
    ...(forcedIncludes && { forcedIncludes }),
  };
}
