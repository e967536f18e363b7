/**
 * Files that change on disk (workspace/didChangeWatchedFiles; the client watches). Bursts are gathered: builds write many
 * files, and write them half before they write them whole.
 */
import { DidChangeWatchedFilesNotification, FileChangeType, type FileEvent } from 'vscode-languageserver/node';
import { isProjectFile, kindOfName } from '../../scan/files/fileKinds';
import type { ServerContext } from '../context';
import { pathOfUri } from '../uris';

const MS_OF_QUIET = 1000;
const WATCHED = [
  '**/*.{c,cc,cpp,cxx,h,hh,hpp,hxx,inl,inc,rs}',
  '**/*.{sys,dll,exe,efi,pdb}',
  '**/{*.vcxproj,*.props,*.inf,*.inx,sources,CMakeLists.txt,Cargo.toml}',
  '**/{compile_commands,.vscode/c_cpp_properties}.json',
];

export function registerWatchedFiles(context: ServerContext): void {
  const { connection, client, workspace, documents } = context;
  const changed = new Set<string>();
  let everything = false;
  let timer: NodeJS.Timeout | undefined;

  const settle = (): void => {
    const files = [...changed];
    changed.clear();
    if (everything) void workspace.rescan();
    else workspace.changedOnDisk(files);
    everything = false;
  };
  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const change of changes) {
      const path = pathOfUri(change.uri);
      if (path === undefined) continue;
      if (concernsOthers(path, change)) everything = true;
      else if (!documents.isOpen(path)) changed.add(path);
    }
    if (!everything && changed.size === 0) return;
    clearTimeout(timer);
    timer = setTimeout(settle, MS_OF_QUIET);
  });
  context.onInitialized(() => {
    if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) return;
    const watchers = WATCHED.map((globPattern) => ({ globPattern }));
    connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch((error: unknown) => {
      connection.console.warn(`files are not watched: ${String(error)}`);
    });
  });
}

/** What appears or vanishes changes where includes lead; project files and PDBs speak about other files. */
function concernsOthers(path: string, { type }: FileEvent): boolean {
  return type !== FileChangeType.Changed || isProjectFile(path) || kindOfName(path) === undefined;
}
