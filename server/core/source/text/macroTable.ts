/**
 * Macros of one translation unit by name, in the order of the preprocessor's walk, with how sure it is that each counts.
 * The walk notes which lines of which file it passed; what they define is looked up when a name is asked for.
 * Offsets are those of the unit's root file: a definition from a header stands where the root includes it.
 */
import type { MacroIndex } from './macroIndex';
import type { MacroDefinition, SourceText } from './sourceText';

/** Whether the preprocessor reaches a line: `maybe` where a condition depends on macros that are not at hand. */
export type Reach = 'yes' | 'maybe' | 'no';

interface Entry {
  /** Undefined: `#undef`. */
  readonly definition: MacroDefinition | undefined;
  readonly reach: Reach;
  readonly at: number;
}

/** Directives of a file that the walk passed one after the other, reached alike. */
interface Stretch {
  /** Indexes into the file's directives, half-open. */
  readonly from: number;
  readonly to: number;
  readonly reach: Reach;
  /** Which of the root's includes led here, counted from 0. */
  readonly include: number;
  /** Position in the walk. */
  readonly order: number;
}

/** What the walk passed of a file from its beginning to its end. */
export interface Visit {
  /** Ascending. */
  readonly stretches: Stretch[];
  /** Of a header: how what stands behind each of its conditional directives is reached; empty: nothing is left out. */
  reaches: readonly Reach[];
}

/** What a walk passed of headers, for another walk that would pass the same. */
export interface PassedMacros {
  readonly visits: ReadonlyMap<SourceText, readonly Visit[]>;
  readonly order: number;
}

interface PlacedEntry extends Entry {
  readonly order: number;
  readonly line: number;
}

/** Of a name that one file defines more often, the last ones count. */
const MOST_DEFINITIONS = 500;

const ALL_REACHED: readonly Reach[] = [];

export class MacroTable {
  private visits = new Map<SourceText, readonly Visit[]>();
  /** Where the root's includes stand. */
  private readonly includes: number[] = [];
  private readonly given = new Map<string, MacroDefinition>();
  /** Those whose replacement names anything. */
  private readonly givenNaming: readonly MacroDefinition[];
  private order = 0;

  constructor(
    private readonly root: SourceText,
    /** Of headers. The root need not be in it. */
    private readonly index: MacroIndex,
    /** Definitions that stand before the first line: the build's, and those of the command line. */
    given: Iterable<MacroDefinition>,
  ) {
    for (const definition of given) this.given.set(definition.name, definition);
    this.givenNaming = [...this.given.values()].filter((definition) => definition.names.size > 0);
  }

  /** The walk enters a file: what it passes there goes to the visit it gets. */
  enter(source: SourceText): Visit {
    const visit: Visit = { stretches: [], reaches: ALL_REACHED };
    this.visits.set(source, [...(this.visits.get(source) ?? []), visit]);
    return visit;
  }

  /** The walk leaves the root by an include at an offset; -1: one of the build, before the first line. */
  include(offset: number): void {
    this.includes.push(offset);
  }

  /** The walk passes directives [from…to) of a file: the root, or one its last include led to. */
  pass(visit: Visit, from: number, to: number, reach: Reach): void {
    if (from >= to) return;
    visit.stretches.push({ from, to, reach, include: this.includes.length - 1, order: this.order });
    this.order += 1;
  }

  /** The walk's visits of a file. */
  visitsOf(source: SourceText): readonly Visit[] {
    return this.visits.get(source) ?? [];
  }

  /** What was passed of headers so far. */
  passed(): PassedMacros {
    const visits = new Map(this.visits);
    visits.delete(this.root);
    return { visits, order: this.order };
  }

  /** The walk passed this behind as many of the root's includes, and nothing else of headers. */
  resume(passed: PassedMacros): void {
    const own = this.visits.get(this.root);
    this.visits = new Map(passed.visits);
    if (own) this.visits.set(this.root, own);
    this.order = Math.max(this.order, passed.order);
  }

