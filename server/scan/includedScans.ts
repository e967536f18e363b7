/**
 * Scans of sources in the places where units include them: with each unit's text, settings and project. Decides whether a
 * source is to be read so at all.
 */
import { namedIn } from '../core/source/changedNames';
import { NO_EXTERNALS, wrapperNames, type Externals } from '../core/source/externals';
import { scanIncluded, uniteScans, type Includer } from '../core/source/includers';
import type { ScannedSource, ScanSourceOptions } from '../core/source/scanSource';
import type { SourceCache } from '../core/source/sourceCache';
import { functionBodies } from '../core/source/text/quietBodies';
import { SourceText } from '../core/source/text/sourceText';
import type { UnitFlagsMap } from './builds/unitFlags';
import type { DiskSourceFiles } from './sourceFiles';

const HEADER = /\.(?:h|hh|hpp|hxx|inl|inc)$/i;

export class IncludedScans {
  readonly #named = new WeakMap<Externals, (text: string) => boolean>();

  constructor(
    private readonly files: DiskSourceFiles,
    private readonly flags: UnitFlagsMap,
    private readonly externalsOf: (file: string) => Externals | undefined,
  ) {}

  /** What a source is in these units; undefined when it says everything by itself, or none of them includes it. */
  scan(
    text: string,
    options: ScanSourceOptions,
    alone: ScannedSource,
    units: readonly string[] = [],
  ): ScannedSource | undefined {
    if (units.length === 0) return undefined;
    const own = this.externalsOf(options.file);
    const isOpen = (alone.exports.open?.length ?? 0) > 0;
    const others = new Set(isOpen ? [] : units.map((file) => this.externalsOf(file)));
    const source = options.cache?.root(options.file, text) ?? new SourceText(options.file, text);
    if (!isOpen && ![...others].some((one) => this.#namesOthers(source, one, own))) return undefined;
    const there = scanIncluded(text, options, this.#includers(units, own));
    if (there === undefined) return undefined;
    // What is compiled by itself, too, is also what it says then.
    const united = HEADER.test(options.file) ? there : uniteScans([alone, there]);
    const { open = [] } = alone.exports;
    return { ...united, exports: { ...united.exports, open } };
  }

  /** The units, and what they include, conditions aside. */
  *closures(units: readonly string[], cache: SourceCache): Generator<string> {
    for (const { file, text, options } of this.#includers(units, undefined)) {
      yield file;
      yield* cache.closure(cache.root(file, text), this.files, options);
    }
  }

  /** Whether a text names something of another project that leads to an allocator. */
  #namesOthers(source: SourceText, externals: Externals | undefined, own: Externals | undefined): boolean {
    if (externals === undefined || externals === own || externals.wrappers.size === 0) return false;
    const { text } = source;
    let named = this.#named.get(externals);
    if (named === undefined) {
      this.#named.set(externals, (named = namedIn(wrapperNames(externals))));
    }
    if (!named(text)) return false;
    // Headers name functions to declare them: only who uses one has a use for what it does.
    const { layout } = source;
    const macros = layout.directives.filter(({ kind }) => kind === 'define');
    return [...functionBodies(text, layout, []), ...macros].some(({ start, end }) => named(text.slice(start, end)));
  }

  *#includers(units: readonly string[], own: Externals | undefined): Generator<Includer> {
    for (const file of units) {
      const text = this.files.readText(file);
      if (text === undefined) continue;
      const { includeFolders, ...build } = this.flags.of(file);
      this.files.setUnitFolders(includeFolders);
      const externals = together(own, this.externalsOf(file));
      yield { file, text, options: { ...build, ...(externals && { externals }) } };
    }
  }
}

/** What a source's own project says, and the one of a unit that includes it, which comes first. */
function together(own: Externals | undefined, other: Externals | undefined): Externals | undefined {
  if (own === other || other === undefined) return own;
  const { wrappers, values, ...rest } = own ?? NO_EXTERNALS;
  return {
    ...rest,
    wrappers: new Map([...wrappers, ...other.wrappers]),
    values: new Map([...values, ...other.values]),
  };
}
