/**
 * Above a disassembly: the way to the source line of the place that was gone to, or to naming where that source lies.
 */
import * as vscode from 'vscode';
import { baseName } from '../shared/baseName';
import { Command } from '../shared/ids';
import type { DisassemblyView } from './disassemblyView';

export class DisassemblyLenses implements vscode.CodeLensProvider {
  constructor(private readonly view: DisassemblyView) {}

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
    return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), command)];
  }
}
