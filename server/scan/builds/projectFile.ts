/**
 * What a project file says about the driver it builds: its name, whether it is a driver, its sources and include folders.
 * Reads MSBuild projects, WDK `sources` files, CMakeLists, Cargo manifests and INFs as text, for plain values only: nothing is evaluated.
 */
import { basename, dirname, extname, join } from 'node:path';
import { baseName } from '../../../src/shared/baseName';
import { parseCargo } from './cargoFile';
import { parseCMake, type CMakeProject } from './cmakeFile';
import { addDefine, type CompileFlags } from './compileFlags';
import { infServices, type InfService } from './infFile';
import type { BuildChoice } from './msbuild';
import { toNative } from './msbuildProperties';
import type { ParsedProject } from './parsedProject';

const INF = /\.in[fx]$/i;

export interface Project {
  /** Folder of the project file. */
  readonly folder: string;
  /** `toaster.sys` for a driver, else the target's name; empty for an INF that says nothing but its services. */
  readonly module: string;
  readonly isDriver: boolean;
  /** Absolute paths of the sources it lists; empty when it lists none in plain words. */
  readonly sources: readonly string[];
  /** Absolute, in the order of the file. */
  readonly includeFolders: readonly string[];
  /** Libraries and projects it links: file names without folder and ending, lower case. */
  readonly links: readonly string[];
  /** What it compiles its sources with, where it says so. */
  readonly flags?: CompileFlags;
  /** Of a CMakeLists: macros that hold in the folders below, too. */
  readonly folderFlags?: CompileFlags;
  /** Of a CMakeLists: folders for includes (absolute) that those below have, before and behind what they have from above. */
  readonly folderIncludes?: { readonly first: readonly string[]; readonly last: readonly string[] };
  /** Services an INF installs. */
  readonly services?: readonly InfService[];
  /** Of sources (absolute path) with something of their own. */
  readonly flagsOf?: Readonly<Record<string, CompileFlags>>;
}

/** The project a file declares, or undefined when it declares none. Never throws on text. */
export function parseProjectFile(
  path: string,
  text: string,
  choice?: BuildChoice,
  cmakeVariables?: ReadonlyMap<string, readonly string[]>,
): Project | undefined {
  const folder = dirname(path);
  if (extname(path).toLowerCase() === '.txt') return cmakeProject(path, parseCMake(text, choice, cmakeVariables));
  const services = INF.test(path) ? infServices(text) : [];
  // An INF template stands beside the project that stamps it, and is none itself.
  const isTemplate = extname(path).toLowerCase() === '.inx';
  const own = isTemplate ? undefined : parserOf(path)(text, path);
  const parsed = own ?? (services.length > 0 ? { name: '', isDriver: false } : undefined);
  if (parsed === undefined) return undefined;
  const absolute = (paths: readonly string[] = []): string[] => paths.map((p) => join(folder, toNative(p)));
  return {
    folder,
    module: parsed.isDriver ? `${parsed.name.replace(/\.sys$/i, '')}.sys` : parsed.name,
    isDriver: parsed.isDriver,
    sources: absolute(parsed.sources),
    includeFolders: absolute(parsed.includeFolders),
    links: parsed.links ?? [],
    ...(services.length > 0 && { services }),
    ...(parsed.defines && { flags: flagsOf(parsed.defines, basename(path)) }),
  };
}

/** One without a name builds nothing itself; what it defines holds for the folders below. */
function cmakeProject(path: string, parsed: CMakeProject): Project | undefined {
  const { name, isDriver, sources = [], includeFolders = [], defines = [], folderDefines, definesOf } = parsed;
  const { first, last } = parsed.folderIncludes;
  if (!isPlain(name) && folderDefines.length + first.length + last.length === 0) return undefined;
  const folder = dirname(path);
  const absolute = (paths: readonly string[]): string[] =>
    paths.filter(isPlain).map((one) => join(folder, toNative(one)));
  const own = (list: readonly string[]): CompileFlags => flagsOf([...folderDefines, ...list], basename(path));
  const ofSources = [...definesOf].filter(([source]) => isPlain(source));
  return {
    folder,
    module: !isPlain(name) ? '' : isDriver ? `${name.replace(/\.sys$/i, '')}.sys` : name,
    isDriver,
    sources: absolute(sources),
    includeFolders: [...absolute(includeFolders), ...absolute(first), ...absolute(last)],
    folderIncludes: { first: absolute(first), last: absolute(last) },
    links: parsed.links ?? [],
    flags: flagsOf(defines, basename(path)),
    folderFlags: flagsOf(folderDefines, basename(path)),
    flagsOf: Object.fromEntries(ofSources.map(([source, list]) => [join(folder, toNative(source)), own(list)])),
  };
}

function flagsOf(list: readonly string[], origin: string): CompileFlags {
  const defines: Record<string, string> = {};
  for (const define of list) addDefine(defines, define);
  return { defines, undefines: [], includeFolders: [], forcedIncludes: [], origin };
}

