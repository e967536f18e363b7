/**
 * Baselines: the present reading is kept under a name, and the panel compares with the one that is chosen.
 */
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableList } from '../dispose';
import { describeError, Notifier } from '../notify';
import { LONGEST_BASELINE_NAME, type Baseline } from '../shared/baseline';
import { Command } from '../shared/ids';
import type { ToPanel } from '../shared/panelMessages';
import { BaselineStore } from './baselineStore';
import { shownSource } from './monitorPhase';
import type { MonitorService } from './monitorService';

const CHOSEN = 'monitor.baseline';

interface BaselineItem extends vscode.QuickPickItem {
  readonly id?: string;
}

export interface BaselineParts {
  readonly service: MonitorService;
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  tell(message: ToPanel): void;
}

export class BaselineFeature implements vscode.Disposable {
  private readonly owned = new DisposableList();
  private readonly store: BaselineStore;
  private readonly notifier: Notifier;

  constructor(private readonly parts: BaselineParts) {
    this.store = new BaselineStore(vscode.Uri.joinPath(parts.context.globalStorageUri, 'baselines'));
    this.notifier = new Notifier(parts.log);
    this.owned.add(vscode.commands.registerCommand(Command.setBaseline, () => this.set()));
    this.owned.add(vscode.commands.registerCommand(Command.chooseBaseline, () => this.choose()));
    this.owned.add(vscode.commands.registerCommand(Command.clearBaseline, () => this.use(undefined)));
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** A page that knows nothing is told what was chosen. */
  async replay(): Promise<void> {
    const id = this.parts.context.workspaceState.get<unknown>(CHOSEN);
    const baseline = typeof id === 'string' ? await this.store.get(id) : undefined;
    if (baseline !== undefined) this.tell(baseline);
  }

  private async set(): Promise<void> {
    const whole = this.parts.service.readings.whole();
    if (whole === undefined) {
      vscode.window.setStatusBarMessage(vscode.l10n.t('PoolLens: there is no reading to keep yet'), 5000);
      return;
    }
    const usual = new Date(whole.time).toLocaleString(vscode.env.language);
    const name = await vscode.window.showInputBox({
      title: vscode.l10n.t('Set Baseline'),
      prompt: vscode.l10n.t('Name of this reading, to compare later ones with'),
      value: usual,
      validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('A name is needed') : undefined),
    });
    if (name === undefined) return;
    const source = shownSource(this.parts.service.phase)?.label ?? '';
    const kept = name.trim().slice(0, LONGEST_BASELINE_NAME);
    const baseline: Baseline = { id: randomUUID(), name: kept, time: whole.time, source, rows: whole.rows };
    try {
      await this.store.keep(baseline);
      await this.parts.service.mark({ kind: 'baseline', time: baseline.time, text: baseline.name });
      await this.use(baseline);
    } catch (error) {
      this.notifier.failed(vscode.l10n.t('The baseline could not be kept'), error);
    }
  }

  private async choose(): Promise<void> {
    const remove: vscode.QuickInputButton = {
      iconPath: new vscode.ThemeIcon('trash'),
      tooltip: vscode.l10n.t('Delete'),
    };
    const pick = vscode.window.createQuickPick<BaselineItem>();
    pick.title = vscode.l10n.t('Choose Baseline');
    pick.placeholder = vscode.l10n.t('Reading to compare with');
    const fill = async (): Promise<void> => {
      const current = this.parts.context.workspaceState.get<unknown>(CHOSEN);
      const items = (await this.store.list()).map(({ id, name, time, source }): BaselineItem => {
        const description = `${new Date(time).toLocaleString(vscode.env.language)} · ${source}`;
        return { label: id === current ? `$(check) ${name}` : name, description, id, buttons: [remove] };
      });
      pick.items = [{ label: vscode.l10n.t('No baseline') }, ...items];
    };
    const done = new Promise<BaselineItem | undefined>((resolve) => {
      pick.onDidAccept(() => resolve(pick.selectedItems[0]));
      pick.onDidHide(() => resolve(undefined));
    });
    pick.onDidTriggerItemButton(({ item: { id } }) => {
      if (id !== undefined) void this.forget(id).then(fill);
    });
    pick.show();
    await fill();
    const item = await done;
    pick.dispose();
    if (item === undefined) return;
    await this.use(item.id === undefined ? undefined : await this.store.get(item.id));
  }

  private async forget(id: string): Promise<void> {
    try {
      await this.store.remove(id);
      if (this.parts.context.workspaceState.get<unknown>(CHOSEN) === id) await this.use(undefined);
    } catch (error) {
      this.parts.log.warn(describeError(error));
    }
  }

  private async use(baseline: Baseline | undefined): Promise<void> {
    await this.parts.context.workspaceState.update(CHOSEN, baseline?.id);
    this.tell(baseline);
  }

  private tell(baseline: Baseline | undefined): void {
    this.parts.tell(baseline === undefined ? { type: 'baseline' } : { type: 'baseline', baseline });
  }
}
