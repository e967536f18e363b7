/**
 * The setting that maps folders of the machine that built a driver to folders here (as CodeLLDB's sourceMap and
 * cppdbg's sourceFileMap do), and the look for a file below a mapped folder. Never leaves that folder.
 */
import { readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { isInside, isUncOrDevicePath } from '../files/paths';
import { pathSegments } from './pdbPath';

/** Longest prefix first. */
export type FolderMap = readonly {
  /** Parts of the other machine's folder, in lower case; none: every path. */
  readonly prefix: readonly string[];
  /** Absolute folders here that are tried in order; a single file where the whole path is mapped. */
  readonly targets: readonly string[];
}[];

const WORKSPACE_FOLDER = /^\$\{workspaceFolder\}[\\/]*/;

/** Reads the setting: folder there → folder here, absolute or relative to the workspace folders. UNC is refused. */
export function parseFolderMap(setting: Readonly<Record<string, string>>, folders: readonly string[]): FolderMap {
  const map = Object.entries(setting).map(([from, to]) => {
    const target = to.replace(WORKSPACE_FOLDER, './');
    const targets = isAbsolute(target) ? [target] : folders.map((folder) => resolve(folder, target));
    return {
      prefix: pathSegments(from).map((segment) => segment.toLowerCase()),
      targets: to === '' || isUncOrDevicePath(target) ? [] : targets,
    };
  });
  return map.sort((a, b) => b.prefix.length - a.prefix.length);
}

/** The file that the map gives for a path's parts, if it is there: the longest prefix that has it wins. */
export function findBelow(map: FolderMap, path: readonly string[]): string | undefined {
  for (const { prefix, targets } of map) {
    if (!prefix.every((segment, at) => segment === path[at]?.toLowerCase())) continue;
    for (const target of targets) {
      const file = existingFile(target, path.slice(prefix.length));
      if (file !== undefined) return file;
    }
  }
  return undefined;
}

/** The file below `folder`, spelled as it is on disk where the file system tells cases apart. */
function existingFile(folder: string, rest: readonly string[]): string | undefined {
  // A colon would name a drive or a stream, a zero ends the path for the system.
  if (rest.some((segment) => /[:\0]/.test(segment))) return undefined;
  const exact = join(folder, ...rest);
  if (!isInside(folder, exact)) return undefined;
  if (isFile(exact)) return exact;
  let path = folder;
  for (const segment of rest) {
    const found = namesIn(path).filter((name) => name.toLowerCase() === segment.toLowerCase());
    const name = found.find((candidate) => candidate === segment) ?? (found.length === 1 ? found[0] : undefined);
    if (name === undefined) return undefined;
    path = join(path, name);
  }
  return isFile(path) ? path : undefined;
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
