/**
 * Names of disassemblies as documents: `poollens-image:/…/toaster.sys!ToasterAlloc (x64)`, with what the server must be
 * asked in the query. The path is for people to read; nothing is ever opened by it.
 */
import * as vscode from 'vscode';
import { IMAGE_SCHEME } from '../shared/ids';
import type { Disassembly } from '../shared/serverProtocol';

const LONGEST_NAME = 80;

export interface ImageAddress {
  /** Absolute path of the image. */
  readonly file: string;
  readonly rva: number;
}

/** One document for a function, whichever of its places is gone to. */
export function imageUri(file: string, { name, machine, anchor }: Disassembly): vscode.Uri {
  const address: ImageAddress = { file, rva: anchor };
  const shown = name.replace(/[/\\\p{Cc}]/gu, '_').slice(0, LONGEST_NAME);
  const path = `${vscode.Uri.file(file).path}!${shown} (${machine})`;
  return vscode.Uri.from({ scheme: IMAGE_SCHEME, path, query: JSON.stringify(address) });
}

/** The address a document stands for; undefined for a URI that is not of ours. */
export function imageAddress({ scheme, query }: vscode.Uri): ImageAddress | undefined {
  if (scheme !== IMAGE_SCHEME) return undefined;
  try {
    const { file, rva } = JSON.parse(query) as Readonly<Record<string, unknown>>;
    return typeof file === 'string' && typeof rva === 'number' ? { file, rva } : undefined;
  } catch {
    return undefined;
  }
}
