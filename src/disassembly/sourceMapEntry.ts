/**
 * From one source somebody pointed at to the folders that the setting maps: what differs before the common tail of the
 * PDB's path and the file's. Text only.
 */
export interface SourceMapEntry {
  /** Folder as the PDB spells it; the whole path where nothing but the file itself can be mapped. */
  readonly from: string;
  /** Folder here, or the file. */
  readonly to: string;
}

/** Parts of a path with their end in the text. */
function parts(path: string): { readonly name: string; readonly end: number }[] {
  return [...path.matchAll(/[^\\/]+/g)].map((found) => ({
    name: found[0].toLowerCase(),
    end: found.index + found[0].length,
  }));
}

/** Undefined when the names of the two files differ: then it is not that source. */
export function sourceMapEntry(pdbPath: string, file: string): SourceMapEntry | undefined {
  const theirs = parts(pdbPath);
  const ours = parts(file);
  let common = 0;
  for (; common < theirs.length && common < ours.length; common += 1) {
    if (theirs.at(-1 - common)?.name !== ours.at(-1 - common)?.name) break;
  }
  if (common === 0) return undefined;
  // A folder must be left on both sides for there to be something to map.
  const mapped = Math.min(common, theirs.length - 1, ours.length - 1);
  if (mapped <= 0) return { from: pdbPath, to: file };
  return { from: cut(pdbPath, theirs, mapped), to: cut(file, ours, mapped) };
}

function cut(path: string, all: readonly { readonly end: number }[], fromEnd: number): string {
  return path.slice(0, all.at(-1 - fromEnd)?.end ?? 0);
}
