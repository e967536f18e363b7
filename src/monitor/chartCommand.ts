/**
 * "Show Tag in Charts": the panel is shown and told of the tag, once it is there.
 */
import * as vscode from 'vscode';
import { tagArgument } from '../commands/tagArgument';
import { askForTag } from '../owners/askForTag';
import type { OwnerLabels } from '../services';
import { Command, View } from '../shared/ids';
import type { PanelView } from './panelView';

export function registerChartCommand(view: PanelView, ownerLabels: OwnerLabels): vscode.Disposable {
  return vscode.commands.registerCommand(Command.chartTag, async (argument: unknown) => {
    const tag = tagArgument(argument) ?? (await askForTag(ownerLabels));
    if (tag === undefined) return;
    view.tellWhenReady({ type: 'chart', tag });
    await vscode.commands.executeCommand(`${View.monitor}.focus`);
  });
}
