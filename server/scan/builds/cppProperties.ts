/**
 * c_cpp_properties.json of the C/C++ extension: macros, include folders and forced includes of one of its configurations.
 * Reads JSON with comments of unknown origin; variables beyond the workspace's folder are not known.
 */
import { basename, dirname, isAbsolute, join } from 'node:path';
import { parse } from 'jsonc-parser';
import { isUncOrDevicePath } from '../files/paths';
import { addDefine, type CompileFlags } from './compileFlags';
import type { BuildChoice } from './msbuild';
import { toNative } from './msbuildProperties';

export interface CppProperties {
  /** For every source below. */
  readonly folder: string;
  readonly flags: CompileFlags;
  /** Compilation databases the configuration names; absolute. */
  readonly compileCommands: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** The configuration nearest to `choice` in the file's text; `path` is `<folder>/.vscode/c_cpp_properties.json`. */
export function parseCppProperties(path: string, text: string, choice: BuildChoice): CppProperties | undefined {
  const document = parseJson(text);
  if (!isFields(document) || !Array.isArray(document['configurations'])) return undefined;
  const configurations = (document['configurations'] as readonly unknown[]).filter(isFields);
  const chosen = choose(configurations, choice);
  if (chosen === undefined) return undefined;
  const folder = dirname(dirname(path));
  const own = isFields(document['env']) ? document['env'] : {};
  const expandAll = (value: unknown): string[] => textsOf(value, own).map((entry) => expand(entry, folder));
  const defines: Record<string, string> = {};
  for (const define of expandAll(chosen['defines'])) addDefine(defines, define);
  const paths = (value: unknown): string[] =>
    expandAll(value)
      .filter((entry) => entry !== '' && !/[$%]/.test(entry) && !isUncOrDevicePath(entry))
      .map((entry) => (isAbsolute(toNative(entry)) ? toNative(entry) : join(folder, toNative(entry))));
  const name = typeof chosen['name'] === 'string' ? ` ${chosen['name']}` : '';
  return {
    folder,
    flags: {
      defines,
      undefines: [],
      // `folder/**` searches all folders below; names are found among the discovered files without that.
      includeFolders: paths(chosen['includePath']).map((entry) => entry.replace(/[\\/]\*{1,2}$/, '')),
      forcedIncludes: paths(chosen['forcedInclude']),
      origin: `${basename(path)}${name}`,
    },
    compileCommands: paths(chosen['compileCommands']),
  };
}

function parseJson(text: string): unknown {
  try {
    return parse(text, [], { allowTrailingComma: true });
  } catch {
    // Nested deeper than its reader goes.
    return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The configuration of that name, else one named for the platform, else the first. */
function choose(configurations: readonly Fields[], { configuration, platform }: BuildChoice): Fields | undefined {
  const nameOf = (fields: Fields): string => (typeof fields['name'] === 'string' ? fields['name'].toLowerCase() : '');
  const wanted = [`${configuration}|${platform}`, configuration, platform].map((name) => name.toLowerCase());
  for (const name of wanted) {
    const found = configurations.find((fields) => nameOf(fields) === name);
    if (found !== undefined) return found;
  }
  return configurations[0];
}

/** A text or a list of texts, of which `${name}` alone stands for a list in the file's own `env`. */
function textsOf(value: unknown, env: Fields): string[] {
  const list = typeof value === 'string' ? [value] : Array.isArray(value) ? (value as readonly unknown[]) : [];
  return list.flatMap((entry) => {
    if (typeof entry !== 'string') return [];
    const [, name] = /^\$\{([\w.]+)\}$/.exec(entry) ?? [];
    const known = name === undefined ? undefined : env[name];
    if (known === undefined) return [entry];
    return (Array.isArray(known) ? (known as readonly unknown[]) : [known]).filter((text) => typeof text === 'string');
  });
}

function expand(text: string, folder: string): string {
  return text
    .replace(/\$\{workspace(?:Folder|Root)\}/g, () => folder)
    .replace(/\$\{workspaceFolderBasename\}/g, () => basename(folder))
    .replace(/\$\{(?:pathSeparator|\/)\}/g, '/');
}
