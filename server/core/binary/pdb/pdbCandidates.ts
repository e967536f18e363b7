/**
 * Where the PDB of an image may be: beside it, where the linker put it, in the folders of a symbol path.
 * Pure string work on Windows and POSIX paths; names local files only, never a share, a device or a URL, because the
 * path inside an image is written by whoever made the image.
 */
import { baseName } from '../../../../src/shared/baseName';
import type { PdbReference } from '../pdbReference';

/** Names that Windows takes for devices, whatever ending follows. */
const DEVICE_NAME = /^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)/i;
const PDB_NAME = /^[^\\/:*?"<>|\p{Cc}]+\.pdb$/iu;
/** A drive and a separator, or one slash: not `\\server`, `//server`, `/\server` or `\\?\`. */
const ABSOLUTE_LOCAL = /^(?:[A-Za-z]:[\\/](?![\\/])|\/(?![\\/]))/;

/**
 * Files to try in this order, without duplicates: beside the image (under the PDB's name, then the image's), the path
 * in the RSDS record, then for each folder of the symbol path the flat, the indexed and the two-tier layout.
 *
 * @param imageFile absolute path of the image
 * @param symbolPath as in `_NT_SYMBOL_PATH`: parts between `;`, each a folder, or `srv*folder*…*URL`
 */
export function pdbCandidates(reference: PdbReference, imageFile: string, symbolPath: string): string[] {
  const candidates = new Set<string>();
  const name = baseName(reference.path);
  const imageFolder = imageFile.slice(0, imageFile.length - baseName(imageFile).length);
  const imageStem = baseName(imageFile).replace(/\.[^.]*$/, '');
  for (const beside of [name, `${imageStem}.pdb`]) if (isPdbName(beside)) candidates.add(imageFolder + beside);
  if (!isPdbName(name)) return [...candidates];
  if (ABSOLUTE_LOCAL.test(reference.path)) candidates.add(reference.path);
  // Symbol stores write the age in hexadecimal, without padding.
  const index = `${reference.guid}${reference.age.toString(16)}`.toUpperCase();
  for (const folder of localFolders(symbolPath)) {
    candidates.add(join(folder, name));
    candidates.add(join(folder, name, index, name));
    candidates.add(join(folder, name.slice(0, 2), name, index, name));
  }
  return [...candidates];
}

/** Local folders of a symbol path in their order; servers, shares and relative paths are left out. */
function localFolders(symbolPath: string): string[] {
  const parts = symbolPath.split(';').flatMap((element) => element.split('*'));
  return parts.map((part) => part.trim()).filter((part) => ABSOLUTE_LOCAL.test(part));
}

function isPdbName(name: string): boolean {
  return PDB_NAME.test(name) && !DEVICE_NAME.test(name);
}

/** Joins with the separator the folder itself uses. */
function join(folder: string, ...names: readonly string[]): string {
  const separator = folder.startsWith('/') ? '/' : '\\';
  return [folder.replace(/[\\/]+$/, ''), ...names].join(separator);
}
