/**
 * A translation unit as the preprocessor walks it: the root file, what it includes, the macros it sees, and which of the
 * root's lines are reached. Headers are read through the caller and parsed once per cache. Bounded for hostile trees.
 */
import { evaluateCondition, type ConditionScope } from './text/condition';
import type { Directive } from './text/layout';
import type { MacroIndex } from './text/macroIndex';
import { MacroTable, type Reach } from './text/macroTable';
import { isConditional, OpenGroups } from './text/openGroups';
import { defineFromOption, type MacroDefinition, type SourceText } from './text/sourceText';
import { WDK_DEFINES, WDK_UNDEFINED } from './text/wdkDefines';
import type { Beginning, UnitBeginnings, WalkState } from './unitBeginnings';

/** How the scanner reaches other files. Paths are absolute. The caller caches; the same path gives the same text within a scan. */
export interface SourceFiles {
  /** Text of a file, or undefined when it can't be read. */
  readText(path: string): string | undefined;
  /** Where `#include "name"` or `<name>` (angled) in the file `from` leads; undefined when it is not at hand (WDK headers). */
  resolveInclude(from: string, name: string, angled: boolean): string | undefined;
}

/** A stretch of the root file between two conditional directives, with whether the preprocessor reaches it. */
export interface Branch {
  readonly start: number;
  readonly end: number;
  readonly reach: Reach;
  /** Offset of the `#if` that opens the group: its arms exclude each other. */
  readonly group: number;
  /** Which arm of the group: 0 behind `#if`, 1 behind the first `#elif` or `#else`, … */
  readonly arm: number;
  /** The arm the whole group stands in; undefined at the top. */
  readonly parent?: { readonly group: number; readonly arm: number };
}

export interface TranslationUnit {
  readonly root: SourceText;
  readonly macros: MacroTable;
  /** The root first, then included files in order of their first inclusion. */
  readonly files: readonly SourceText[];
  readonly branches: readonly Branch[];
  /** Macros that are taken as not defined where a file gives them a default, or guards itself by them. */
  readonly defaults: ReadonlySet<string>;
}

/** What the build says before the first line. */
export interface UnitBuild {
  /** Over the WDK's defaults: NAME → replacement text. */
  readonly defines?: ReadonlyMap<string, string>;
  /** Of the WDK's defaults, those that do not hold. */
  readonly undefines?: ReadonlySet<string>;
  /** Files included before the first line, as an #include of the root would name them. */
  readonly forcedIncludes?: readonly string[];
}

export interface UnitOptions extends UnitBuild {
  readonly files: SourceFiles;
  /** Headers, from the caller's cache. */
  readonly headers: Headers;
  /** A file that includes the root: what it passes before it does so comes first. */
  readonly includedBy?: SourceText;
}

/** Headers by path, each read once, with the macros of all of them. */
export interface Headers {
  readonly macros: MacroIndex;
  readonly beginnings: UnitBeginnings;
  load(path: string, files: SourceFiles): SourceText | undefined;
}

type Search = 'off' | 'on' | 'found';

const NO_REACHES: readonly Reach[] = [];
const MOST_INCLUDE_DEPTH = 64;
const MOST_DIRECTIVES = 1_000_000;
const MOST_VISITS_OF_ONE_FILE = 4;

/** Walks a file and everything it includes. */
export function readUnit(root: SourceText, options: UnitOptions): TranslationUnit {
  const walk = new UnitWalk(root, options);
  walk.forced();
  if (options.includedBy) walk.before(options.includedBy);
  walk.file(root, 'yes', 0);
  return walk;
}

const BUILT_IN = [...WDK_DEFINES].map(([name, value]) => defineFromOption(name, value));
const CPLUSPLUS = defineFromOption('__cplusplus', '201703');

export function isCppName(path: string): boolean {
  return /\.(?:cc|cpp|cxx|hh|hpp|hxx)$/i.test(path);
}

/** What holds before the first line; later ones win. */
function* definedBefore(root: SourceText, options: UnitOptions): Generator<MacroDefinition> {
  for (const definition of BUILT_IN) if (options.undefines?.has(definition.name) !== true) yield definition;
  if (isCppName((options.includedBy ?? root).path)) yield CPLUSPLUS;
  for (const [name, value] of options.defines ?? []) yield defineFromOption(name, value);
}

