/**
 * Saves a picture of the charts where the webview has no clipboard for pictures. What the page sends must be a PNG.
 */
import * as vscode from 'vscode';

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export async function savePicture(base64: string): Promise<void> {
  const bytes = Buffer.from(base64, 'base64');
  if (!PNG.every((byte, at) => bytes[at] === byte)) return;
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save Charts'),
    filters: { [vscode.l10n.t('Pictures')]: ['png'] },
  });
  if (uri !== undefined) await vscode.workspace.fs.writeFile(uri, bytes);
}
