/**
 * Headers that many translation units share: each is read, laid out, masked and searched for wrappers once.
 * The caller may keep one cache for a whole scan; a file that changes is dropped by its path.
 */
import { CATALOGUE_NAMES } from './calls';
import type { Wrapper } from './externals';
import type { Directive } from './layout';
import { maskSource, type MaskedSource } from './mask';
import { hashedName, NameFilter, type HashedName } from './nameFilter';
import { includeTarget, SourceText } from './sourceText';
import { readUnit, type SourceFiles } from './translationUnit';
import { planReadings } from './branches';

/** Whether a text names an allocator or a structure with a tag, or places `new`. Comments count: a cheap first look. */
export function mentionsAllocator(text: string): boolean {
  return DIRECT.test(text);
}

const DIRECT = new RegExp(`\\b(?:(?:${[...CATALOGUE_NAMES].join('|')})\\b|new\\s*\\()`);

/** A `#define` of a header, known by its name; its body is read when it is asked for. */
export interface NamedDefine {
  readonly name: HashedName;
  readonly source: SourceText;
  readonly directive: Directive;
}

interface HeaderFacts {
  readonly source: SourceText;
  masked?: MaskedSource;
  /** `mentionsAllocator` of the text. */
  mentions?: boolean;
  wrappers?: readonly Wrapper[];
  includes?: readonly string[];
  leading?: ReadonlySet<string>;
  defines?: readonly NamedDefine[];
}

export class SourceCache {
  private readonly headers = new Map<string, HeaderFacts | undefined>();

  /** Forgets a file; what includes it is read again when it is asked for. Wrappers of headers above it are dropped too. */
  invalidate(path: string): void {
    this.headers.delete(path);
    for (const facts of this.headers.values()) {
      if (facts === undefined) continue;
      delete facts.wrappers;
      delete facts.masked;
    }
  }

  /** The text of a document that was open before changed: nothing here depends on it unless it was included. */
  edited(path: string): void {
    if (this.headers.has(path)) this.invalidate(path);
  }

  load(path: string, files: SourceFiles): SourceText | undefined {
    return this.header(path, files)?.source;
  }

  private header(path: string, files: SourceFiles): HeaderFacts | undefined {
    if (!this.headers.has(path)) {
      const text = files.readText(path);
      this.headers.set(path, text === undefined ? undefined : { source: new SourceText(path, text) });
    }
    return this.headers.get(path);
  }

  /** A header as it reads on its own, for its declarations. */
  masked(source: SourceText, files: SourceFiles, defines: ReadonlyMap<string, string> | undefined): MaskedSource {
    const facts = this.header(source.path, files);
    if (facts?.masked) return facts.masked;
    const load = (path: string): SourceText | undefined => this.load(path, files);
    const unit = readUnit(source, { files, load, ...(defines && { defines }) });
    const [reading] = planReadings(unit.branches, () => false);
    const masked = maskSource(source.text, {
      layout: source.layout,
      hidden: reading?.hidden ?? [],
      language: 'cpp',
      isEmptyMacro: () => false,
      // Declarations stand outside bodies.
      wanted: NOTHING,
    });
    if (facts) facts.masked = masked;
    return masked;
  }

  /** Wrappers a header defines, found by `scan` the first time. A header that is being scanned has none yet. */
  wrappers(path: string, files: SourceFiles, scan: (source: SourceText) => readonly Wrapper[]): readonly Wrapper[] {
    const facts = this.header(path, files);
    if (facts === undefined || !(facts.mentions ??= mentionsAllocator(facts.source.text))) return [];
    if (facts.wrappers === undefined) {
      facts.wrappers = [];
      facts.wrappers = scan(facts.source);
    }
    return facts.wrappers;
  }

  /** Paths a file includes, directly or not, conditions aside. */
  closure(source: SourceText, files: SourceFiles): string[] {
    const seen = new Set<string>([source.path]);
    const open = [...directIncludes(source, files)];
    for (let path = open.pop(); path !== undefined && seen.size < MOST_CLOSURE; path = open.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      const facts = this.header(path, files);
      if (facts) open.push(...(facts.includes ??= directIncludes(facts.source, files)));
    }
    seen.delete(source.path);
    return [...seen];
  }

  /** Macros and functions of a header that may lead to an allocator, by a look at the names only. */
  leading(path: string, files: SourceFiles): ReadonlySet<string> {
    const facts = this.header(path, files);
    if (facts === undefined) return NO_NAMES;
    if (!(facts.mentions ??= mentionsAllocator(facts.source.text))) return NO_NAMES;
    return (facts.leading ??= leadingNames(facts.source));
  }

  /** The macros a header defines, in any of its branches. */
  defines(path: string, files: SourceFiles): readonly NamedDefine[] {
    const facts = this.header(path, files);
    return facts === undefined ? [] : (facts.defines ??= definesOf(facts.source));
  }
}

const NOTHING = new NameFilter(new Set());
const MOST_CLOSURE = 4_000;
const NO_NAMES: ReadonlySet<string> = new Set();

function directIncludes(source: SourceText, files: SourceFiles): string[] {
  const found: string[] = [];
  if (!source.text.includes('include')) return found;
  for (const directive of source.layout.directives) {
    if (directive.kind !== 'include') continue;
    const target = includeTarget(source, directive);
    const path = target && files.resolveInclude(source.path, target.name, target.angled);
    if (path !== undefined) found.push(path);
  }
  return found;
}

function definesOf(source: SourceText): NamedDefine[] {
  return source.layout.directives.flatMap((directive) => {
    if (directive.kind !== 'define') return [];
    const plain = /^[ \t]+([A-Za-z_$][\w$]*)(?=[\s(]|$)/.exec(source.text.slice(directive.argument, directive.end));
    const name = plain?.[1] ?? source.definition(directive)?.name;
    return name === undefined ? [] : [{ name: hashedName(name), source, directive }];
  });
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
          names.add(definition.name);
      }
    }
  }
  return names;
}
