/**
 * Both pools' totals in the status bar while the monitor runs; a click shows the panel. Silent otherwise.
 */
import * as vscode from 'vscode';
import { DisposableList } from '../dispose';
import { Command } from '../shared/ids';
import type { SampleMessage } from '../shared/monitorProtocol';
import type { MonitorService } from './monitorService';
import { shortBytes } from './shortBytes';

export class PoolStatusItem implements vscode.Disposable {
  private readonly owned = new DisposableList();
  private readonly item = this.owned.add(
    vscode.window.createStatusBarItem('poollens.pools', vscode.StatusBarAlignment.Left, -10),
  );

  constructor(
    private readonly service: MonitorService,
    private readonly wanted: () => boolean,
  ) {
    this.item.name = vscode.l10n.t('PoolLens: kernel pools');
    this.item.command = Command.openPanel;
    this.owned.add(service.readings.onSample((sample) => this.show(sample)));
    this.owned.add(service.onDidChange(() => this.update()));
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** The setting, or what is open, is another. */
  update(): void {
    const { phase } = this.service;
    const live = phase.kind === 'open' && phase.source.live;
    if (!live || !this.wanted()) this.item.hide();
  }

  private show({ memory: { nonPagedPoolBytes, pagedPoolBytes } }: SampleMessage): void {
    const { phase } = this.service;
    const live = phase.kind === 'open' && phase.source.live;
    if (!live || !this.wanted() || nonPagedPoolBytes === undefined || pagedPoolBytes === undefined) return;
    const [nonPaged, paged] = [shortBytes(nonPagedPoolBytes), shortBytes(pagedPoolBytes)];
    this.item.text = `$(pulse) N ${nonPaged} P ${paged}`;
    this.item.tooltip = vscode.l10n.t('{0}: nonpaged pool {1}, paged pool {2}', phase.source.label, nonPaged, paged);
    this.item.accessibilityInformation = { label: this.item.tooltip };
    this.item.show();
  }
}
