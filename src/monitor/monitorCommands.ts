/**
 * What the monitor's commands do, asked for in the palette, the view's title or the panel itself.
 */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { Notifier } from '../notify';
import { Command, View, type CommandId } from '../shared/ids';
import { MonitorRequest, type SourceSpec } from '../shared/monitorProtocol';
import type { PanelCommand, PanelTask } from '../shared/panelMessages';
import { pickExport, pickNewRecording } from './fileDialogs';
import type { MonitorService } from './monitorService';
import { namedRecording } from './monitorSettings';
import { chooseSession } from './sessionPicker';
import { LIVE, SourceCommands, type Handler } from './sourceCommands';
import { askExportFormat } from './takeAway';

export class MonitorCommands {
  private readonly notifier: Notifier;
  private readonly sources: SourceCommands;

  constructor(
    private readonly service: MonitorService,
    private readonly log: vscode.LogOutputChannel,
    state: vscode.Memento,
    /** Has the panel do something, now or once it is there. */
    private readonly perform: (task: PanelTask) => void,
  ) {
    this.notifier = new Notifier(log);
    this.sources = new SourceCommands(service, state, log);
  }

  /** Command id → what it does. */
  handlers(): ReadonlyMap<CommandId, Handler> {
    return new Map<CommandId, Handler>([
      ...this.sources.handlers(),
      [Command.chooseSession, () => this.chooseSession()],
      [Command.pause, () => this.service.pause()],
      [Command.resume, () => this.resume()],
      [Command.refresh, () => this.service.refresh()],
      [Command.exportReading, () => this.exportReading()],
      [Command.startRecording, () => this.startRecording()],
      [Command.stopRecording, () => this.stopRecording()],
      [Command.copyRows, () => this.inPanel({ kind: 'copyRows' })],
      [Command.exportView, () => this.exportView()],
      [Command.chooseColumns, () => this.inPanel({ kind: 'chooseColumns' })],
      [Command.resetColumns, () => this.inPanel({ kind: 'resetColumns' })],
      [Command.showKeys, () => this.inPanel({ kind: 'showKeys' })],
      [Command.restartMonitor, () => this.service.restart(LIVE, this.recording())],
    ]);
  }

  /** What a button of the panel asks for. */
  async fromPanel(command: PanelCommand): Promise<void> {
    switch (command) {
      case 'openLive':
        return await this.sources.openLive();
      case 'openRecording':
        return await this.sources.openRecording();
      case 'openCapture':
        return await this.sources.openCaptures();
      case 'connect':
        return await this.sources.connect();
      case 'chooseSession':
        return await this.chooseSession();
      case 'setBaseline':
        return void (await vscode.commands.executeCommand(Command.setBaseline));
      case 'markMoment':
        return void (await vscode.commands.executeCommand(Command.markMoment));
      case 'chooseBaseline':
        return void (await vscode.commands.executeCommand(Command.chooseBaseline));
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
      case 'export':
        return await this.exportView();
      case 'showLog':
        this.log.show(true);
    }
  }

  /** Opens this machine's pools, or where they can't be read the recording that the settings name. */
  async openUsual(): Promise<void> {
    await this.service.open(LIVE, this.recording());
  }

  /** Opens what was open last; before the first time, the usual. */
  async start(): Promise<void> {
    await vscode.commands.executeCommand(`${View.monitor}.focus`);
    await this.service.restart(LIVE, this.recording());
  }

  private async inPanel(task: PanelTask): Promise<void> {
    await vscode.commands.executeCommand(`${View.monitor}.focus`);
    this.perform(task);
  }

  private async exportView(): Promise<void> {
    const format = await askExportFormat();
    if (format !== undefined) await this.inPanel({ kind: 'export', format });
  }

  private recording(): SourceSpec | undefined {
    return namedRecording((line) => this.log.warn(line));
  }

  /** Shows the pools of the system, of all sessions or of one. */
  async setScope(scope: string): Promise<void> {
    await this.withSessions(() => this.service.setScope(scope));
  }

  private async chooseSession(): Promise<void> {
    await this.withSessions(() => chooseSession(this.service));
  }

  private async withSessions(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.notifier.failed(vscode.l10n.t('Pools of sessions'), error);
    }
  }

  private async resume(): Promise<void> {
    if (this.service.phase.kind === 'open') await this.service.resume();
    else await this.openUsual();
  }

  private async exportReading(): Promise<void> {
    const params = await pickExport();
    if (params === undefined) return;
    const name = path.basename(params.file);
    try {
      await this.service.query<null>(MonitorRequest.exportSample, params);
      vscode.window.setStatusBarMessage(vscode.l10n.t('PoolLens: reading exported to {0}', name), 5000);
    } catch (error) {
      this.notifier.failed(vscode.l10n.t('{0} has not been written', name), error);
    }
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
      const { gaps = 0, lastGap = '' } = this.service.recordingState ?? {};
      const text = vscode.l10n.t('PoolLens: {0} samples recorded to {1}', samples, path.basename(file));
      if (gaps > 0) this.log.warn(`${file}: readings are missing at ${gaps} places; at the last, ${lastGap}`);
      const missing = gaps > 0 ? vscode.l10n.t(', with readings missing at {0} places', gaps) : '';
      vscode.window.setStatusBarMessage(`${text}${missing}`, 5000);
    } catch (error) {
      this.notifier.failed(vscode.l10n.t('Recording to {0} has failed', path.basename(file)), error);
    }
  }
}
