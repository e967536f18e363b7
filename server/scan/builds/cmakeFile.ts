/**
 * What a CMakeLists.txt says about the driver it builds: the target, its sources and include folders, and the macros it
 * defines for its folder, for the target and for single sources. Reads text; see cmakeText.ts for what is left out.
 */
import { readCMake, type CMakeCommand } from './cmakeText';
import type { BuildChoice } from './msbuild';
import type { ParsedProject } from './parsedProject';

export interface CMakeProject extends ParsedProject {
  /** Macros of the folder: those below it have them, too. */
  readonly folderDefines: readonly string[];
  /** Folders for includes that those below have, too; `first` come before those of the folders above. */
  readonly folderIncludes: { readonly first: readonly string[]; readonly last: readonly string[] };
  /** Of sources as they are written, those of all its targets: macros beside the folder's. */
  readonly definesOf: ReadonlyMap<string, readonly string[]>;
}

interface Target {
  readonly name: string;
  readonly isDriver: boolean;
  readonly sources: readonly string[];
  readonly defines: string[];
  readonly includeFolders: string[];
}

const SOURCE = /\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|inl)$/i;
const SCOPES = /^(?:PUBLIC|PRIVATE|INTERFACE|BEFORE|AFTER|SYSTEM)$/;

/** Never undefined: a file without a target may define something for the folders below; its name is empty then. */
export function parseCMake(
  text: string,
  choice?: BuildChoice,
  variables?: ReadonlyMap<string, readonly string[]>,
): CMakeProject {
  const commands = readCMake(text, variables);
  const targets = commands.flatMap((command) => targetOf(command, choice));
  const byName = new Map(targets.map((target) => [target.name, target]));
  const folderDefines: string[] = [];
  const ofSources = new Map<string, string[]>();
  const { folderIncludes, linksOf } = readFolders(commands);
  for (const command of commands) readDefines(command, { byName, folderDefines, ofSources, choice });
  const isSys = commands.some(
    ({ name, args }) =>
      args.some((word, at) => word === 'SUFFIX' && args[at + 1] === '.sys') ||
      // What ReactOS calls its drivers.
      (name === 'set_module_type' && /^(?:kernelmode|wdm)driver$/.test(args[1] ?? '')),
  );
  const main = targets.find((target) => target.isDriver) ?? targets[0];
  const isDriver = main !== undefined && (main.isDriver || isSys);
  const project = commands.find(({ name }) => name === 'project')?.args[0] ?? '';
  const definesOf = new Map<string, readonly string[]>();
  for (const { sources, defines } of targets)
    for (const source of sources) definesOf.set(source, [...(definesOf.get(source) ?? defines)]);
  for (const [source, own] of ofSources) definesOf.set(source, [...(definesOf.get(source) ?? []), ...own]);
  return {
    // A title in several words names no driver.
    name: main?.name ?? (/^[\w.+-]+$/.test(project) ? project : ''),
    isDriver,
    // The sources of a program say nothing about the driver beside it.
    sources: isDriver ? main.sources : [],
    includeFolders: main?.includeFolders ?? [],
    links: linksOf(main?.name),
    folderIncludes,
    defines: [...folderDefines, ...(main?.defines ?? [])],
    folderDefines,
    definesOf,
  };
}

interface Folders {
  readonly folderIncludes: CMakeProject['folderIncludes'];
  readonly linksOf: (target: string | undefined) => string[];
}

/** `include_directories(BEFORE a b)`, `target_link_libraries(driver PRIVATE pool)`. */
function readFolders(commands: readonly CMakeCommand[]): Folders {
  const first: string[] = [];
  const last: string[] = [];
  const links = new Map<string, string[]>();
  for (const { name, args } of commands) {
    if (name === 'include_directories') {
      const folders = ownPart(args).filter((folder) => !/[$<>]/.test(folder));
      if (args[0] === 'BEFORE') first.unshift(...folders);
      else last.push(...folders);
    } else if (name === 'target_link_libraries') {
      const [target = '', ...libraries] = args;
      const names = libraries.filter((library) => /^[\w.+-]+$/.test(library) && !SCOPES.test(library));
      links.set(target, [
        ...(links.get(target) ?? []),
        ...names.map((library) => library.replace(/\.lib$/i, '').toLowerCase()),
      ]);
    }
  }
  return { folderIncludes: { first, last }, linksOf: (target = '') => [...new Set(links.get(target))] };
}

function targetOf({ name, args }: CMakeCommand, choice: BuildChoice | undefined): Target[] {
  const [target, ...rest] = args;
  const isWdk = /^wdk_add_(?:driver|library)$/.test(name);
  if (target === undefined || (!isWdk && !/^add_(?:library|executable)$/.test(name))) return [];
  const sources = rest.filter((word) => SOURCE.test(word));
  const defines = isWdk ? wdkDefines(rest, choice) : [];
  return [{ name: target, isDriver: name === 'wdk_add_driver', sources, defines, includeFolders: [] }];
}

