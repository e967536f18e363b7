/**
 * "Locate Source": somebody who has the source of a driver shows one file, and the setting that maps the PDB's folders
 * is written from it, so that every other place of that driver is found from then on.
 */
import * as vscode from 'vscode';
import { baseName } from '../shared/baseName';
import type { PdbLine } from '../shared/facts';
import { Setting } from '../shared/ids';
import type { LocalLine } from '../shared/serverProtocol';
import { sourceMapEntry, type SourceMapEntry } from './sourceMapEntry';

const SECTION_END = Setting.symbolsSourceMap.lastIndexOf('.');

/** Asks for the file of a PDB's line and remembers its folder. Undefined when the question was left. */
export async function locateSource(source: PdbLine): Promise<LocalLine | undefined> {
  const name = baseName(source.file);
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Locate {0}, in the PDB {1}', name, source.file),
    openLabel: vscode.l10n.t('This Is the Source'),
    filters: filtersFor(name),
  });
  const uri = chosen?.[0];
  if (uri?.scheme !== 'file') return undefined;
  const entry = sourceMapEntry(source.file, uri.fsPath);
  if (entry === undefined) throw new Error(vscode.l10n.t('{0} is not {1}', baseName(uri.fsPath), name));
  await remember(entry);
  return { file: uri.fsPath, line: source.line };
}

function filtersFor(name: string): Record<string, string[]> {
  const extension = /\.(\w+)$/.exec(name)?.[1];
  return extension === undefined ? {} : { [name]: [extension] };
}

/** In the workspace's settings where the folder is a part of it, else in the user's: paths of one machine are no one else's. */
async function remember({ from, to }: SourceMapEntry): Promise<void> {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(to));
  const isOnly = vscode.workspace.workspaceFolders?.length === 1;
  const [target, value] =
    folder !== undefined && isOnly
      ? [vscode.ConfigurationTarget.Workspace, inWorkspace(folder, to)]
      : [vscode.ConfigurationTarget.Global, to];
  const configuration = vscode.workspace.getConfiguration(Setting.symbolsSourceMap.slice(0, SECTION_END));
  const key = Setting.symbolsSourceMap.slice(SECTION_END + 1);
  const known = configuration.inspect<Record<string, string>>(key);
  const before = target === vscode.ConfigurationTarget.Workspace ? known?.workspaceValue : known?.globalValue;
  await configuration.update(key, { ...before, [from]: value }, target);
}

function inWorkspace({ uri }: vscode.WorkspaceFolder, path: string): string {
  const rest = path.slice(uri.fsPath.length).replaceAll('\\', '/');
  return `\${workspaceFolder}${rest}`;
}
