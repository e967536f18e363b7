/**
 * Shows the panel, once, in a workspace that names a recording: whoever opens such a folder comes for what is in it.
 * Takes no focus, and never comes back after the user has closed it.
 */
import * as vscode from 'vscode';
import { Setting, View } from '../shared/ids';

const SHOWN = 'monitor.firstLook';

export async function showOnFirstLook(state: vscode.Memento): Promise<void> {
  const named = vscode.workspace.getConfiguration().inspect(Setting.monitorRecording)?.workspaceValue;
  if (typeof named !== 'string' || named === '' || !vscode.workspace.isTrusted) return;
  if (state.get(SHOWN) === true) return;
  await state.update(SHOWN, true);
  await vscode.commands.executeCommand(`${View.monitor}.focus`, { preserveFocus: true });
}
