/**
 * Entry of the scanner for Rust: text of one file in, tag sites and mentions out, as `scanSource` gives them. What other
 * files of the crate define comes through the same externals. Never throws on input.
 */
import type { Node, Parser } from 'web-tree-sitter';
import type { TagMention } from '../../../../src/shared/facts';
import { CATALOGUE_NAMES } from '../calls/calls';
import { FIELD_NAMES } from '../calls/fields';
import type { RawSite } from '../calls/rawSites';
import { DRIVER_POOL_TAG, findFlows, findWrappers, finishSites } from '../calls/sites';
import {
  NO_EXPORTS,
  NO_EXTERNALS,
  type Externals,
  type FileExports,
  type NamedValue,
  type Wrapper,
} from '../externals';
import type { ScannedSource } from '../scanSource';
import { NameFilter } from '../text/nameFilter';
import { SourceText } from '../text/sourceText';
import type { TagValue } from '../values/evaluate';
import { splitName } from '../values/owners';
import { readItems, type RustConstant, type RustItems } from './rustItems';
import { isWdfCall, readRustSites, readWdfCall, type RustReader } from './rustSites';
import { descendants, MOST_RUST_UNITS, RustTrees } from './rustTree';
import { RustValues } from './rustValues';

export interface ScanRustOptions {
  /** Absolute path. */
  readonly file: string;
  /** Driver or crate the file belongs to. */
  readonly module: string;
  readonly parser: Parser;
  readonly externals?: Externals;
}

const MOST_ROUNDS = 6;
const MOST_MACRO_DEPTH = 4;
const MOST_VALUES = 5_000;
const INTERESTING = new NameFilter(new Set([...CATALOGUE_NAMES, ...FIELD_NAMES]));
/** A constant that may be a tag for other files. */
const DEFINES_TAG = /\b(?:const|static)\s+(?:(?:mut|ref)\s+)?\w*tag/i;

/** Whether the text may hold a site, or define a tag for other files. */
function isInteresting(text: string, externals: Externals): boolean {
  if (DEFINES_TAG.test(text) || INTERESTING.matches(text)) return true;
  return new NameFilter(new Set(externals.wrappers.keys())).matches(text);
}

export function scanRust(text: string, options: ScanRustOptions): ScannedSource {
  const { externals = NO_EXTERNALS } = options;
  const nothing = { sites: [], mentions: [], includes: [], exports: NO_EXPORTS };
  if (!isInteresting(text, externals)) return { ...nothing, issues: [] };
  if (text.length > MOST_RUST_UNITS) return { ...nothing, issues: [{ message: 'too long to be read as Rust' }] };
  const trees = new RustTrees(options.parser);
  try {
    const root = trees.file(text);
    if (root === undefined) return { ...nothing, issues: [{ message: 'nests too deeply to be read as Rust' }] };
    return new RustScan(root, text, trees, externals, options).run();
  } catch (error) {
    // A defect of ours must not stop a scan of thousands of files; the issue line names it.
    const message = `scanner failed: ${error instanceof Error ? error.message : String(error)}`;
    return { ...nothing, issues: [{ message }] };
  } finally {
    trees.dispose();
  }
}

class RustScan {
  private readonly source: SourceText;
  private readonly insides: { readonly node: Node; readonly isWdf: boolean }[] = [];
  private readonly items: RustItems;
  private readonly values: RustValues;
  private readonly wrappers = new Map<string, Wrapper[]>();
  private readonly mentions = new Map<string, TagMention>();
  /** Constants that were used as tags. */
  private readonly used = new Set<RustConstant>();

  constructor(
    private readonly root: Node,
    text: string,
    private readonly trees: RustTrees,
    private readonly externals: Externals,
    private readonly options: ScanRustOptions,
  ) {
    this.source = new SourceText(options.file, text);
    for (const list of externals.wrappers.values()) for (const wrapper of list) this.addWrapper(wrapper);
    this.openMacros(root, 0);
    this.items = readItems([root, ...this.insides.map(({ node }) => node)], trees);
    this.values = new RustValues(this.items, trees, externals);
  }