export class UnitWalk implements TranslationUnit {
  readonly macros: MacroTable;
  readonly files: SourceText[] = [];
  readonly branches: Branch[] = [];
  private visits = new Map<string, number>();
  private once = new Set<string>();
  private budget = MOST_DIRECTIVES;
  /** Behind the conditional directives passed so far of the files that are being walked. */
  private readonly reaches: Reach[] = [];
  private readonly scope: ConditionScope;
  /** As long as nothing but includes was met in the root. */
  private beginning: Beginning | undefined;
  /** Names of macros that are taken as not defined where a file gives them a default, or guards itself by them. */
  readonly defaults = new Set<string>();
  /** Whether the walk is that of a file which includes the root, up to where it does. */
  private search: Search = 'off';
  /** Offset of the include that led to the root. */
  private reached: number | undefined;
  /** What another walk passed up to here, not yet taken over. */
  private ahead: WalkState | undefined;

  constructor(
    readonly root: SourceText,
    private readonly options: UnitOptions,
  ) {
    this.macros = new MacroTable(root, options.headers.macros, definedBefore(root, options));
    const { defines, headers } = options;
    this.beginning = defines && headers.beginnings.of(defines, isCppName(root.path) ? 'cpp' : 'c');
    this.scope = {
      isDefined: (name) => this.isDefined(name),
      lookup: (name) => {
        const found = this.macros.candidates(name, Number.MAX_SAFE_INTEGER);
        return found.length === 1 ? found[0] : undefined;
      },
    };
  }

  private isDefined(name: string): boolean | undefined {
    const known = this.macros.isDefined(name);
    const isGiven = WDK_UNDEFINED.has(name) || this.options.undefines?.has(name) === true;
    return known === undefined && isGiven && this.macros.all(name).length === 0 ? false : known;
  }

  /** What an including file passes before it includes the root, and where it does so; undefined: nowhere. */
  before(unit: SourceText): number | undefined {
    this.beginning = undefined;
    this.search = 'on';
    this.macros.include(-1);
    this.file(unit, 'yes', 1);
    this.search = 'off';
    return this.reached;
  }

  /** What the build includes before the first line. */
  forced(): void {
    this.files.push(this.root);
    for (const name of this.options.forcedIncludes ?? []) {
      const path = this.options.files.resolveInclude(this.root.path, name, false);
      if (path !== undefined) this.leaveRoot(path, 'yes', -1);
    }
  }

  /** Walks one file whose include directive is reached as `outer`. */
  file(source: SourceText, outer: Reach, depth: number): void {
    this.catchUp();
    const visits = (this.visits.get(source.path) ?? 0) + 1;
    this.visits.set(source.path, visits);
    if (visits === 1 && source !== this.root) this.files.push(source);
    const isRoot = depth === 0;
    if (!isRoot) this.options.headers.macros.add(source);
    const visit = this.macros.enter(source);
    const { directives } = source.layout;
    const groups = new OpenGroups(outer);
    const known = this.reaches.length;
    let branchStart = 0;
    let passed = 0;
    const pass = (to: number): boolean => {
      if (isRoot) this.passRoot(directives, passed, to);
      this.macros.pass(visit, passed, to, groups.reach);
      this.budget -= to - passed + 1;
      passed = to + 1;
      return this.budget >= 0;
    };
    for (const index of source.turns) {
      const directive = directives[index];
      if (directive === undefined || !pass(index)) break;
      if (!isConditional(directive)) {
        this.plain(source, directive, groups.reach, depth);
        if (this.search === 'found') {
          if (source === this.options.includedBy) this.reached = directive.start;
          visit.reaches = this.reachesSince(known);
          return;
        }
        continue;
      }
      if (isRoot) this.branch(groups, branchStart, directive.start);
      branchStart = directive.end;
      groups.turn(directive, () => this.condition(source, directive, index));
      this.reaches.push(groups.reach);
    }
    visit.reaches = this.reachesSince(known);
    pass(directives.length);
    this.catchUp();
    if (isRoot) this.branch(groups, branchStart, source.text.length);
  }

  /** What was noted since then, for the header that is left; nothing where all of it is reached. */
  private reachesSince(known: number): readonly Reach[] {
    const reaches = this.reaches.includes('no', known) ? this.reaches.slice(known) : NO_REACHES;
    this.reaches.length = known;
    return reaches;
  }

