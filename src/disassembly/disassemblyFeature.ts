/**
 * Registers the disassembly view: its documents, the lens above them, and the way from code to source.
 */
import * as vscode from 'vscode';
import type { LanguageService } from '../language/languageService';
import type { Notifier } from '../notify';
import { Command, IMAGE_SCHEME } from '../shared/ids';
import { showLine } from '../showLine';
import { DisassemblyLenses } from './disassemblyLenses';
import { DisassemblyView } from './disassemblyView';
import { locateSource } from './locateSource';

/** The view; the context owns it. */
export function registerDisassembly(
  { subscriptions }: vscode.ExtensionContext,
  language: LanguageService,
  notifier: Notifier,
): DisassemblyView {
  const view = new DisassemblyView(language);
  subscriptions.push(
    view,
    vscode.languages.registerCodeLensProvider({ scheme: IMAGE_SCHEME }, new DisassemblyLenses(view)),
    vscode.commands.registerCommand(Command.openDisassembledSource, async (argument: unknown) => {
      const uri = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
      try {
        await openSource(view, uri);
      } catch (error) {
        notifier.failed(vscode.l10n.t('Source'), error);
      }
    }),
  );
  return view;
}

async function openSource(view: DisassemblyView, uri: vscode.Uri | undefined): Promise<void> {
  const shown = uri === undefined ? undefined : view.of(uri);
  if (shown?.source === undefined) {
    throw new Error(vscode.l10n.t('no PDB of this image names a source line for this place'));
  }
  const line = shown.local ?? (await locateSource(shown.source));
  if (line !== undefined) await showLine(line);
}
