/**
 * Activation: builds the services, registers views and commands, and returns. The language server starts afterwards, the
 * monitor when its panel is shown. No logic of a feature belongs here.
 */
import * as vscode from 'vscode';
import { registerLanguageCommands } from './commands/languageCommands';
import { registerDisassembly } from './disassembly/disassemblyFeature';
import { LeakHunt } from './hunt/leakHunt';
import { LanguageService } from './language/languageService';
import { LanguageStatus } from './language/languageStatus';
import { registerRuleDescriptions } from './language/ruleDescriptions';
import { registerMonitor } from './monitor/monitorFeature';
import { Notifier } from './notify';
import { OwnerLabelSource } from './owners/ownerLabelSource';
import { showOwners } from './owners/showOwners';
import { TagNoteSource } from './owners/tagNoteSource';
import { Command, View } from './shared/ids';

let language: LanguageService | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('PoolLens', { log: true });
  const notifier = new Notifier(log);
  const service = new LanguageService(context, log);
  language = service;
  const ownerLabels = new OwnerLabelSource(service, log);
  const tagNotes = new TagNoteSource(service, log);
  const disassembly = registerDisassembly(context, service, notifier);
  const places = { language: service, disassembly };
  const openTag = (tag: number): void => void showOwners(places, notifier, tag);
  context.subscriptions.push(
    log,
    service,
    tagNotes,
    new LanguageStatus(service),
    registerRuleDescriptions(service),
    ...registerLanguageCommands({ language: service, log, notifier, ownerLabels, openTag }),
    vscode.commands.registerCommand(Command.openPanel, () => vscode.commands.executeCommand(`${View.monitor}.focus`)),
  );
  const { service: monitor } = registerMonitor({ context, log, openTag, ownerLabels, tagNotes });
  context.subscriptions.push(new LeakHunt({ service: monitor, language: service, context, log }));
  // Not awaited: commands and the panel answer at once.
  void service.start();
}

/** VS Code waits for this, so that the server can end in order. */
export function deactivate(): Promise<void> | undefined {
  return language?.stop();
}
