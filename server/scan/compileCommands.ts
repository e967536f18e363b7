/**
 * compile_commands.json: macros and include folders of each source, from the compiler's arguments as clang-cl, cl and
 * clang spell them. Reads JSON of unknown origin; runs nothing, follows no response files.
 */
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, resolve, sep } from 'node:path';
import { decodeText } from './decodeText';
import { describeFileError, isUncOrDevicePath } from './paths';

/** What one source is compiled with. */
export interface CompileFlags {
  /** Macro name → replacement text. */
  readonly defines: Readonly<Record<string, string>>;
  /** Absolute, in their order. */
  readonly includeFolders: readonly string[];
}

const MOST_BYTES = 256 << 20;
const DEFINE = /^[-/]D$/;
const INCLUDE = /^(?:[-/]I|-isystem|-imsvc|[-/]external:I)$/;
const JOINED = /^([-/]D|[-/]I|-isystem|-imsvc|[-/]external:I)(.+)$/s;

/** Source (absolute path) → flags, of the first entry of each source. Throws an Error with one clear line. */
export async function readCompileCommands(file: string): Promise<Record<string, CompileFlags>> {
  let text: string;
  try {
    if ((await stat(file)).size > MOST_BYTES) throw new Error('too large');
    text = decodeText(await readFile(file));
  } catch (error) {
    throw new Error(`${file}: ${describeFileError(error)}`);
  }
  const flags = parseCompileCommands(text, resolve(file, '..'));
  if (flags === undefined) throw new Error(`${file}: not a compilation database (a JSON list of commands)`);
  return flags;
}

/** Flags in a database's text; undefined when it is none. `folder`: where it lies, for entries without a directory. */
export function parseCompileCommands(text: string, folder: string): Record<string, CompileFlags> | undefined {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(entries)) return undefined;
  const flags: Record<string, CompileFlags> = {};
  for (const entry of entries as readonly unknown[]) {
    if (typeof entry !== 'object' || entry === null) continue;
    const { file, directory, command, arguments: list } = entry as Readonly<Record<string, unknown>>;
    if (typeof file !== 'string') continue;
    const base = typeof directory === 'string' ? resolve(folder, toNative(directory)) : folder;
    const words = Array.isArray(list) ? list.filter((word) => typeof word === 'string') : splitCommand(command);
    flags[resolve(base, toNative(file))] ??= readFlags(words, base);
  }
  return flags;
}

/** On other systems a database of Windows is read, too. */
function toNative(path: string): string {
  return sep === '/' ? path.replaceAll('\\', '/') : path;
}

/** Words of a command line as Windows splits it: blanks outside quotes, `\"` a quote. */
function splitCommand(command: unknown): string[] {
  if (typeof command !== 'string') return [];
  const words = command.match(/(?:\\"|"(?:\\"|[^"])*"?|[^\s"])+/g) ?? [];
  return words.map((word) => word.replace(/\\"|"/g, (quote) => (quote === '"' ? '' : '"')));
}

function readFlags(words: readonly string[], base: string): CompileFlags {
  const defines: Record<string, string> = {};
  const includeFolders: string[] = [];
  const take = (option: string, value: string): void => {
    if (DEFINE.test(option)) {
      const [, name, text] = /^([A-Za-z_]\w*)(?:[=#]([^]*))?$/.exec(value) ?? [];
      if (name !== undefined) defines[name] = text ?? '1';
    } else if (!isUncOrDevicePath(value)) {
      const folder = toNative(value);
      includeFolders.push(isAbsolute(folder) ? folder : resolve(base, folder));
    }
  };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (DEFINE.test(word) || INCLUDE.test(word)) {
      at += 1;
      take(word, words[at] ?? '');
      continue;
    }
    const [, option, value] = JOINED.exec(word) ?? [];
    if (option !== undefined && value !== undefined) take(option, value);
  }
  return { defines, includeFolders };
}
