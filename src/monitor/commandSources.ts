/**
 * Commands of the user's settings as sources: chosen from a list, and agreed to once on each machine before one runs.
 * A workspace can neither name one nor agree to one.
 */
import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { Setting } from '../shared/ids';
import type { CommandSpec } from '../shared/monitorProtocol';
import { commandLine, readCommandSetting } from './commandSetting';

/** Kept in the extension's global state, which is not synchronised: each machine is asked for itself. */
const AGREED = 'monitor.agreedCommands';

/** The user's own value only, whatever a folder's settings say. */
function commands(warn: (line: string) => void): readonly CommandSpec[] {
  const value = vscode.workspace.getConfiguration().inspect(Setting.monitorCommands)?.globalValue;
  const { commands: found, problems } = readCommandSetting(value);
  for (const problem of problems) warn(`${Setting.monitorCommands}: ${problem}`);
  return found;
}

/**
 * The command that was chosen and agreed to; undefined when the question was left.
 * @param name One of the settings' names, to choose without a question.
 */
export async function chooseCommand(
  state: vscode.Memento,
  warn: (line: string) => void,
  name?: string,
): Promise<CommandSpec | undefined> {
  const offered = commands(warn);
  const chosen = offered.find((one) => one.name === name) ?? (await pick(offered));
  if (chosen === undefined) return undefined;
  return (await agreed(state, chosen)) ? chosen : undefined;
}

interface CommandItem extends vscode.QuickPickItem {
  readonly spec?: CommandSpec;
}

async function pick(offered: readonly CommandSpec[]): Promise<CommandSpec | undefined> {
  const settings: CommandItem = {
    label: `$(gear) ${vscode.l10n.t('Edit Commands in Settings...')}`,
    detail: vscode.l10n.t('Such as ssh to a machine with poollens, or a program that prints PoolMon text'),
  };
  const items = offered.map((spec): CommandItem => ({ label: spec.name, description: commandLine(spec.run), spec }));
  const choice = await vscode.window.showQuickPick([...items, settings], {
    title: vscode.l10n.t('Connect to Another Machine'),
    matchOnDescription: true,
  });
  if (choice === settings)
    await vscode.commands.executeCommand('workbench.action.openSettings', Setting.monitorCommands);
  return choice?.spec;
}

/** Asked about program and arguments as they stand: a change is another command. */
async function agreed(state: vscode.Memento, { name, run }: CommandSpec): Promise<boolean> {
  const print = createHash('sha256').update(JSON.stringify(run)).digest('hex');
  const known = state.get<readonly string[]>(AGREED, []);
  if (known.includes(print)) return true;
  const yes = vscode.l10n.t('Run');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Run the command of “{0}” on this machine?', name),
    { modal: true, detail: `${commandLine(run)}\n\n${vscode.l10n.t('It is asked once on each machine.')}` },
    yes,
  );
  if (answer !== yes) return false;
  await state.update(AGREED, [...known, print]);
  return true;
}
