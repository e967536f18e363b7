/**
 * Settings of builds that lie among the sources: compilation databases and the C/C++ extension's properties. What can't
 * be read is an issue of that file. Follows what a file names only into the folders that are scanned.
 */
import { decodeText } from '../files/decodeText';
import type { FileIssue } from '../files/discoverFiles';
import { isCppProperties, isDatabase } from '../files/fileKinds';
import { describeFileError, isInside } from '../files/paths';
import { readBounded, UnreadableFileError } from '../files/readBounded';
import { parseCompileCommands } from './compileCommands';
import type { CompileFlags } from './compileFlags';
import { parseCppProperties, type CppProperties } from './cppProperties';
import type { BuildChoice } from './msbuild';

const MOST_DATABASE_BYTES = 64 << 20;
const MOST_PROPERTIES_BYTES = 1 << 20;
const MOST_RESPONSE_BYTES = 1 << 20;

export interface BuildSettings {
  /** Of single sources, by their absolute paths. */
  readonly compileFlags: Readonly<Record<string, CompileFlags>>;
  /** Of everything in a folder, outermost folder first. */
  readonly folderFlags: readonly FolderFlags[];
  readonly issues: readonly FileIssue[];
}

export interface FolderFlags {
  readonly folder: string;
  readonly flags: CompileFlags;
}

export interface BuildSettingsOptions {
  /** Absolute. */
  readonly roots: readonly string[];
  readonly choiceOf: (file: string) => BuildChoice;
}

/** Reads the settings files (absolute paths); of two databases that name a source the first counts. */
export function loadBuildSettings(files: readonly string[], options: BuildSettingsOptions): BuildSettings {
  const issues: FileIssue[] = [];
  const properties: CppProperties[] = [];
  const databases = new Set<string>();
  const read = (file: string, mostBytes: number): string | undefined => {
    try {
      return decodeText(readBounded(file, mostBytes));
    } catch (error) {
      issues.push({ file, message: error instanceof UnreadableFileError ? error.message : describeFileError(error) });
      return undefined;
    }
  };
  const isAllowed = (path: string): boolean => options.roots.some((root) => isInside(root, path));
  for (const file of files.filter(isCppProperties)) {
    const text = read(file, MOST_PROPERTIES_BYTES);
    const parsed = text === undefined ? undefined : parseCppProperties(file, text, options.choiceOf(file));
    if (parsed === undefined) continue;
    properties.push(parsed);
    // What somebody chose by name comes before what lies about.
    for (const database of parsed.compileCommands) if (isAllowed(database)) databases.add(database);
  }
  for (const file of files) if (isDatabase(file)) databases.add(file);
  const compileFlags: Record<string, CompileFlags> = {};
  for (const file of databases) {
    const text = read(file, MOST_DATABASE_BYTES);
    // Builds write the file anew and empty it first.
    if (text === undefined || text.trim() === '') continue;
    const parsed = parseCompileCommands(text, file, {
      choice: options.choiceOf(file),
      responseFile: (path) => (isAllowed(path) ? read(path, MOST_RESPONSE_BYTES) : undefined),
    });
    if (parsed === undefined) issues.push({ file, message: 'not a compilation database (a JSON list of commands)' });
    for (const [source, flags] of Object.entries(parsed ?? {})) compileFlags[source] ??= flags;
  }
  return {
    compileFlags,
    folderFlags: properties
      .sort((a, b) => a.folder.length - b.folder.length)
      .map(({ folder, flags }) => ({ folder, flags })),
    issues,
  };
}
