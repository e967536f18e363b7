/**
 * Above the place that was gone to in a disassembly: the way to its source line, or to naming where that source lies.
 */
import * as vscode from 'vscode';
import { baseName } from '../shared/baseName';
import { Command } from '../shared/ids';
import type { DisassemblyView } from './disassemblyView';

export class DisassemblyLenses implements vscode.CodeLensProvider {
  readonly onDidChangeCodeLenses: vscode.Event<void>;

  constructor(private readonly view: DisassemblyView) {
    this.onDidChangeCodeLenses = view.onDidShow;
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const shown = this.view.of(uri);
    if (shown?.source === undefined) return [];
    const { source, local } = shown;
    const where = `${baseName(source.file)}:${String(source.line + 1)}`;
    const title =
      local === undefined
        ? `$(search) ${vscode.l10n.t('Locate {0}…', where)}`
        : `$(go-to-file) ${vscode.l10n.t('Open {0}', where)}`;
    const command = { title, tooltip: source.file, command: Command.openDisassembledSource, arguments: [uri] };
    return [new vscode.CodeLens(new vscode.Range(shown.line, 0, shown.line, 0), command)];
  }
}