  run(): ScannedSource {
    let raw: RawSite[] = [];
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      this.mentions.clear();
      raw = this.readSites();
      const before = this.wrappers.size;
      for (const wrapper of this.findWrappers(raw)) this.addWrapper(wrapper);
      if (this.wrappers.size === before) break;
    }
    const flows = findFlows(raw);
    const { file, module } = this.options;
    const exports = this.exports(raw, flows);
    this.mentionDefinitions();
    return {
      sites: finishSites(raw, flows, this.externals, { root: this.source, module }),
      issues: [],
      mentions: [...this.mentions.values()],
      includes: [],
      exports: file === '' ? NO_EXPORTS : exports,
    };
  }

  /** Wrappers with the types they belong to: many types have a `new`. */
  private findWrappers(raw: readonly RawSite[]): Wrapper[] {
    return findWrappers(raw).flatMap((wrapper): Wrapper[] => {
      if (wrapper.keeps !== true || wrapper.scope !== undefined) return [wrapper];
      const named = this.items.functions.filter(
        ({ name, parameters }) =>
          name.split('::').at(-1) === wrapper.name && parameters.length === wrapper.parameterCount,
      );
      const [only] = named;
      // Of several the values can't be told apart.
      if (only === undefined || named.length > 1) return [];
      const { scope } = splitName(only);
      return [{ ...wrapper, ...(scope !== undefined && { scope }) }];
    });
  }

  private addWrapper(wrapper: Wrapper): void {
    const list = this.wrappers.get(wrapper.name) ?? [];
    const isKnown = list.some((one) => one.parameterCount === wrapper.parameterCount && one.scope === wrapper.scope);
    if (!isKnown) this.wrappers.set(wrapper.name, [...list, wrapper]);
  }

  /** Parses what stands in the brackets of macros that name anything of interest, and of those inside. */
  private openMacros(root: Node, depth: number): void {
    if (depth >= MOST_MACRO_DEPTH) return;
    const filter = new NameFilter(new Set(this.wrappers.keys()), INTERESTING);
    for (const macro of descendants(root, ['macro_invocation'])) {
      const tokens = macro.namedChildren.find((child) => child.type === 'token_tree');
      if (tokens === undefined || !(filter.matches(tokens.text) || DEFINES_TAG.test(tokens.text))) continue;
      const node = this.trees.macro(tokens);
      if (node === undefined) continue;
      this.insides.push({ node, isWdf: isWdfCall(macro) });
      this.openMacros(node, depth + 1);
    }
  }

  private readSites(): RawSite[] {
    const reader: RustReader = {
      items: this.items,
      trees: this.trees,
      values: this.values,
      wrappers: (name) => this.wrappers.get(name) ?? [],
      spelled: (argument, value) => {
        this.mentionUse(argument, value);
      },
    };
    const raw = [this.root, ...this.insides.map(({ node }) => node)].flatMap((root) => readRustSites(root, reader));
    for (const { node, isWdf } of this.insides) {
      const site = isWdf ? readWdfCall(node, reader) : undefined;
      if (site) raw.push(site);
    }
    const byPlace = new Map(raw.map((site) => [site.name.start, site]));
    return [...byPlace.values()].sort((a, b) => a.name.start - b.name.start);
  }

  private mentionUse(argument: Node, value: TagValue): void {
    const [start, end] = [this.trees.offset(argument), this.trees.end(argument)];
    let path: Node | null = argument;
    while (path?.type === 'type_cast_expression') path = path.childForFieldName('value');
    const isName = path?.type === 'identifier' || path?.type === 'scoped_identifier';
    const definitions = isName && path ? this.values.constants(path) : [];
    const [definition] = definitions;
    for (const one of definitions) this.used.add(one);
    const name = path?.text.split('::').at(-1) ?? '';
    const definedAt =
      definition === undefined
        ? isName
          ? this.externals.values.get(name)?.[0]?.definedAt
          : undefined
        : { file: this.source.path, range: this.source.lines.range(definition.nameStart, definition.nameEnd) };
    for (const tag of value.tags.slice(0, 16)) this.mention(tag, start, end, 'use', definedAt);
  }

  private mention(
    tag: number,
    start: number,
    end: number,
    kind: TagMention['kind'],
    definedAt?: TagMention['definedAt'],
  ): void {
    const key = `${String(start)} ${String(tag)} ${kind}`;
    if (this.mentions.has(key)) return;
    this.mentions.set(key, { tag, range: this.source.lines.range(start, end), kind, ...(definedAt && { definedAt }) });
  }

  /** Constants that are called tags, or are used as one. */
  private mentionDefinitions(): void {
    for (const { constant, value } of this.tagConstants())
      for (const tag of value.tags) this.mention(tag, constant.nameStart, constant.nameEnd, 'definition');
  }

  private tagConstants(): { readonly constant: RustConstant; readonly value: TagValue }[] {
    return [...this.items.constants.values()].flat().flatMap((constant) => {
      if (constant.value === undefined || (!/tag/i.test(constant.name) && !this.used.has(constant))) return [];
      const value = this.values.value(constant.value);
      return value.tags.length > 0 && value.tags.every((tag) => tag > 0xffffff) ? [{ constant, value }] : [];
    });
  }

  private exports(raw: readonly RawSite[], flows: FileExports['flows']): FileExports {
    const range = (start: number, end: number): NamedValue['definedAt'] => ({
      file: this.source.path,
      range: this.source.lines.range(start, end),
    });
    const values = this.tagConstants().flatMap(
      ({ constant: { name, nameStart, nameEnd, isLocal }, value }): NamedValue[] =>
        isLocal ? [] : [{ name, kind: 'variable', value, definedAt: range(nameStart, nameEnd) }],
    );
    for (const { api, value, name } of raw)
      if (api === 'WDF_DRIVER_CONFIG' && value.tags.length > 0)
        values.push({ name: DRIVER_POOL_TAG, kind: 'variable', value, definedAt: range(name.start, name.end) });
    return {
      wrappers: this.findWrappers(raw.filter((site) => site.place.function?.isStatic !== true)),
      values: values.slice(0, MOST_VALUES),
      flows,
      asked: [...this.values.asked, ...(raw.some((site) => site.driverDefault) ? [DRIVER_POOL_TAG] : [])],
    };
  }
}
