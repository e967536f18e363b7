/**
 * Commands that choose what the panel shows: this machine, files, the clipboard, text of an editor.
 */
import * as vscode from 'vscode';
import { baseName } from '../shared/baseName';
import { Command, View, type CommandId } from '../shared/ids';
import type { SourceSpec } from '../shared/monitorProtocol';
import { chooseCommand } from './commandSources';
import { pickCaptures, pickRecording } from './fileDialogs';
import type { MonitorService } from './monitorService';

export type Handler = (...given: readonly unknown[]) => Promise<void>;

export const LIVE: SourceSpec = { kind: 'ntdll' };

export class SourceCommands {
  constructor(
    private readonly service: MonitorService,
    private readonly state: vscode.Memento,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Command id → what it does. */
  handlers(): readonly (readonly [CommandId, Handler])[] {
    return [
      [Command.openLive, () => this.openLive()],
      [Command.openRecording, (argument) => this.openRecording(argument)],
      [Command.openCapture, (...given) => this.openCaptures(given)],
      [Command.openClipboard, () => this.openClipboard()],
      [Command.openSelection, () => this.openSelection()],
      [Command.connect, (name) => this.connect(name)],
    ];
  }

  async openLive(): Promise<void> {
    await this.show(LIVE);
  }

  async openRecording(argument?: unknown): Promise<void> {
    const file = onDisk(argument) ?? (await pickRecording());
    if (file !== undefined) await this.show({ kind: 'recording', file });
  }

  /** `given`: what VS Code hands to a command of the explorer: the file, and all files that are selected. */
  async openCaptures(given: readonly unknown[] = []): Promise<void> {
    const selected = (Array.isArray(given[1]) ? given[1] : [given[0]]).map(onDisk).filter((file) => file !== undefined);
    const files = selected.length > 0 ? selected : await pickCaptures();
    const [file, ...more] = files;
    if (file === undefined) return;
    await this.show(more.length === 0 ? { kind: 'capture', file } : { kind: 'captures', files });
  }

  /** `name`: a command of the settings. */
  async connect(name?: unknown): Promise<void> {
    const warn = (line: string): void => this.log.warn(line);
    const spec = await chooseCommand(this.state, warn, typeof name === 'string' ? name : undefined);
    if (spec !== undefined) await this.show(spec);
  }

  private async openClipboard(): Promise<void> {
    const text = await vscode.env.clipboard.readText();
    await this.show({ kind: 'text', text, label: vscode.l10n.t('Clipboard') });
  }

  /** What is selected in the editor; all of it where nothing is. */
  private async openSelection(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) return;
    const { document, selections } = editor;
    const parts = selections.filter(({ isEmpty }) => !isEmpty).map((selection) => document.getText(selection));
    const name = baseName(document.fileName);
    const label = parts.length === 0 ? name : vscode.l10n.t('Selection in {0}', name);
    await this.show({ kind: 'text', text: parts.length === 0 ? document.getText() : parts.join('\n'), label });
  }

  private async show(spec: SourceSpec): Promise<void> {
    void vscode.commands.executeCommand(`${View.monitor}.focus`);
    await this.service.open(spec);
  }
}

function onDisk(argument: unknown): string | undefined {
  return argument instanceof vscode.Uri && argument.scheme === 'file' ? argument.fsPath : undefined;
}
