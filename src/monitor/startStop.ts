/**
 * Starting and stopping the monitor, and how often it reads. A stop lasts over reloads of the window: what somebody
 * stopped does not start by itself. Any source that is opened ends the stop.
 */
import * as vscode from 'vscode';
import { Command, type CommandId } from '../shared/ids';
import type { MonitorService } from './monitorService';
import { writeInterval } from './monitorSettings';
import type { Handler } from './sourceCommands';

/** In the workspace's state: true while the monitor is to stay stopped. */
const STOPPED_KEY = 'monitor.stopped';
/** Milliseconds, as the panel offers them. */
const INTERVALS = [250, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000];

export class StartStop implements vscode.Disposable {
  private readonly listening: vscode.Disposable;

  constructor(
    private readonly service: MonitorService,
    private readonly state: vscode.Memento,
    /** Opens what was open last, or what is usual. */
    private readonly start: () => Promise<void>,
  ) {
    this.listening = service.onDidChange(() => {
      if (this.isStopped && service.phase.kind === 'opening') void this.keep(false);
    });
  }

  /** Whether the user stopped the monitor, now or before the window was loaded again. */
  get isStopped(): boolean {
    return this.state.get<unknown>(STOPPED_KEY) === true;
  }

  /** Command id → what it does. */
  handlers(): readonly (readonly [CommandId, Handler])[] {
    return [
      [Command.startMonitor, () => this.start()],
      [Command.stopMonitor, () => this.stop()],
      [Command.setInterval, () => this.askForInterval()],
    ];
  }

  dispose(): void {
    this.listening.dispose();
  }

  private async stop(): Promise<void> {
    await this.service.stop();
    await this.keep(true);
  }

  private async keep(isStopped: boolean): Promise<void> {
    await this.state.update(STOPPED_KEY, isStopped ? true : undefined);
  }

  private async askForInterval(): Promise<void> {
    const { intervalMs } = this.service;
    const offered = [...new Set([...INTERVALS, intervalMs])].sort((a, b) => a - b);
    const chosen = await vscode.window.showQuickPick(
      offered.map((milliseconds) => ({
        label: vscode.l10n.t('{0} s', milliseconds / 1000),
        ...(milliseconds === intervalMs ? { description: vscode.l10n.t('now') } : {}),
        milliseconds,
      })),
      { title: vscode.l10n.t('Time between two readings of the pools') },
    );
    if (chosen !== undefined) await writeInterval(chosen.milliseconds);
  }
}
