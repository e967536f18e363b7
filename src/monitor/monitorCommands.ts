/**
 * What the monitor's commands do, asked for in the palette, the view's title or the panel itself.
 */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { Notifier } from '../notify';
import { Command, View, type CommandId } from '../shared/ids';
import type { SourceSpec } from '../shared/monitorProtocol';
import type { PanelCommand } from '../shared/panelMessages';
import { pickCapture, pickNewRecording, pickRecording } from './fileDialogs';
import { namedRecording } from './monitorSettings';
import type { MonitorService } from './monitorService';

const LIVE: SourceSpec = { kind: 'ntdll' };

export class MonitorCommands {
  private readonly notifier: Notifier;

  constructor(
    private readonly service: MonitorService,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.notifier = new Notifier(log);
  }

  /** Command id → what it does. */
  handlers(): ReadonlyMap<CommandId, (argument?: unknown) => Promise<void>> {
    return new Map<CommandId, (argument?: unknown) => Promise<void>>([
      [Command.openLive, () => this.show(LIVE)],
      [Command.openRecording, (argument) => this.openFile('recording', argument)],
      [Command.openCapture, (argument) => this.openFile('capture', argument)],
      [Command.pause, () => this.service.pause()],
      [Command.resume, () => this.resume()],
      [Command.refresh, () => this.service.refresh()],
      [Command.startRecording, () => this.startRecording()],
      [Command.stopRecording, () => this.stopRecording()],
      [Command.restartMonitor, () => this.service.restart(LIVE, this.recording())],
    ]);
  }

  /** What a button of the panel asks for. */
  async fromPanel(command: PanelCommand): Promise<void> {
    switch (command) {
      case 'openLive':
        return await this.show(LIVE);
      case 'openRecording':
        return await this.openFile('recording', undefined);
      case 'openCapture':
        return await this.openFile('capture', undefined);
      case 'pause':
        return await this.service.pause();
      case 'resume':
        return await this.resume();
      case 'refresh':
        return await this.service.refresh();
      case 'restart':
        return await this.service.restart(LIVE, this.recording());
      case 'record':
        return this.service.recordsTo === undefined ? await this.startRecording() : await this.stopRecording();
      case 'showLog':
        this.log.show(true);
    }
  }

  /** Opens this machine's pools, or where they can't be read the recording that the settings name. */
  async openUsual(): Promise<void> {
    await this.service.open(LIVE, this.recording());
  }

  private recording(): SourceSpec | undefined {
    return namedRecording((line) => this.log.warn(line));
  }

  private async show(spec: SourceSpec): Promise<void> {
    void vscode.commands.executeCommand(`${View.monitor}.focus`);
    await this.service.open(spec);
  }

  private async openFile(kind: 'recording' | 'capture', argument: unknown): Promise<void> {
    const given = argument instanceof vscode.Uri && argument.scheme === 'file' ? argument.fsPath : undefined;
    const file = given ?? (await (kind === 'recording' ? pickRecording() : pickCapture()));
    if (file !== undefined) await this.show({ kind, file });
  }

  private async resume(): Promise<void> {
    if (this.service.phase.kind === 'open') await this.service.resume();
    else await this.openUsual();
  }

  private async startRecording(): Promise<void> {
    if (this.service.phase.kind !== 'open') return;
    const file = await pickNewRecording();
    if (file === undefined) return;
    try {
      await this.service.startRecording(file);
    } catch (error) {
      this.notifier.failed(vscode.l10n.t('Recording to {0} has not started', path.basename(file)), error);
    }
  }

  private async stopRecording(): Promise<void> {
    const file = this.service.recordsTo;
    if (file === undefined) return;
    try {
      const samples = await this.service.stopRecording();
      const text = vscode.l10n.t('PoolLens: {0} samples recorded to {1}', samples, path.basename(file));
      vscode.window.setStatusBarMessage(text, 5000);
    } catch (error) {
      this.notifier.failed(vscode.l10n.t('Recording to {0} has failed', path.basename(file)), error);
    }
  }
}
