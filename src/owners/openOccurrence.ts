/**
 * Goes to an occurrence of a tag's value: an instruction is opened as any place in an image is; where there is no code to
 * show, the address goes to the clipboard, for the debugger.
 */
import * as vscode from 'vscode';
import { baseName } from '../shared/baseName';
import type { TagSite } from '../shared/facts';
import { tagSpellings } from '../shared/poolTag';
import type { TagOccurrence } from '../shared/tagOccurrence';
import { openPlace, type PlaceServices } from './openPlace';

/** `toaster+0x1234` as debuggers take it, or the offset in the file. */
function addressText({ file, rva, offset }: TagOccurrence): string {
  const name = baseName(file);
  if (rva === undefined) return `${name} 0x${offset.toString(16)}`;
  return `${name.replace(/\.[^.]+$/, '')}+0x${rva.toString(16)}`;
}

/** An instruction as the place of a site, which is what editors are opened for; undefined for bytes. Goes into no index. */
export function instructionSite(occurrence: TagOccurrence): TagSite | undefined {
  const { tag, evidence, file, rva, function: name, source } = occurrence;
  if (evidence !== 'constant' || rva === undefined) return undefined;
  return {
    tags: [tag],
    api: tagSpellings(tag).literal,
    role: 'verify',
    evidence,
    module: baseName(file),
    place: {
      kind: 'image',
      file,
      rva,
      ...(name === undefined ? {} : { function: name }),
      ...(source === undefined ? {} : { source }),
    },
  };
}

/** @returns undefined when an editor was opened, else one line on what was done instead. */
export async function openOccurrence(
  services: PlaceServices,
  occurrence: TagOccurrence,
  token?: vscode.CancellationToken,
): Promise<string | undefined> {
  const site = instructionSite(occurrence);
  const problem = site === undefined ? undefined : await openPlace(services, site, token);
  if (site !== undefined && problem === undefined) return undefined;
  const address = addressText(occurrence);
  await vscode.env.clipboard.writeText(address);
  return problem === undefined
    ? vscode.l10n.t('{0} is copied: these are bytes, no code', address)
    : vscode.l10n.t('{0} is copied: {1}', address, problem);
}
