/**
 * The pool monitor, put together: service, commands, panel view, settings and context keys. Starts no process:
 * that happens when the panel is first shown or a command asks for it.
 */
import * as vscode from 'vscode';
import { tagArgument } from '../commands/tagArgument';
import { DisposableList } from '../dispose';
import { Notifier } from '../notify';
import { askForTag } from '../owners/askForTag';
import type { MonitorServices } from '../services';
import { Command, ContextKey, Setting, View } from '../shared/ids';
import type { ToPanel } from '../shared/panelMessages';
import { BaselineFeature } from './baselineFeature';
import { BigAllocationsView } from './bigAllocationsView';
import { registerChartCommand } from './chartCommand';
import { showOnFirstLook } from './firstLook';
import { registerMarkCommand } from './markMoment';
import { MonitorCommands } from './monitorCommands';
import { MonitorService } from './monitorService';
import { readAutoStart, readGrowthMinutes, readInterval, readStatusBar } from './monitorSettings';
import { answerPanel } from './panelRequests';
import { PanelView } from './panelView';
import { PoolStatusItem } from './poolStatusItem';
import { StartStop } from './startStop';

/** Where the panel's columns are kept, for all windows of the profile. */
const LAYOUT_KEY = 'panel.columns';
const HELLO_TIMEOUT_MS = 20_000;

export interface MonitorFeature extends vscode.Disposable {
  /** What the monitor is doing; for a status or a test. */
  readonly service: MonitorService;
}

/** Registers everything; all of it is disposed of with the returned feature, which the extension's context owns. */
export function registerMonitor(services: MonitorServices): MonitorFeature {
  const { context, log } = services;
  const owned = new DisposableList();
  const script = vscode.Uri.joinPath(context.extensionUri, 'dist', 'monitor.js').fsPath;
  const launch = { executable: process.execPath, script, helloTimeout: HELLO_TIMEOUT_MS };
  const service = owned.add(new MonitorService(launch, log, readInterval(), readGrowthMinutes()));
  const notifier = new Notifier(log);
  const commands = new MonitorCommands(service, log, context.globalState, (task) =>
    view.tellWhenReady({ type: 'perform', task }),
  );
  const startStop = owned.add(new StartStop(service, context.workspaceState, () => commands.start()));
  for (const [id, run] of [...commands.handlers(), ...startStop.handlers()])
    owned.add(vscode.commands.registerCommand(id, run));
  const bigAllocations = owned.add(new BigAllocationsView(service));
  owned.add(
    vscode.commands.registerCommand(Command.showBigAllocations, async (argument: unknown) => {
      const tag = tagArgument(argument) ?? (await askForTag(services.ownerLabels));
      if (tag === undefined) return;
      await bigAllocations.show(tag).catch((error: unknown) => {
        new Notifier(log).failed(vscode.l10n.t('Big allocations'), error);
      });
    }),
  );
  const view: PanelView = owned.add(
    new PanelView({
      extension: context.extensionUri,
      service,
      ownerLabels: services.ownerLabels,
      tagNotes: services.tagNotes,
      layout: () => context.globalState.get<unknown>(LAYOUT_KEY),
      log,
      loaded: () => void baselines.replay(),
      shown: () => {
        if (readAutoStart() && !startStop.isStopped) void commands.openUsual();
      },
      received: (message) => {
        const tell = (answer: ToPanel): void => view.tell(answer);
        const keepLayout = (layout: unknown): void => void context.globalState.update(LAYOUT_KEY, layout);
        void answerPanel(message, {
          service,
          commands,
          openTag: (tag) => services.openTag(tag),
          keepLayout,
          tell,
          notifier,
        });
      },
    }),
  );
  owned.add(vscode.window.registerWebviewViewProvider(View.monitor, view));
  const baselines: BaselineFeature = owned.add(
    new BaselineFeature({ service, context, log, tell: (message) => view.tell(message) }),
  );
  const statusItem = owned.add(new PoolStatusItem(service, readStatusBar));
  owned.add(registerChartCommand(view, services.ownerLabels));
  owned.add(registerMarkCommand(service));
  owned.add(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(Setting.monitorStatusBar)) statusItem.update();
      if (event.affectsConfiguration(Setting.monitorInterval)) void service.setInterval(readInterval());
      if (event.affectsConfiguration(Setting.monitorGrowthWindow)) void service.setGrowthMinutes(readGrowthMinutes());
    }),
  );
  owned.add(service.onDidChange(() => showContext(service)));
  const feature: MonitorFeature = { service, dispose: () => owned.dispose() };
  context.subscriptions.push(feature);
  void showOnFirstLook(context.workspaceState);
  return feature;
}

/** Tells the menus what is possible. */
function showContext(service: MonitorService): void {
  const { phase } = service;
  const state = phase.kind === 'open' ? phase.monitor.state : 'closed';
  const set = (key: string, value: boolean): void => void vscode.commands.executeCommand('setContext', key, value);
  set(ContextKey.running, ['running', 'failed', 'waiting'].includes(state));
  set(ContextKey.live, phase.kind === 'open' && phase.source.live);
  set(ContextKey.paused, state === 'paused' || state === 'ended');
  set(ContextKey.recording, service.recordsTo !== undefined);
}
