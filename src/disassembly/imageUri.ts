/**
 * Names of disassemblies as documents: `poollens-image:/…/toaster.sys!ToasterAlloc (x64)`.
 */
import * as vscode from 'vscode';
import { IMAGE_SCHEME } from '../shared/ids';
import { imageDocumentSuffix, imageQuery, parseImageQuery, type ImageAddress } from '../shared/imageAddress';
import type { Disassembly } from '../shared/serverProtocol';

/** One document for a function, whichever of its places is gone to. */
export function imageUri(file: string, { name, machine, anchor }: Disassembly): vscode.Uri {
  const path = `${vscode.Uri.file(file).path}${imageDocumentSuffix(name)} (${machine})`;
  return vscode.Uri.from({ scheme: IMAGE_SCHEME, path, query: imageQuery({ file, rva: anchor }) });
}

/** The address a document stands for; undefined for a URI that is not of ours. */
export function imageAddress({ scheme, query }: vscode.Uri): ImageAddress | undefined {
  return scheme === IMAGE_SCHEME ? parseImageQuery(query) : undefined;
}
