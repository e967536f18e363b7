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
  type WrittenMacro,
} from '../externals';
import type { ScannedSource } from '../scanSource';
import { NameFilter } from '../text/nameFilter';
import { SourceText } from '../text/sourceText';
import type { TagValue } from '../values/evaluate';
import { splitName } from '../values/owners';
import { RustCallees } from './rustCallees';
import { asTags } from './rustData';
import { RustExpansions } from './rustExpansions';
import { genericFlows } from './rustGenerics';
import { readItems, type RustConstant, type RustFunction, type RustItems } from './rustItems';
import { modulesOfFile, RustPaths } from './rustPaths';
import { RustRegions } from './rustRegions';
import { readRustSites, readWdfCall, type RustReader } from './rustSites';
import { MOST_RUST_UNITS, RustTrees } from './rustTree';
import { RustValues } from './rustValues';

export interface ScanRustOptions {
  /** Absolute path. */
  readonly file: string;
  /** Driver or crate the file belongs to. */
  readonly module: string;
  /** Name of the crate, as paths spell it; absent when no manifest tells it. */
  readonly crate?: string;
  readonly parser: Parser;
  readonly externals?: Externals;
}

const MOST_ROUNDS = 6;
const MOST_VALUES = 5_000;
const MOST_MACROS = 200;
const INTERESTING = new NameFilter(new Set([...CATALOGUE_NAMES, ...FIELD_NAMES]));
/** A constant that may be a tag for other files. */
const DEFINES_TAG =
  /\b(?:(?:const|static)\s+(?:(?:mut|ref)\s+)?|macro_rules!\s*)\w*tag|\bfrom_(?:ne|le|be)_bytes\s*\(\s*\*\s*b"/i;
/** Values that look like tags, under whatever name. */
const MAKES_TAG = /\bfrom_(?:ne|le|be)_bytes\b|\btag|^0x[2-7][\da-f_]{7,}/i;

/** Whether the text may hold a site, or define a tag for other files. */
function isInteresting(text: string, externals: Externals): boolean {
  if (DEFINES_TAG.test(text) || INTERESTING.matches(text)) return true;
  return new NameFilter(new Set([...externals.wrappers.keys(), ...(externals.macros?.keys() ?? [])])).matches(text);
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
  private readonly expansions: RustExpansions;
  private readonly roots: readonly Node[];
  private readonly items: RustItems;
  private readonly paths: RustPaths;
  private readonly callees: RustCallees;
  private readonly values: RustValues;
  private readonly wrappers = new Map<string, Wrapper[]>();
  private readonly mentions = new Map<string, TagMention>();
  /** Constants that were used as tags. */
  private readonly used = new Set<RustConstant>();

  constructor(
    root: Node,
    text: string,
    private readonly trees: RustTrees,
    private readonly externals: Externals,
    private readonly options: ScanRustOptions,
  ) {
    this.source = new SourceText(options.file, text);
    for (const list of externals.wrappers.values()) for (const wrapper of list) this.addWrapper(wrapper);
    const filter = new NameFilter(new Set(this.wrappers.keys()), INTERESTING);
    this.expansions = new RustExpansions(root, trees, filter, DEFINES_TAG, this.macrosOfOthers());
    this.roots = [root, ...this.expansions.insides.map(({ node }) => node)];
    this.items = readItems(this.roots, trees, new RustRegions(this.roots, trees));
    this.paths = new RustPaths(this.roots, this.items, trees, modulesOfFile(options.file), text);
    this.callees = new RustCallees(text, this.paths);
    const { items, paths } = this;
    const { crate } = options;
    this.values = new RustValues({
      roots: this.roots,
      items,
      trees,
      paths,
      externals,
      crate,
      isRoot: !/[\\/]src[\\/]/.test(options.file),
      expansions: this.expansions.expansions,
    });
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
    const flows = [...findFlows(raw), ...genericFlows(this.roots, this.items, this.trees, this.values)];
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
      const { name, scope, parameterCount } = wrapper;
      const named = this.items.functions.filter((one) => {
        const own = splitName(one);
        return (
          own.name === name && one.parameters.length === parameterCount && (scope === undefined || own.scope === scope)
        );
      });
      const [only] = named;
      if (wrapper.keeps !== true || scope !== undefined)
        return [{ ...wrapper, ...(only && this.howTaken(wrapper, only, raw)) }];
      // Of several the values can't be told apart.
      if (only === undefined || named.length > 1) return [];
      const { scope: own } = splitName(only);
      return [{ ...wrapper, ...(own !== undefined && { scope: own }), ...this.howTaken(wrapper, only, raw) }];
    });
  }

  /** Macros of other files that this one may use; of several with one name it is not known which. */
  private macrosOfOthers(): WrittenMacro[] {
    const own = this.options.crate ?? '';
    return [...(this.externals.macros?.values() ?? [])].flatMap((list) => {
      // What another crate's macro takes from its own crate is not what that path means here.
      const usable = list.filter((one) => one.crate === own || one.isExported);
      const [only] = usable;
      const isClear = only && usable.every(({ text }) => text === only.text);
      return isClear === true && (only.crate === own || !only.text.includes('$crate')) ? [only] : [];
    });
  }

  /** How the parameters that a wrapper carries become tags, where they are not tags as they are. */
  private howTaken({ carries }: Wrapper, definition: RustFunction, raw: readonly RawSite[]): Pick<Wrapper, 'rust'> {
    const all = this.values.stepsOf(definition);
    const steps = carries.map((at) => all.get(definition.parameters[at] ?? '') ?? '');
    const generics = definition.parameters.length - definition.valueCount;
    const inside = raw.filter(({ place, value }) => place.function === definition && value.parameters.length > 0);
    const reasons = [...new Set(inside.flatMap(({ value }) => value.reasons))];
    if (generics === 0 && reasons.length === 0 && steps.every((one) => one === '')) return {};
    return { rust: { steps, generics, ...(reasons.length > 0 && { reasons }) } };
  }

  private addWrapper(wrapper: Wrapper): void {
    const list = this.wrappers.get(wrapper.name) ?? [];
    const isKnown = list.some((one) => one.parameterCount === wrapper.parameterCount && one.scope === wrapper.scope);
    if (!isKnown) this.wrappers.set(wrapper.name, [...list, wrapper]);
  }

  private readSites(): RawSite[] {
    const { items, trees, values, paths, callees } = this;
    const reader: RustReader = {
      items,
      trees,
      values,
      paths,
      callees,
      wrappers: (name) => this.wrappers.get(name) ?? [],
      spelled: (argument, value) => {
        this.mentionUse(argument, value);
      },
    };
    const raw = this.roots.flatMap((root) => readRustSites(root, reader));
    for (const { node, isWdf } of this.expansions.insides) {
      const site = isWdf ? readWdfCall(node, reader) : undefined;
      if (site) raw.push(site);
    }
    // A macro's expansions may make several calls at one place.
    const byPlace = new Map(raw.map((site) => [placeKey(site), site]));
    return [...byPlace.values()].sort((a, b) => a.name.start - b.name.start);
  }

  private mentionUse(argument: Node, value: TagValue): void {
    if (this.trees.isExpanded(argument) && !this.trees.isGiven(argument)) return;
    const [start, end] = [this.trees.offset(argument), this.trees.end(argument)];
    let path: Node | null = argument;
    while (path?.type === 'type_cast_expression') path = path.childForFieldName('value');
    const isName = path?.type === 'identifier' || path?.type === 'scoped_identifier';
    const { here, elsewhere } = isName && path ? this.values.meant(path) : { here: [], elsewhere: [] };
    const [definition] = here;
    for (const one of here) this.used.add(one);
    const definedAt =
      definition === undefined
        ? elsewhere[0]?.definedAt
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
    for (const { constant, value } of this.tagConstants(false))
      for (const tag of value.tags) this.mention(tag, constant.nameStart, constant.nameEnd, 'definition');
  }

  /** Constants that may be tags; `all`: those, too, that nothing calls so. */
  private isExported(macro: string): boolean {
    return new RegExp(`#\\[\\s*macro_export\\b[^\\]\\n]{0,80}\\]\\s*macro_rules!\\s*${macro}\\b`).test(
      this.source.text,
    );
  }

  private tagConstants(all: boolean): { readonly constant: RustConstant; readonly value: TagValue }[] {
    const constants = [...this.items.constants.values()].flat();
    const any = all && constants.length <= MOST_VALUES;
    return constants.flatMap((constant) => {
      const { name, value: expression } = constant;
      if (expression === undefined) return [];
      if (!any && !/tag/i.test(name) && !this.used.has(constant) && !MAKES_TAG.test(expression.text)) return [];
      const value = asTags(this.values.constantValue(constant));
      return value.tags.length > 0 && value.tags.every((tag) => tag > 0xffffff) ? [{ constant, value }] : [];
    });
  }

  private exports(raw: readonly RawSite[], flows: FileExports['flows']): FileExports {
    const range = (start: number, end: number): NamedValue['definedAt'] => ({
      file: this.source.path,
      range: this.source.lines.range(start, end),
    });
    const values = this.tagConstants(true).flatMap(
      ({ constant: { name, nameStart, nameEnd, isLocal, path, isMember, trait }, value }): NamedValue[] => {
        const home = { crate: this.options.crate ?? '', path, isMember, ...(trait !== undefined && { trait }) };
        return isLocal ? [] : [{ name, kind: 'variable', value, definedAt: range(nameStart, nameEnd), home }];
      },
    );
    for (const { api, value, name } of raw)
      if (api === 'WDF_DRIVER_CONFIG' && value.tags.length > 0)
        values.push({ name: DRIVER_POOL_TAG, kind: 'variable', value, definedAt: range(name.start, name.end) });
    const macros = this.expansions.written((text) => MAKES_TAG.test(text)).slice(0, MOST_MACROS);
    const crate = this.options.crate ?? '';
    return {
      ...(macros.length > 0 && {
        macros: macros.map(({ name, text }) => ({ name, text, crate, isExported: this.isExported(name) })),
      }),
      wrappers: this.findWrappers(raw.filter((site) => site.place.function?.isStatic !== true)),
      values: values.slice(0, MOST_VALUES),
      flows,
      asked: [...this.values.asked, ...(raw.some((site) => site.driverDefault) ? [DRIVER_POOL_TAG] : [])],
    };
  }
}

function placeKey({ name, value, api, role }: RawSite): string {
  return [name.start, api, role, ...value.tags, ...value.parameters, ...value.reasons].join(' ');
}
