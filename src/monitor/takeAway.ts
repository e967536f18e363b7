/**
 * Rows of the panel for elsewhere: the clipboard, or a file where the user says. The panel makes the text.
 */
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Notifier } from '../notify';
import { EXPORT_FORMATS, type ExportFormat } from '../shared/panelMessages';
import { pickNewFile, timedName } from './fileDialogs';

const EXTENSIONS: Readonly<Record<ExportFormat, string>> = { csv: 'csv', poolmon: 'txt', json: 'json' };

function formatName(format: ExportFormat): string {
  switch (format) {
    case 'csv':
      return vscode.l10n.t('Comma-separated values');
    case 'poolmon':
      return vscode.l10n.t('PoolMon text');
    case 'json':
      return vscode.l10n.t('JSON');
  }
}

/** Undefined when nothing was chosen. */
export async function askExportFormat(): Promise<ExportFormat | undefined> {
  const items = EXPORT_FORMATS.map((format) => ({
    label: formatName(format),
    description: `.${EXTENSIONS[format]}`,
    format,
  }));
  const placeHolder = vscode.l10n.t('How to write the rows shown');
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.format;
}

/** Asks where to, and writes. */
export async function saveExport(format: ExportFormat, text: string, notifier: Notifier): Promise<void> {
  const extension = EXTENSIONS[format];
  const file = await pickNewFile(vscode.l10n.t('Export to'), formatName(format), timedName(new Date(), extension));
  if (file === undefined) return;
  try {
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
    vscode.window.setStatusBarMessage(vscode.l10n.t('PoolLens: written to {0}', path.basename(file.path)), 5000);
  } catch (error) {
    notifier.failed(vscode.l10n.t('{0} could not be written', path.basename(file.path)), error);
  }
}