/** What FindWDK gives the targets it adds. */
function wdkDefines(args: readonly string[], choice: BuildChoice | undefined): string[] {
  const option = (name: string): string | undefined => args[args.indexOf(name) + 1 || args.length];
  const version = option('WINVER') ?? '0x0601';
  const ntddi = option('NTDDI_VERSION');
  const checked = choice !== undefined && /^debug$/i.test(choice.configuration);
  return [
    'WINNT=1',
    `_WIN32_WINNT=${version}`,
    ...(ntddi === undefined ? [] : [`NTDDI_VERSION=${ntddi}`]),
    ...(checked ? ['DBG=1', 'MSC_NOOPT', 'DEPRECATE_DDK_FUNCTIONS=1'] : []),
  ];
}

interface Sinks {
  readonly byName: ReadonlyMap<string, Target>;
  readonly folderDefines: string[];
  readonly ofSources: Map<string, string[]>;
  readonly choice: BuildChoice | undefined;
}

function readDefines({ name, args }: CMakeCommand, sinks: Sinks): void {
  const { byName, folderDefines, choice } = sinks;
  const [first = '', ...rest] = args;
  const target = byName.get(first);
  if (name === 'add_definitions' || name === 'add_compile_options') folderDefines.push(...options(args, choice));
  else if (name === 'add_compile_definitions') folderDefines.push(...definitions(args, choice));
  else if (name === 'target_compile_definitions') target?.defines.push(...definitions(ownPart(rest), choice));
  else if (name === 'target_compile_options') target?.defines.push(...options(ownPart(rest), choice));
  else if (name === 'target_include_directories')
    target?.includeFolders.push(
      ...ownPart(rest).filter((folder) => !/[$<>]/.test(folder) && !/^([\\/]|\w:)/.test(folder)),
    );
  else if (name === 'set_target_properties' || name === 'set_source_files_properties')
    readProperties(name, args, sinks);
  else if (name === 'set_property') readProperty(args, sinks);
}

/** What is for the target itself: all but what stands behind INTERFACE. */
function ownPart(args: readonly string[]): string[] {
  let scope = '';
  return args.filter((word) => {
    if (!SCOPES.test(word)) return scope !== 'INTERFACE';
    if (/^(?:PUBLIC|PRIVATE|INTERFACE)$/.test(word)) scope = word;
    return false;
  });
}

/** `set_target_properties(a b PROPERTIES COMPILE_DEFINITIONS "A;B" OTHER value)` */
function readProperties(name: string, args: readonly string[], sinks: Sinks): void {
  const start = args.indexOf('PROPERTIES');
  for (let at = start + 1; start > 0 && at + 1 < args.length; at += 2)
    give(name === 'set_target_properties', args.slice(0, start), args[at], [args[at + 1] ?? ''], sinks);
}

/** `set_property(TARGET a b APPEND PROPERTY COMPILE_DEFINITIONS A B)` */
function readProperty(args: readonly string[], sinks: Sinks): void {
  const at = args.indexOf('PROPERTY');
  if (at < 0) return;
  const owners = args.slice(1, at).filter((word) => word !== 'APPEND' && word !== 'APPEND_STRING');
  const [kind = ''] = args;
  if (kind === 'DIRECTORY' && owners.length === 0 && args[at + 1] === 'COMPILE_DEFINITIONS')
    sinks.folderDefines.push(...definitions(args.slice(at + 2), sinks.choice));
  else if (kind === 'TARGET' || kind === 'SOURCE')
    give(kind === 'TARGET', owners, args[at + 1], args.slice(at + 2), sinks);
}

function give(
  isTarget: boolean,
  owners: readonly string[],
  property: string | undefined,
  values: readonly string[],
  { byName, ofSources, choice }: Sinks,
): void {
  const isOptions = property === 'COMPILE_FLAGS' || property === 'COMPILE_OPTIONS';
  if (property !== 'COMPILE_DEFINITIONS' && !isOptions) return;
  const defines = isOptions
    ? options(
        values.flatMap((value) => value.split(/[\s;]+/)),
        choice,
      )
    : definitions(values, choice);
  for (const owner of owners) {
    if (isTarget) byName.get(owner)?.defines.push(...defines);
    else ofSources.set(owner, [...(ofSources.get(owner) ?? []), ...defines]);
  }
}

/** `/DNAME=VALUE`, `-DNAME` among options. */
function options(words: readonly string[], choice: BuildChoice | undefined): string[] {
  return chosen(words, choice).flatMap((word) => /^[-/]D(.+)$/.exec(word)?.[1] ?? []);
}

/** `NAME`, `NAME=VALUE`, and `-DNAME`, which CMake takes as well. */
function definitions(words: readonly string[], choice: BuildChoice | undefined): string[] {
  return chosen(words, choice).map((word) => word.replace(/^-D/, ''));
}

/** Items of lists; of generator expressions those that ask for the configuration that is chosen. */
function chosen(words: readonly string[], choice: BuildChoice | undefined): string[] {
  return words
    .flatMap((word) => {
      const [, wanted, value] = /^\$<\$<CONFIG:([\w,]+)>:([^<>]*)>$/i.exec(word) ?? [];
      if (wanted === undefined || value === undefined) return word.split(';');
      const names = wanted.toLowerCase().split(',');
      return choice !== undefined && names.includes(choice.configuration.toLowerCase()) ? value.split(';') : [];
    })
    .filter((word) => word !== '' && !word.includes('$<') && !word.includes('>'));
}
