/** Last part of a path of either kind of separator: paths inside images and PDBs are often another machine's. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
