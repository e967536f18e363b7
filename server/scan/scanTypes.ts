/**
 * What passes between the side that plans a scan and the threads that do it. Plain values only: they are cloned.
 */
import type { FileFacts } from '../../src/shared/facts';
import type { PdbReference } from '../core/binary/pdbReference';
import type { FileExports } from '../core/source/externals';
import type { FolderFlags } from './builds/buildSettings';
import type { CompileFlags } from './builds/compileFlags';
import type { Project } from './builds/projectFile';
import type { FileKind } from './files/fileKinds';
import type { AllocatorsOfFolder } from './folderAllocators';

/** One file to scan. */
export interface ScanTask {
  /** Absolute. */
  readonly path: string;
  readonly kind: FileKind;
  /** Key of the project whose externals hold for a source. */
  readonly project?: string;
  /** Scan only if the text names one of these. */
  readonly onlyIfNaming?: readonly string[];
  /** Scan only if the text, or one it includes, names one of these; the files they changed in don't count. */
  readonly onlyIfAffected?: { readonly names: readonly string[]; readonly changed: readonly string[] };
  /** Units that include the source, in whose places it is read if it can't be understood by itself. */
  readonly includedBy?: readonly string[];
  /** Say what of the file changed for those that include it, since it was last scanned or, if never, since it was opened. */
  readonly tellsChanges?: true;
  /** Images: bytes on disk when the scan began. */
  readonly size?: number;
  /** Images of whose size there are several: memory of ContentClaims. */
  readonly claims?: SharedArrayBuffer;
}

/** State of a file the facts depend on; what is not there has size -1. */
export interface FileStamp {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

export interface ScannedFile {
  readonly facts: FileFacts;
  /** Files besides itself whose change makes the facts stale: included texts, PDBs used or looked for. */
  readonly dependsOn: readonly FileStamp[];
  /** Sources: what the file tells the others of its project. */
  readonly exports?: FileExports;
  /** Units in whose places it was read; absent: it was read by itself. */
  readonly includedBy?: readonly string[];
  /** For `tellsChanges`: names that may mean something else now. Absent: anything may. */
  readonly affects?: readonly string[];
  /** Images: the PDB that was asked for. */
  readonly pdb?: PdbReference;
  /** Another file with the same bytes (`facts.sha256`) was taken on before: these facts have neither sites nor issues. */
  readonly isCopy?: true;
  /** The file was not scanned to its end (unreadable, crash, time cap): another try may do better, so it is not cached. */
  readonly failed?: true;
}

/** What holds for a whole scan. Paths are absolute. */
export interface ScanSetup {
  /** Every discovered source. */
  readonly sources: readonly string[];
  readonly projects: readonly Project[];
  readonly includeFolders: readonly string[];
  /** What single sources are compiled with, by their paths, whatever their project says. */
  readonly compileFlags: Readonly<Record<string, CompileFlags>>;
  /** What the sources of folders are compiled with, over their projects' settings; outermost folder first. */
  readonly folderFlags: readonly FolderFlags[];
  /** Macro name → replacement text; over all others. */
  readonly defines: Readonly<Record<string, string>>;
  /** Allocators whose bodies are not at hand. */
  readonly allocators: readonly AllocatorsOfFolder[];
  /** As in _NT_SYMBOL_PATH; local folders only are used. */
  readonly symbolPath: string;
  /** Whether a path written in an image may be opened to find its PDB. */
  readonly trusted: boolean;
  /** Sources are scanned again and again, as they are edited: what was read from them is worth keeping. */
  readonly repeats?: true;
}

export const EMPTY_SETUP: ScanSetup = {
  sources: [],
  projects: [],
  includeFolders: [],
  compileFlags: {},
  folderFlags: [],
  defines: {},
  allocators: [],
  symbolPath: '',
  trusted: false,
};
