/**
 * The only place where URIs become file keys and file keys URIs. A `file:` URI on this machine is its path; UNC paths
 * are refused; documents of other schemes (untitled, virtual workspaces) keep their URI as the key and are never opened
 * on disk.
 */
import { normalize } from 'node:path';
import { URI } from 'vscode-uri';
import { imageDocumentSuffix, imageQuery, type ImageAddress } from '../../src/shared/imageAddress';
import { isUncOrDevicePath } from '../scan/files/paths';

/** Absolute path of a `file:` URI; undefined for other schemes, UNC, and what is no URI. */
export function pathOfUri(uri: string): string | undefined {
  let parsed: URI;
  try {
    parsed = URI.parse(uri, true);
  } catch {
    return undefined;
  }
  if (parsed.scheme !== 'file' || parsed.authority !== '') return undefined;
  const path = normalize(parsed.fsPath);
  if (isUncOrDevicePath(path) || path.includes('\0')) return undefined;
  // URIs spell the drive in lower case, discovery as the folder was given: one spelling for both.
  return process.platform === 'win32' ? path.replace(/^[A-Z]:/, (drive) => drive.toLowerCase()) : path;
}

/** Key of a document in the index: its path, or its URI where it has no path. Undefined for refused `file:` URIs. */
export function keyOfUri(uri: string): string | undefined {
  return uri.startsWith('file:') ? pathOfUri(uri) : uri;
}

/** URI of the document that shows an address of an image. */
export function uriOfImageAddress(scheme: string, address: ImageAddress, name: string): string {
  const path = `${URI.file(address.file).path}${imageDocumentSuffix(name)}`;
  return URI.from({ scheme, path, query: imageQuery(address) }).toString();
}

/** URI of a key of the index. */
export function uriOfKey(key: string): string {
  return /^[a-z][a-z0-9+.-]+:/i.test(key) ? key : URI.file(key).toString();
}
