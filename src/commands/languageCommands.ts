/**
 * Commands about tags, the scan and the language server. Each answers at any time: the server is started when needed.
 */
import * as vscode from 'vscode';
import { copyDebuggerCommands } from '../debugger/copyDebuggerCommands';
import type { LanguageService } from '../language/languageService';
import type { Notifier } from '../notify';
import { askForTag } from '../owners/askForTag';
import type { OwnerLabels } from '../services';
import { Command } from '../shared/ids';
import { ServerRequest } from '../shared/serverProtocol';
import { tagArgument } from './tagArgument';

export interface LanguageCommandServices {
  readonly language: LanguageService;
  readonly log: vscode.LogOutputChannel;
  readonly notifier: Notifier;
  readonly ownerLabels: OwnerLabels;
  openTag(tag: number): void;
}

async function findTag(services: LanguageCommandServices, argument: unknown): Promise<void> {
  // The list of known tags wants the server; typing one does not wait for it.
  void services.language.start();
  const tag = tagArgument(argument) ?? (await askForTag(services.ownerLabels));
  if (tag !== undefined) services.openTag(tag);
}

async function copyCommands(services: LanguageCommandServices, argument: unknown): Promise<void> {
  void services.language.start();
  const tag = tagArgument(argument) ?? (await askForTag(services.ownerLabels));
  if (tag !== undefined) await copyDebuggerCommands(services.language, tag);
}

async function rescan({ language, notifier }: LanguageCommandServices): Promise<void> {
  try {
    await language.request<null>(ServerRequest.rescan, undefined);
  } catch (error) {
    notifier.failed(vscode.l10n.t('Scan'), error);
  }
}

/** Registers the commands; the caller owns the registrations. */
export function registerLanguageCommands(services: LanguageCommandServices): readonly vscode.Disposable[] {
  return [
    vscode.commands.registerCommand(Command.findTag, (argument: unknown) => findTag(services, argument)),
    vscode.commands.registerCommand(Command.copyDebuggerCommands, (argument: unknown) =>
      copyCommands(services, argument),
    ),
    vscode.commands.registerCommand(Command.rescan, () => rescan(services)),
    vscode.commands.registerCommand(Command.restartServer, () => services.language.restart()),
    vscode.commands.registerCommand(Command.showLog, () => {
      services.log.show(true);
    }),
  ];
}
