/**
 * What the files of one project know of each other: functions and macros that pass a tag on, values of names, and the
 * tags that reach a wrapper's parameters. Pure values that cross threads (`FileExports` as JSON, `Externals` with its maps).
 *
 * How a project is scanned: scan each file with no externals; `mergeExports` of all `ScannedSource.exports` gives the
 * project's externals; scan those files again whose text names something new in them (see changedNames.ts), and
 * repeat until no name changes (wrappers of wrappers need a round each). The sites of a file's
 * last scan count. When one file is edited: scan it with the project's externals, merge again with its new exports, and
 * scan the dependents only if the merged value changed.
 */
import type { SiteRole, SourceLocation } from '../../../src/shared/facts';
import { resolveFlows, type Flow } from './flows';
import { membersToWatch, type KeptPointer } from './lifetimes/keptPointers';
import { unite, type TagValue } from './values/evaluate';

/**
 * What may hold pointers to functions that pass a tag on: a variable or table, a member of a structure, a parameter
 * (`position`) of the function of that name, or a variable or parameter inside one body.
 */
export interface PointerCell {
  /** Begins with `*`; the files of a project speak of the cell under it. */
  readonly key: string;
  readonly kind: 'variable' | 'member' | 'parameter' | 'local';
  readonly position?: number;
  /** Where the body begins inside which it has this name. */
  readonly within?: number;
  /** No other file can name it. */
  readonly isOwn?: true;
}

/** A function, method, macro or operator that leads to an allocator. */
export interface Wrapper {
  readonly kind: 'function' | 'macro';
  /** Without its class: `GetSiop`, `operator new`. */
  readonly name: string;
  /** Class of a method, when it is one. */
  readonly scope?: string;
  /** What that class derives from, if the class is seen where the method is defined. */
  readonly bases?: readonly string[];
  readonly parameterCount: number;
  /** An `operator new` whose first parameter behind the size is a pointer: not a pool, not a tag. */
  readonly takesPointer?: true;
  /** The last parameter takes any number of arguments. */
  readonly takesMore?: true;
  readonly api: string;
  readonly role: SiteRole;
  /** Parameters (from 0) that become the tag. Empty: the tag is fixed inside. */
  readonly carries: readonly number[];
  /** Constants the wrapper puts in itself. */
  readonly fixed: readonly number[];
  /** Parameters (from 0) of the template it belongs to that become the tag. */
  readonly template?: {
    readonly name: string;
    readonly positions: readonly number[];
    /** Of a parameter that is a type: the member of it that becomes the tag. */
    readonly member?: string;
  };
  /**
   * Of a function: the parameter (from 0) in which it takes the block it frees, or through which it gives the one it
   * allocates; -1: it returns it. Absent: the block that has the tag is not seen to go that way each time.
   */
  readonly block?: number;
  /** The parameter goes into a variable from which a tag is taken: a call tells the tag, and is no site. */
  readonly keeps?: true;
  /** Of a Rust function: what makes the tag of each of `carries` (`''`: it is the tag), and how many parameters are generic constants, the last ones, and why its tag may be another one. */
  readonly rust?: {
    readonly steps: readonly string[];
    readonly generics: number;
    readonly reasons?: readonly string[];
  };
  /** It is no function, but holds pointers to some; what the calls put in reaches those. */
  readonly pointer?: PointerCell;
}

/** A constant, variable or macro whose value is a tag, for files that name it without including its definition. */
export interface NamedValue {
  readonly name: string;
  readonly kind: 'variable' | 'macro';
  readonly value: TagValue;
  readonly definedAt: SourceLocation;
  /** What functions of a file put in; `definedAt` is the declaration they see. */
  readonly isAssigned?: true;
  /** Of a Rust constant: its crate, the modules of its file and the type around it, and the trait that names it. */
  readonly home?: {
    readonly crate: string;
    readonly path: readonly string[];
    readonly isMember: boolean;
    readonly trait?: string;
  };
}

/** What a file puts into a member of a structure, for files that take a tag from it. */
export interface MemberStores {
  /** `memberKey` of the structure and member. */
  readonly key: string;
  readonly value: TagValue;
}

/** `macro_rules!` of a Rust file, as it is written. */
export interface WrittenMacro {
  readonly name: string;
  readonly text: string;
  readonly crate: string;
  /** Other crates may use it, too. */
  readonly isExported: boolean;
}

