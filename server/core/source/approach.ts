/**
 * How translation units come to a file that they include: what their preprocessors pass on the way, so that units which
 * come there alike are told apart from others. Most begin alike, and only one of those is walked. Reads no sites.
 */
import type { SourceCache } from './sourceCache';
import { readLayoutFrom, type Directive } from './text/layout';
import { includeTarget, type SourceText } from './text/sourceText';
import { isCppName, UnitWalk, type TranslationUnit, type UnitOptions } from './translationUnit';

/** How a unit comes to a file that it includes. */
export interface Approach {
  /** Equal texts: the file reads the same. Undefined: the unit never comes there. */
  readonly state: string | undefined;
  /** Paths passed on the way. */
  readonly files: readonly string[];
}

export type ApproachOptions = UnitOptions & { readonly includedBy: SourceText };

/** Approaches of units to one file. */
export class Approaches {
  /** By what units say before the include that leads to the file. */
  private readonly known = new Map<string, Approach>();
  private readonly leading = new Map<string, boolean>();

  constructor(
    private readonly root: SourceText,
    private readonly cache: SourceCache,
  ) {}

  /** Walks `includedBy` up to where it includes the file, unless one that begins alike was. */
  read(options: ApproachOptions): Approach {
    const beginning = this.beginning(options);
    const known = beginning && this.known.get(beginning.key);
    if (known) return known;
    const walk = new UnitWalk(this.root, options);
    walk.forced();
    const reached = walk.before(options.includedBy);
    const passed = walk.files.slice(1);
    const state = reached === undefined ? undefined : stateOf(walk, options, reached);
    const approach = { state, files: passed.map(({ path }) => path) };
    if (beginning && beginning.at === reached) this.known.set(beginning.key, approach);
    return approach;
  }

  /** What a unit says before an include that may lead to the file, whatever the conditions; undefined where those may matter. */
  private beginning(options: ApproachOptions): { readonly key: string; readonly at: number } | undefined {
    const { includedBy, files, defines } = options;
    const { text, path } = includedBy;
    const targets: (string | undefined)[] = [];
    let depth = 0;
    let stop: number | undefined;
    const begun = readLayoutFrom(text, { at: 0, lineStart: true, last: 0 }, (at, place) => {
      if (place !== 'directive') return false;
      const [, word = '', rest = ''] = /^#[ \t]*(\w*)(.*)/.exec(text.slice(at, at + MOST_LINE)) ?? [];
      if (word.startsWith('if')) depth += 1;
      else if (word === 'endif') depth -= 1;
      if (word !== 'include') return false;
      const target = includeTarget(rest);
      const to = target && files.resolveInclude(path, target.name, target.angled);
      targets.push(to);
      if (to !== undefined && this.leads(to, options)) stop = at;
      return stop !== undefined;
    });
    if (stop === undefined || depth !== 0) return undefined;
    const own = ownBefore({ path, text, layout: begun }, stop);
    return { key: [buildNumber(defines), isCppName(path), own, ...targets].join('\n'), at: stop };
  }

  /** Whether a file is the one that is approached, or includes it, conditions aside. */
  private leads(path: string, { files, defines }: ApproachOptions): boolean {
    const key = `${String(buildNumber(defines))} ${path}`;
    let leads = this.leading.get(key);
    if (leads === undefined) {
      const source = path === this.root.path ? undefined : this.cache.load(path, files);
      leads =
        path === this.root.path ||
        (source !== undefined &&
          this.cache.closure(source, files, { ...(defines && { defines }) }).includes(this.root.path));
      this.leading.set(key, leads);
    }
    return leads;
  }
}

/** Of a line, in characters, as far as an include's target is looked for. */
const MOST_LINE = 500;
const buildNumbers = new WeakMap<object, number>();
let builds = 0;

/** Builds are told apart by identity; the same number stands for the same macros and include folders. */
function buildNumber(defines: UnitOptions['defines']): number {
  if (defines === undefined) return 0;
  let number = buildNumbers.get(defines);
  if (number === undefined) buildNumbers.set(defines, (number = builds += 1));
  return number;
}

function stateOf(
  { files, macros }: TranslationUnit,
  { defines, includedBy }: ApproachOptions,
  reached: number,
): string {
  const passed = files.slice(1).map((source) => {
    const reaches = macros.visitsOf(source).map((visit) => visit.reaches.map((reach) => reach.charAt(0)).join(''));
    return `${source === includedBy ? '' : source.path} ${reaches.join()}`;
  });
  const own = ownBefore(includedBy, reached);
  return [buildNumber(defines), isCppName(includedBy.path), own, ...passed].join('\n');
}

const INCLUDES: ReadonlySet<Directive['kind']> = new Set(['include', 'pragma', 'other']);

/** What a file itself says before an offset: its path if that is more than macros, conditions and includes. */
function ownBefore({ path, text, layout }: Pick<SourceText, 'path' | 'text' | 'layout'>, offset: number): string {
  const directives = layout.directives.filter(({ start }) => start < offset);
  const left: (readonly [number, number])[] = directives.map(({ start, end }) => [start, end]);
  for (let at = 0; at + 1 < layout.comments.length; at += 2)
    left.push([layout.comments[at] ?? 0, layout.comments[at + 1] ?? 0]);
  left.sort(([a], [b]) => a - b);
  let from = 0;
  for (const [start, end] of [...left, [offset, offset] as const]) {
    if (start > offset) break;
    if (/[^\s\ufeff]/.test(text.slice(from, start))) return path;
    from = Math.max(from, end);
  }
  return directives
    .filter(({ kind }) => !INCLUDES.has(kind))
    .map(({ start, end }) => text.slice(start, end))
    .join('\n');
}
