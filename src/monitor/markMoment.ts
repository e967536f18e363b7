/**
 * "Mark This Moment": a line in the charts with the user's words, kept in the recording that is being made.
 */
import * as vscode from 'vscode';
import { LONGEST_MARK_TEXT } from '../shared/eventMark';
import { Command } from '../shared/ids';
import type { MonitorService } from './monitorService';

export function registerMarkCommand(service: MonitorService): vscode.Disposable {
  return vscode.commands.registerCommand(Command.markMoment, async () => {
    // The moment is that of the command, however long the words take.
    const time = service.readings.time;
    if (time === undefined) {
      vscode.window.setStatusBarMessage(vscode.l10n.t('PoolLens: there is no reading to mark yet'), 5000);
      return;
    }
    const text = await vscode.window.showInputBox({
      title: vscode.l10n.t('Mark This Moment'),
      prompt: vscode.l10n.t(
        'What happens at {0}; shown in the charts',
        new Date(time).toLocaleTimeString(vscode.env.language),
      ),
      placeHolder: vscode.l10n.t('driver started'),
    });
    if (text === undefined) return;
    await service.mark({ kind: 'note', time, text: text.trim().slice(0, LONGEST_MARK_TEXT) });
  });
}
