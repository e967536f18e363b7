/**
 * Headers that many translation units share: each is read, laid out, masked and searched for wrappers once.
 * The caller may keep one cache for a whole scan; a file that changes is dropped by its path.
 */
import { CATALOGUE_NAMES } from './calls/calls';
import { isOperatorNew } from './changedNames';
import type { FileExports, Wrapper } from './externals';
import { definesOperatorNew, mentionsAllocator } from './firstLook';
import { KeptReadings } from './keptReadings';
import { DefineWords } from './text/defineWords';
import { includeTargets } from './text/includes';
import { MacroIndex } from './text/macroIndex';
import { maskSource, type MaskedSource } from './text/mask';
import { NameFilter } from './text/nameFilter';
import { ownCopy } from './text/ownCopy';
import type { Span } from './text/quietBodies';
import { SourceText, type MacroDefinition } from './text/sourceText';
import type { Headers, SourceFiles, UnitBuild } from './translationUnit';
import { UnitBeginnings } from './unitBeginnings';

interface HeaderFacts {
  /** Absent: read again when it is asked for. */
  source?: SourceText | undefined;
  /** By what units leave out of it. */
  masked?: Map<string, MaskedSource>;
  /** The build's macros `wrappers` were read with. */
  build?: UnitBuild['defines'];
  /** Whether its text may lead to an allocator: by itself, or by what its operator calls. */
  mentions?: boolean;
  wrappers?: readonly Wrapper[];
  /** Read alone it leaves names open. */
  isOpen?: boolean;
  /** By the build's macros: where an include leads is the build's say, too. */
  readonly includes: Map<UnitBuild['defines'], readonly string[]>;
  leading?: ReadonlySet<string>;
}

/** Text kept, in UTF-16 units; what was read from it takes several times that. */
const MOST_UNITS = 4 << 20;

export class SourceCache implements Headers {
  /** Of the files that were scanned last. */
  readonly kept: KeptReadings;
  readonly beginnings = new UnitBeginnings();
  private index = new MacroIndex();
  private readonly words = new DefineWords();
  private units = 0;
  private readonly headers = new Map<string, HeaderFacts | undefined>();

  /** `keptUnits`: text of scanned files to keep what was read from it; worth it where files are scanned again and again. */
  constructor(keptUnits = 0) {
    this.kept = new KeptReadings(keptUnits);
  }

  get macros(): MacroIndex {
    return this.index;
  }

  /**
   * Forgets texts and what was read from them when they have grown too large; what says whether a header is of interest
   * at all is small, and stays. Call between scans: nothing may change during one.
   */
  trim(): void {
    if (this.units <= MOST_UNITS) return;
    for (const facts of this.headers.values()) {
      if (facts === undefined) continue;
      delete facts.source;
      delete facts.masked;
    }
    this.beginnings.clear();
    this.index = new MacroIndex();
    this.units = 0;
  }

  /** Forgets a file; what includes it is read again when it is asked for. Wrappers of headers above it are dropped too. */
  invalidate(path: string): void {
    this.beginnings.clear();
    this.words.remove(path);
    const known = this.headers.get(path);
    if (known?.source) {
      this.index.remove(known.source);
      this.units -= known.source.text.length;
    }
    this.headers.delete(path);
    for (const facts of this.headers.values()) {
      if (facts === undefined) continue;
      delete facts.wrappers;
      // Of a file that wasn't there: includes that led nowhere may lead to it.
      if (known === undefined) facts.includes.clear();
    }
  }

  /** The text of a document that was open before changed: nothing here depends on it unless it was included. */
  edited(path: string): void {
    if (this.headers.has(path)) this.invalidate(path);
  }

  /** The text of a file to be scanned; one with a header's if the header reads the same. */
  root(path: string, text: string): SourceText {
    return this.kept.source(path, text, this.headers.get(path)?.source);
  }

  load(path: string, files: SourceFiles): SourceText | undefined {
    const known = this.headers.get(path);
    if (known?.source !== undefined || (known === undefined && this.headers.has(path))) return known?.source;
    const text = files.readText(path);
    if (text === undefined) {
      this.headers.set(path, undefined);
      return undefined;
    }
    this.units += text.length;
    const source = new SourceText(path, text);
    if (known) known.source = source;
    else this.headers.set(path, { source, includes: new Map() });
    return source;
  }

  /** A unit in whose place something was read: its own macros are nobody else's. */
  leave(unit: SourceText): void {
    if (this.headers.get(unit.path)?.source !== unit) this.index.remove(unit);
  }

  private header(path: string, files: SourceFiles): HeaderFacts | undefined {
    if (!this.headers.has(path)) this.load(path, files);
    return this.headers.get(path);
  }

  private mentions(path: string, facts: HeaderFacts, files: SourceFiles): boolean {
    if (facts.mentions === undefined) {
      const text = this.load(path, files)?.text ?? '';
      facts.mentions = mentionsAllocator(text) || definesOperatorNew(text);
    }
    return facts.mentions;
  }

  /** A header without the stretches that a unit leaves out of it, for its declarations. */
  masked(source: SourceText, hidden: readonly Span[]): MaskedSource {
    const facts = this.headers.get(source.path);
    const readings = facts?.source === source ? (facts.masked ??= new Map<string, MaskedSource>()) : undefined;
    const key = hidden.map(({ start }) => start).join();
    const known = readings?.get(key);
    if (known) return known;
    const masked = maskSource(source.text, {
      layout: source.layout,
      hidden,
      language: 'cpp',
      isEmptyMacro: () => false,
      // Declarations stand outside bodies.
      wanted: NOTHING,
    });
    if (readings && readings.size >= MOST_READINGS) readings.clear();
    readings?.set(key, masked);
    return masked;
  }

