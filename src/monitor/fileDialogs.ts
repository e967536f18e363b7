/**
 * Asking for files: recordings and texts to open, a recording to write. Files of this machine only.
 */
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { ExportParams } from '../shared/monitorProtocol';

const RECORDING_EXTENSION = 'poolrec';

async function pick(
  title: string,
  filters: Readonly<Record<string, string[]>>,
  canSelectMany: boolean,
): Promise<readonly string[]> {
  const uris = (await vscode.window.showOpenDialog({ title, filters: { ...filters }, canSelectMany })) ?? [];
  return uris.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => fsPath);
}

export async function pickRecording(): Promise<string | undefined> {
  const filters = {
    [vscode.l10n.t('PoolLens recordings')]: [RECORDING_EXTENSION],
    [vscode.l10n.t('All files')]: ['*'],
  };
  const [file] = await pick(vscode.l10n.t('Open Recording'), filters, false);
  return file;
}

/** One file, or several that are one series. */
export function pickCaptures(): Promise<readonly string[]> {
  const filters = {
    [vscode.l10n.t('Text')]: ['txt', 'log'],
    [vscode.l10n.t('All files')]: ['*'],
  };
  return pick(vscode.l10n.t('Open PoolMon or !poolused Text'), filters, true);
}

/** `poollens-20260214-093000.poolrec`, local time. */
export function timedName(now: Date, extension: string): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${String(now.getFullYear())}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `poollens-${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}.${extension}`;
}

/** Where to write a new file, in the first folder of the workspace unless somebody says otherwise. */
export async function pickNewFile(title: string, kind: string, name: string): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.find((f) => f.uri.scheme === 'file');
  return await vscode.window.showSaveDialog({
    title,
    filters: { [kind]: [path.extname(name).slice(1)] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.file(path.join(folder.uri.fsPath, name)) }),
  });
}

const EXPORT_FORMATS = { csv: 'csv', txt: 'poolmon', ndjson: 'ndjson' } as const;

/** Where one reading goes, and, by the name's extension, in which format. */
export async function pickExport(): Promise<ExportParams | undefined> {
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export Reading'),
    filters: {
      CSV: ['csv'],
      [vscode.l10n.t('PoolMon text')]: ['txt'],
      [vscode.l10n.t('JSON lines')]: ['ndjson'],
    },
  });
  if (uri?.scheme !== 'file') return undefined;
  const extension = path.extname(uri.fsPath).slice(1).toLowerCase();
  const format = Object.entries(EXPORT_FORMATS).find(([known]) => known === extension)?.[1] ?? 'csv';
  return { file: uri.fsPath, format };
}

export async function pickNewRecording(): Promise<string | undefined> {
  const name = timedName(new Date(), RECORDING_EXTENSION);
  const uri = await pickNewFile(vscode.l10n.t('Record to'), vscode.l10n.t('PoolLens recordings'), name);
  return uri?.scheme === 'file' ? uri.fsPath : undefined;
}
