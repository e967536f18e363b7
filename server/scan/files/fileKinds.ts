/**
 * Which files are scanned: C, C++ and Rust sources by extension, PE images by extension or by their first bytes.
 * Names the kinds; opens files only to look at a header.
 */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';

export type FileKind = 'image' | 'source';

const SOURCE_EXTENSIONS: ReadonlySet<string> = new Set('.c .cc .cpp .cxx .h .hh .hpp .hxx .inl .inc .rs'.split(' '));
const IMAGE_EXTENSIONS: ReadonlySet<string> = new Set('.sys .dll .exe .efi'.split(' '));

/** Folders that hold other people's code, version control or build tools' state. Build outputs are not among them. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([
  'node_modules',
  '.git',
  '.hg',
  '.svn',
  '.vs',
  '.cache',
  '$recycle.bin',
  'system volume information',
]);

/** Largest files that are read, in bytes. What is larger becomes an issue. */
export const MOST_BYTES: Readonly<Record<FileKind, number>> = { image: 512 << 20, source: 64 << 20 };

/** The kind a file's name tells, or undefined when only its bytes can. */
export function kindOfName(path: string): FileKind | undefined {
  const extension = extname(path).toLowerCase();
  if (SOURCE_EXTENSIONS.has(extension)) return 'source';
  return IMAGE_EXTENSIONS.has(extension) ? 'image' : undefined;
}

export function isRust(path: string): boolean {
  return /\.rs$/i.test(path);
}

export function isSkippedFolder(name: string): boolean {
  return SKIPPED_FOLDERS.has(name.toLowerCase());
}

/** Whether a file says which driver the sources around it make: see projects.ts. */
export function isProjectFile(path: string): boolean {
  const name = basename(path).toLowerCase();
  return /\.(?:vcxproj|inf|inx)$/.test(name) || /^(?:sources|cargo\.toml|cmakelists\.txt)$/.test(name);
}

/** A compilation database. */
export function isDatabase(path: string): boolean {
  return basename(path).toLowerCase() === 'compile_commands.json';
}

/** Settings of the C/C++ extension. */
export function isCppProperties(path: string): boolean {
  return (
    basename(path).toLowerCase() === 'c_cpp_properties.json' && basename(dirname(path)).toLowerCase() === '.vscode'
  );
}

/** Whether a file says what others are compiled with, beside project files: see buildSettings.ts. */
export function isBuildSettingsFile(path: string): boolean {
  return isDatabase(path) || isCppProperties(path);
}

/** Offset of the PE signature that a DOS header of 64 bytes tells; -1 when it is none. */
function signatureOffset(head: Buffer, bytesRead: number): number {
  return bytesRead < 64 || head.readUInt16LE(0) !== 0x5a4d ? -1 : head.readUInt32LE(0x3c);
}

function isSignature(bytes: Buffer, bytesRead: number): boolean {
  return bytesRead === 4 && bytes.readUInt32LE(0) === 0x4550;
}

/** Whether the file begins with a PE header: MZ, and PE\0\0 where e_lfanew points. False when it can't be read. */
export async function startsAsImage(path: string): Promise<boolean> {
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return false;
  try {
    const head = Buffer.alloc(64);
    const { bytesRead } = await handle.read(head, 0, 64, 0);
    const offset = signatureOffset(head, bytesRead);
    if (offset < 0) return false;
    const { bytesRead: more } = await handle.read(head, 0, 4, offset);
    return isSignature(head, more);
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}

/** `startsAsImage`, several times as fast, for plain files and programs that do nothing else meanwhile. */
export function startsAsImageSync(path: string): boolean {
  let handle: number | undefined;
  try {
    // Not to wait for the other end of a pipe, should one stand there by now. Windows has no such flag.
    handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const head = Buffer.alloc(64);
    const offset = signatureOffset(head, readSync(handle, head, 0, 64, 0));
    return offset >= 0 && isSignature(head, readSync(handle, head, 0, 4, offset));
  } catch {
    return false;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