  /** Wrappers a header defines, found by `scan` the first time. A header that is being scanned has none yet. */
  wrappers(
    path: string,
    { files, defines }: UnitBuild & { readonly files: SourceFiles },
    scan: (source: SourceText) => FileExports,
  ): readonly Wrapper[] {
    const facts = this.header(path, files);
    if (facts === undefined || !this.mentions(path, facts, files)) return [];
    readFor(facts, defines);
    if (facts.wrappers === undefined) {
      facts.wrappers = [];
      const source = this.load(path, files);
      const exports = source && scan(source);
      if (exports) facts.wrappers = exports.wrappers.map(withOwnNames);
      facts.isOpen = (exports?.open?.length ?? 0) > 0;
    }
    return facts.wrappers;
  }

  /** Whether the wrappers of a header may be others in the place where it is included. */
  isOpen(path: string): boolean {
    return this.headers.get(path)?.isOpen === true;
  }

  /** Paths a file includes, directly or not, conditions aside. */
  closure(source: SourceText, files: SourceFiles, { forcedIncludes = [], defines }: UnitBuild = {}): string[] {
    const seen = new Set<string>([source.path]);
    const first = forcedIncludes.flatMap((name) => files.resolveInclude(source.path, name, false) ?? []);
    const open = [...first, ...directIncludes(source, files)];
    for (let path = open.pop(); path !== undefined && seen.size < MOST_CLOSURE; path = open.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const facts = this.header(path, files);
      if (facts === undefined) continue;
      let includes = facts.includes.get(defines);
      if (includes === undefined) {
        const source = this.load(path, files);
        facts.includes.set(defines, (includes = source ? directIncludes(source, files) : []));
      }
      open.push(...includes);
    }
    seen.delete(source.path);
    return [...seen];
  }

  /** Macros and functions of a header that may lead to an allocator, by a look at the names only. */
  leading(path: string, files: SourceFiles): ReadonlySet<string> {
    const facts = this.header(path, files);
    if (facts === undefined) return NO_NAMES;
    if (!this.mentions(path, facts, files)) return NO_NAMES;
    if (facts.leading === undefined) {
      const source = this.load(path, files);
      facts.leading = source ? leadingNames(source) : NO_NAMES;
    }
    return facts.leading;
  }

  /** Names of macros of these headers that build on one of `names`, as `namesAny` wants them. */
  macrosOver(names: ReadonlySet<string>, paths: readonly string[], files: SourceFiles): string[] {
    const wanted = [...names].some(isOperatorNew) ? [...names, 'new'] : names;
    return this.macrosNaming(wanted, paths, files).map(({ name }) => name);
  }

  /** Macros of these headers, in any of their branches, whose replacement names one of `names`. */
  macrosNaming(names: Iterable<string>, paths: readonly string[], files: SourceFiles): MacroDefinition[] {
    const wanted = [...names];
    const closure = new Set(paths);
    for (const path of closure) if (!this.words.has(path)) this.words.add(path, this.load(path, files));
    const sources = new Set<SourceText>();
    for (const path of wanted.flatMap((name) => [...this.words.naming(name)])) {
      const source = closure.has(path) ? this.load(path, files) : undefined;
      if (source === undefined) continue;
      sources.add(source);
      this.index.add(source);
    }
    return wanted.flatMap((name) => this.index.naming(name).filter(({ source }) => sources.has(source)));
  }
}

/** What was read of a header with another build's macros does not hold. */
function readFor(facts: HeaderFacts, build: UnitBuild['defines']): void {
  if (facts.build === build) return;
  facts.build = build;
  delete facts.wrappers;
}

/** A wrapper that outlives the text it was found in. */
function withOwnNames(wrapper: Wrapper): Wrapper {
  const { name, scope, template } = wrapper;
  return {
    ...wrapper,
    name: ownCopy(name),
    ...(scope !== undefined && { scope: ownCopy(scope) }),
    ...(template && { template: { ...template, name: ownCopy(template.name) } }),
  };
}

const NOTHING = new NameFilter(new Set());
const MOST_CLOSURE = 4_000;
/** Ways to read one header that are kept. */
const MOST_READINGS = 4;
const NO_NAMES: ReadonlySet<string> = new Set();

function directIncludes(source: SourceText, files: SourceFiles): string[] {
  return includeTargets(source).flatMap(({ name, angled }) => files.resolveInclude(source.path, name, angled) ?? []);
}

function leadingNames(source: SourceText): ReadonlySet<string> {
  const names = new Set<string>();
  const definitions = source.layout.directives.flatMap((directive) => {
    const definition = directive.kind === 'define' ? source.definition(directive) : undefined;
    return definition ? [definition] : [];
  });
  for (let size = -1; size !== names.size;) {
    size = names.size;
    for (const definition of definitions) {
      for (const name of definition.names) {
        if (name !== definition.name && (CATALOGUE_NAMES.has(name) || name === 'new' || names.has(name)))
          names.add(ownCopy(definition.name));
      }
    }
  }
  return names;
}