function parserOf(path: string): (text: string, path: string) => ParsedProject | undefined {
  switch (extname(path).toLowerCase()) {
    case '.vcxproj':
      return parseVcxproj;
    case '.inf':
      return parseInf;
    case '.toml':
      return parseCargo;
    default:
      return parseSources;
  }
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => (match[1] ?? '').trim());
}

/** A value without MSBuild, nmake or CMake variables, and not above the drive. */
function isPlain(value: string): boolean {
  return value !== '' && !/[$%*?<>|"@]/.test(value) && !/^([\\/]|[A-Za-z]:)/.test(value);
}

function parseVcxproj(text: string, path: string): ParsedProject {
  const element = (name: string): string[] =>
    matches(text, new RegExp(`<${name}(?:\\s[^<>]*)?>([^<]*)</${name}>`, 'g'));
  const types = element('ConfigurationType').map((type) => type.toLowerCase());
  const kernel =
    element('DriverType').some((type) => /^(KMDF|WDM)$/i.test(type)) ||
    element('PlatformToolset').some((toolset) => /^WindowsKernelModeDriver/i.test(toolset));
  const isDriver = types.includes('driver') || (kernel && !types.includes('staticlibrary'));
  const includes = element('AdditionalIncludeDirectories')
    .flatMap((list) => list.split(';'))
    .map((folder) =>
      folder.trim().replace(/^\$\((?:ProjectDir|MSBuildThisFileDirectory|MSBuildProjectDirectory)\)\\?/i, '.\\'),
    );
  return {
    name: element('TargetName').find(isPlain) ?? basename(path, extname(path)),
    isDriver,
    sources: matches(text, /<Cl(?:Compile|Include)\s+Include="([^"]*)"/g).filter(isPlain),
    includeFolders: [...new Set(includes)].filter(isPlain),
    links: linkNames([
      ...element('AdditionalDependencies').flatMap((list) => list.split(';')),
      ...matches(text, /<ProjectReference\s+Include="([^"]*)"/g),
    ]),
  };
}

/** `..\\common\\$(IntDir)\\Pool.lib` and `..\\common\\pool.vcxproj` are `pool`. */
function linkNames(paths: readonly string[]): string[] {
  const names = paths.map((path) => /^(.+)\.(?:lib|vcxproj)$/i.exec(baseName(path.trim()))?.[1]?.toLowerCase() ?? '');
  return [...new Set(names)].filter(isPlain);
}

function parseSources(text: string): ParsedProject | undefined {
  const value = (name: string): string | undefined =>
    matches(text, new RegExp(`^[ \\t]*${name}[ \\t]*=[ \\t]*([^\\r\\n]*)`, 'gim')).find(isPlain);
  const name = value('TARGETNAME');
  if (name === undefined) return undefined;
  const joined = text.replace(/\\[ \t]*\r?\n/g, ' ');
  const items = (variable: string, separator: RegExp): string[] =>
    matches(joined, new RegExp(`^[ \\t]*${variable}[ \\t]*=[ \\t]*([^\\r\\n]*)`, 'gim'))
      .flatMap((line) => line.split(separator))
      .map((item) => item.trim());
  const list = (variable: string, separator: RegExp): string[] => items(variable, separator).filter(isPlain);
  return {
    name,
    isDriver: /^DRIVER$/i.test(value('TARGETTYPE') ?? ''),
    sources: list('SOURCES', /\s+/).filter((item) => /\.(?:c|cc|cpp|cxx)$/i.test(item)),
    includeFolders: list('INCLUDES', /;/),
    // Their folders are made of the build's variables: `..\\lib\\obj$(BUILD_ALT_DIR)\\*\\pool.lib`.
    links: linkNames(items('TARGETLIBS', /\s+/)),
    defines: sourcesDefines(joined),
  };
}

/** Macros of C_DEFINES lines; those in an !IF hold in builds that nobody here makes. */
function sourcesDefines(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  for (const line of text.split(/\r?\n/)) {
    if (/^!\s*if/i.test(line)) depth += 1;
    else if (/^!\s*endif/i.test(line)) depth = Math.max(0, depth - 1);
    const [, value] = /^[ \t]*(?:C|USER_C|KERNEL_C)_(?:DEFINES|FLAGS)[ \t]*=(.*)$/i.exec(line) ?? [];
    if (value === undefined || depth > 0) continue;
    for (const word of value.split(/\s+/)) if (/^[-/]D[^$]+$/.test(word)) found.push(word.slice(2));
  }
  return found;
}

function parseInf(text: string, path: string): ParsedProject | undefined {
  const values = matches(text, /^[ \t]*ServiceBinary[ \t]*=([^;\r\n]*)/gim);
  const parts = values.flatMap((value) => value.split(/[\\/%"]/));
  const binaries = parts.flatMap((part) => /^.+\.sys/i.exec(part.trim())?.[0] ?? []);
  const own = basename(path, extname(path)).toLowerCase();
  const name = binaries.find((binary) => binary.toLowerCase() === `${own}.sys`) ?? binaries[0];
  return name === undefined || !isPlain(name) ? undefined : { name, isDriver: true };
}