export interface FileExports {
  /** Macros of a Rust file that lead to a tag; absent: none. */
  readonly macros?: readonly WrittenMacro[];
  readonly wrappers: readonly Wrapper[];
  readonly values: readonly NamedValue[];
  readonly flows: readonly Flow[];
  /** Names of variables that its functions may change: what they put in is told when the project asks; absent: none. */
  readonly changes?: readonly string[];
  /** Members of structures that are allocated or freed; absent: none. */
  readonly kept?: readonly KeptPointer[];
  /** Names whose values the file had to ask the project for, found or not. */
  readonly asked: readonly string[];
  /** Names that mean something only to those who include the file first what defines them; absent: none. */
  readonly open?: readonly string[];
  /** Keys of members whose contents it asks for; absent: none. */
  readonly askedMembers?: readonly string[];
  /** Answers to what the project asked for; absent: none. */
  readonly members?: readonly MemberStores[];
}

export interface Externals {
  readonly macros?: ReadonlyMap<string, readonly WrittenMacro[]>;
  readonly wrappers: ReadonlyMap<string, readonly Wrapper[]>;
  readonly values: ReadonlyMap<string, readonly NamedValue[]>;
  /** `wrapperKey` → per parameter everything that reaches it. */
  readonly reaching: ReadonlyMap<string, readonly TagValue[]>;
  /** Variables of which every file tells what its functions put in, since one asks for them. */
  readonly askedVariables?: ReadonlySet<string>;
  /** Members of structures of which every file tells what it puts in. */
  readonly watched?: ReadonlySet<string>;
  /** Names of their structures, of which every file tells what it copies or initializes. */
  readonly watchedStructures?: ReadonlySet<string>;
  /** Keys of members of which every file tells what it puts in, since one takes a tag from them. */
  readonly askedMembers?: ReadonlySet<string>;
  /** Key of such a member → what the files put into it; no entry: they have not been asked yet, or put nothing in. */
  readonly members?: ReadonlyMap<string, TagValue>;
}

export const NO_EXTERNALS: Externals = { wrappers: new Map(), values: new Map(), reaching: new Map() };
export const NO_EXPORTS: FileExports = { wrappers: [], values: [], flows: [], asked: [] };

/** Identity of a wrapper: overloads differ by their number of parameters. */
export function wrapperKey(wrapper: Pick<Wrapper, 'name' | 'parameterCount' | 'pointer'>): string {
  return `${wrapper.pointer?.key ?? wrapper.name}/${String(wrapper.parameterCount)}`;
}

function group<T extends { readonly name: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const list = groups.get(item.name);
    if (list) list.push(item);
    else groups.set(item.name, [item]);
  }
  return groups;
}

/** What already reaches these wrappers elsewhere, as flows. */
export function flowsInto(wrappers: readonly Wrapper[], reaching: Externals['reaching']): Flow[] {
  const keys = new Set(
    wrappers.flatMap((one) => [wrapperKey(one), ...(one.template ? [`${one.template.name}<>`] : [])]),
  );
  return [...keys].flatMap((to) =>
    (reaching.get(to) ?? []).flatMap(({ tags, reasons }, parameter) =>
      tags.length + reasons.length > 0 ? [{ to, parameter, tags, reasons }] : [],
    ),
  );
}

/** Joins the exports of a project's files. The result depends on their order only where lists are equal otherwise. */
export function mergeExports(files: readonly FileExports[]): Externals {
  const wrappers = group(files.flatMap((file) => file.wrappers));
  for (const [name, list] of wrappers) {
    const seen = new Map(list.map((wrapper) => [JSON.stringify(wrapper), wrapper]));
    wrappers.set(name, [...seen.values()]);
  }
  // A value nobody asked for changes nothing: most files include the definitions of what they name.
  const asked = new Set(files.flatMap((file) => file.asked));
  const macros = files.flatMap((file) => file.macros ?? []);
  const watched = membersToWatch(files.flatMap((file) => file.kept ?? []));
  return {
    ...(macros.length > 0 && { macros: group(macros) }),
    wrappers,
    values: group(files.flatMap((file) => file.values.filter((value) => asked.has(value.name)))),
    reaching: resolveFlows(files.flatMap((file) => file.flows)),
    askedVariables: new Set(files.flatMap((file) => (file.changes ?? []).filter((name) => asked.has(name))).sort()),
    watched: watched.members,
    watchedStructures: watched.structures,
    askedMembers: new Set(files.flatMap((file) => file.askedMembers ?? []).sort()),
    members: memberContents(files),
  };
}

/** What all files together put into each member. */
function memberContents(files: readonly FileExports[]): Map<string, TagValue> {
  const values = new Map<string, TagValue[]>();
  for (const { key, value } of files.flatMap((file) => file.members ?? []))
    values.set(key, [...(values.get(key) ?? []), value]);
  return new Map([...values].map(([key, list]) => [key, unite(list)]));
}

/** Names by which a project's wrappers are called, and of templates they belong to. */
export function wrapperNames({ wrappers }: Externals): readonly string[] {
  const templates = [...wrappers.values()].flat().flatMap(({ template }) => template?.name ?? []);
  return [...new Set([...wrappers.keys(), ...templates])];
}