  /** Definitions that may be in force at an offset, the surest first. Several: a condition could not be decided. */
  candidates(name: string, offset: number): MacroDefinition[] {
    const list = this.entries(name);
    const found: MacroDefinition[] = [];
    for (let at = list.length - 1; at >= 0; at -= 1) {
      const entry = list[at];
      if (entry === undefined || entry.at > offset || entry.reach === 'no') continue;
      if (entry.definition) found.push(entry.definition);
      if (entry.reach === 'yes') break;
    }
    return found;
  }

  /** Definitions in branches that are not taken: a last resort for names that have no other. */
  untaken(name: string): MacroDefinition[] {
    return this.entries(name).flatMap((entry) => (entry.reach === 'no' && entry.definition ? [entry.definition] : []));
  }

  /** Three-valued `defined(name)`; undefined when only unsure definitions exist, or none at all. */
  isDefined(name: string): boolean | undefined {
    const list = this.entries(name);
    for (let at = list.length - 1; at >= 0; at -= 1) {
      const entry = list[at];
      if (entry?.reach === 'maybe') return undefined;
      if (entry?.reach === 'yes') return entry.definition !== undefined;
    }
    return undefined;
  }

  /** Whether a name is a macro that expands to nothing, whatever the branch, from beginning to end. */
  isEmpty(name: string): boolean {
    const mayBe =
      this.given.get(name)?.body.length === 0 || this.root.emptyMacros.has(name) || this.index.mayBeEmpty(name);
    if (!mayBe) return false;
    const [definition, ...more] = this.candidates(name, Number.MAX_SAFE_INTEGER);
    return definition?.body.length === 0 && definition.parameters === undefined && more.length === 0;
  }

  /** Every definition of a name, taken or not. */
  all(name: string): MacroDefinition[] {
    return this.entries(name).flatMap((entry) => (entry.definition ? [entry.definition] : []));
  }

  /** Definitions, taken or not, whose replacement names this. */
  naming(name: string): readonly MacroDefinition[] {
    const own = this.index.namingIn(this.root, name);
    const anywhere = this.index.naming(name);
    if (anywhere.length === 0 && this.givenNaming.length === 0) return own;
    const given = this.givenNaming.filter((definition) => definition.names.has(name));
    const inHeaders = anywhere.filter(({ source }) => source !== this.root && this.visits.has(source));
    return [...given, ...own, ...inHeaders];
  }

  /** All entries of a name in the order of the walk. */
  private entries(name: string): readonly Entry[] {
    const given = this.given.get(name);
    const placed: PlacedEntry[] = [];
    this.place(this.root, name, placed);
    for (const source of this.index.defining(name)) if (source !== this.root) this.place(source, name, placed);
    if (placed.length > 1) placed.sort((a, b) => a.order - b.order || a.line - b.line);
    return given === undefined ? placed : [{ definition: given, reach: 'yes', at: -1 }, ...placed];
  }

  private place(source: SourceText, name: string, placed: PlacedEntry[]): void {
    const visits = this.visits.get(source);
    const lines = visits && source.macroLines.get(name);
    if (visits === undefined || lines === undefined) return;
    for (const line of lines.slice(-MOST_DEFINITIONS)) {
      const directive = source.layout.directives[line];
      if (directive === undefined) continue;
      const definition = directive.kind === 'undef' ? undefined : source.definition(directive);
      for (const visit of visits) {
        const stretch = stretchAt(visit, line);
        if (stretch === undefined || (definition === undefined && stretch.reach === 'no')) continue;
        const { reach, include, order } = stretch;
        const at = source === this.root ? directive.start : (this.includes[include] ?? -1);
        placed.push({ definition, reach, at, order, line });
      }
    }
  }
}

/** The stretch that holds a line. */
function stretchAt({ stretches: visit }: Visit, line: number): Stretch | undefined {
  let low = 0;
  let high = visit.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((visit[middle]?.to ?? 0) <= line) low = middle + 1;
    else high = middle;
  }
  const stretch = visit[low];
  return stretch && stretch.from <= line ? stretch : undefined;
}
