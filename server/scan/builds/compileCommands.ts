/**
 * compile_commands.json: macros and include folders of each source, from the compiler's arguments as clang-cl, cl and
 * clang spell them. Reads JSON of unknown origin and the response files it names; runs nothing.
 */
import { readFile, stat } from 'node:fs/promises';
import { basename, isAbsolute, resolve } from 'node:path';
import { decodeText } from '../files/decodeText';
import { describeFileError, isUncOrDevicePath } from '../files/paths';
import { readBounded } from '../files/readBounded';
import { addDefine, type CompileFlags } from './compileFlags';
import type { BuildChoice } from './msbuild';
import { toNative } from './msbuildProperties';

const MOST_BYTES = 256 << 20;
const MOST_RESPONSE_BYTES = 1 << 20;
const OPTION = /^(?:[-/](?:D|U|I|FI|external:I)|-isystem|-imsvc|-include)$/;
const JOINED = /^([-/](?:D|U|I|FI|external:I)|-isystem|-imsvc)(.+)$/s;

export interface CompileCommandsOptions {
  /** Where a source has several entries, one of this configuration is taken. */
  readonly choice?: BuildChoice;
  /** Text of a response file; undefined when it can't be read, or may not be. */
  readonly responseFile?: (path: string) => string | undefined;
}

/** Source (absolute path) → flags, of one entry of each source. Throws an Error with one clear line. */
export async function readCompileCommands(file: string, choice?: BuildChoice): Promise<Record<string, CompileFlags>> {
  let text: string;
  try {
    if ((await stat(file)).size > MOST_BYTES) throw new Error('too large');
    text = decodeText(await readFile(file));
  } catch (error) {
    throw new Error(`${file}: ${describeFileError(error)}`);
  }
  const flags = parseCompileCommands(text, file, { ...(choice && { choice }), responseFile: readResponseFile });
  if (flags === undefined) throw new Error(`${file}: not a compilation database (a JSON list of commands)`);
  return flags;
}

function readResponseFile(path: string): string | undefined {
  if (isUncOrDevicePath(path)) return undefined;
  try {
    return decodeText(readBounded(path, MOST_RESPONSE_BYTES));
  } catch {
    return undefined;
  }
}

/** Flags in a database's text; undefined when it is none. `path`: the database's own, which may lack the directory. */
export function parseCompileCommands(
  text: string,
  path: string,
  options: CompileCommandsOptions = {},
): Record<string, CompileFlags> | undefined {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(entries)) return undefined;
  const flags: Record<string, CompileFlags> = {};
  const fits: Record<string, number> = {};
  for (const entry of entries as readonly unknown[]) {
    if (typeof entry !== 'object' || entry === null) continue;
    const { file, directory, command, arguments: list, output } = entry as Readonly<Record<string, unknown>>;
    if (typeof file !== 'string') continue;
    const base = typeof directory === 'string' ? resolve(path, '..', toNative(directory)) : resolve(path, '..');
    const words = Array.isArray(list) ? list.filter((word) => typeof word === 'string') : splitCommand(command);
    const source = resolve(base, toNative(file));
    const fit = likeness([base, String(output), ...words], options.choice);
    if ((fits[source] ?? -1) >= fit) continue;
    fits[source] = fit;
    flags[source] = readFlags(words, base, basename(path), options.responseFile ?? (() => undefined));
  }
  return flags;
}

/** How many of configuration and platform the paths of an entry name as a folder (`build/Debug/x64/a.obj`). */
function likeness(words: readonly string[], choice: BuildChoice | undefined): number {
  if (choice === undefined) return 0;
  const names = [choice.configuration, choice.platform].map((name) => name.toLowerCase());
  const parts = new Set(words.flatMap((word) => word.toLowerCase().split(/[\\/:="]/)));
  return names.filter((name) => parts.has(name)).length;
}

/** Words of a command line as Windows splits it: blanks outside quotes, `\"` a quote. */
function splitCommand(command: unknown): string[] {
  if (typeof command !== 'string') return [];
  const words = command.match(/(?:\\"|"(?:\\"|[^"])*"?|[^\s"])+/g) ?? [];
  return words.map((word) => word.replace(/\\"|"/g, (quote) => (quote === '"' ? '' : '"')));
}

function readFlags(
  words: readonly string[],
  base: string,
  origin: string,
  responseFile: (path: string) => string | undefined,
): CompileFlags {
  const defines: Record<string, string> = {};
  const undefines: string[] = [];
  const includeFolders: string[] = [];
  const forcedIncludes: string[] = [];
  const take = (option: string, value: string): void => {
    const letter = option.slice(1);
    if (letter === 'D') addDefine(defines, value);
    else if (letter === 'U') {
      undefines.push(value);
      Reflect.deleteProperty(defines, value);
    } else if (letter === 'FI' || letter === 'include') forcedIncludes.push(toNative(value));
    else if (!isUncOrDevicePath(value)) {
      const folder = toNative(value);
      includeFolders.push(isAbsolute(folder) ? folder : resolve(base, folder));
    }
  };
  // A response file's words stand in its place; one inside another is not followed.
  const all = words.flatMap((word) => {
    if (!/^@./.test(word)) return [word];
    return splitCommand(responseFile(resolve(base, toNative(word.slice(1)))) ?? '');
  });
  for (let at = 0; at < all.length; at += 1) {
    const word = all[at] ?? '';
    if (OPTION.test(word)) {
      at += 1;
      take(word, all[at] ?? '');
      continue;
    }
    const [, option, value] = JOINED.exec(word) ?? [];
    if (option !== undefined && value !== undefined) take(option, value);
  }
  return { defines, undefines, includeFolders, forcedIncludes, origin };
}