  private branch({ arm }: OpenGroups, start: number, end: number): void {
    if (arm !== undefined && end > start) this.branches.push({ start, end, ...arm });
  }

  private plain(source: SourceText, directive: Directive, reach: Reach, depth: number): void {
    if (directive.kind === 'pragma') {
      // The root is not entered again anyway, and what it says of itself is not for others.
      if (depth > 0 && /^\s+once\b/.test(source.text.slice(directive.argument, directive.end)))
        this.once.add(source.path);
    } else if (directive.kind === 'include' && reach !== 'no') this.include(source, directive, reach, depth);
  }

  private include(source: SourceText, directive: Directive, reach: Reach, depth: number): void {
    const target = source.target(directive);
    if (target === undefined || depth >= MOST_INCLUDE_DEPTH) return;
    const path = this.options.files.resolveInclude(source.path, target.name, target.angled);
    if (path === undefined) return;
    if (depth > 0) this.enter(path, reach, depth);
    else this.leaveRoot(path, reach, directive.start);
  }

  private enter(path: string, reach: Reach, depth: number): void {
    // What includes the root reads otherwise for another one.
    if (path === this.root.path) {
      this.beginning = undefined;
      if (this.search === 'on') this.search = 'found';
    }
    if (this.once.has(path) || (this.visits.get(path) ?? 0) >= MOST_VISITS_OF_ONE_FILE || path === this.root.path)
      return;
    const included = this.options.headers.load(path, this.options.files);
    if (included) this.file(included, reach, depth + 1);
  }

  /** An include of the root: walked, unless a walk of another file did so under the same circumstances. */
  private leaveRoot(path: string, reach: Reach, offset: number): void {
    this.macros.include(offset);
    this.beginning = this.beginning?.behind(path);
    const known = this.beginning?.state;
    if (known?.visits.has(this.root.path) === false) {
      this.ahead = known;
      return;
    }
    if (known) this.beginning = undefined;
    this.catchUp();
    this.enter(path, reach, 0);
    if (this.beginning) this.beginning.state = this.state();
  }

  /** Directives between two that are walked: a macro of the root's own is nobody else's. */
  private passRoot(directives: readonly Directive[], from: number, to: number): void {
    if (this.beginning === undefined) return;
    const next = directives[to];
    const isPlain = directives.slice(from, to).every(({ kind }) => kind === 'other');
    if (isPlain && (next === undefined || next.kind === 'include' || next.kind === 'pragma')) return;
    this.catchUp();
    this.beginning = undefined;
  }

  private state(): WalkState {
    const visits = new Map(this.visits);
    visits.delete(this.root.path);
    const files = this.files.filter((file) => file !== this.root);
    return { macros: this.macros.passed(), files, visits, once: new Set(this.once), budget: this.budget };
  }

  /** Takes over what another walk passed. */
  private catchUp(): void {
    const { ahead } = this;
    if (ahead === undefined) return;
    this.ahead = undefined;
    this.macros.resume(ahead.macros);
    this.files.splice(0, this.files.length, this.root, ...ahead.files);
    const own = this.visits.get(this.root.path);
    this.visits = new Map(ahead.visits);
    if (own !== undefined) this.visits.set(this.root.path, own);
    this.once = new Set(ahead.once);
    this.budget = ahead.budget;
  }

  private condition(source: SourceText, directive: Directive, index: number): boolean | undefined {
    const tokens = source.argumentTokens(directive);
    const { kind } = directive;
    if (kind === 'if' || kind === 'elif') return evaluateCondition(tokens, this.scope);
    const name = tokens[0];
    if (name?.kind !== 'name') return undefined;
    const known = this.isDefined(name.text);
    if (known !== undefined) return kind === 'ifdef' || kind === 'elifdef' ? known : !known;
    if (kind !== 'ifndef') return undefined;
    // `#ifndef X` with `#define X` right behind it is an include guard, or a default that nothing at hand overrides.
    const next = source.layout.directives[index + 1];
    const defined = next?.kind === 'define' ? source.definition(next) : undefined;
    if (defined?.name !== name.text || this.macros.all(name.text).length > 0) return undefined;
    this.defaults.add(name.text);
    return true;
  }
}
