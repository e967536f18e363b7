/**
 * The language server's state where VS Code shows such things: a status item of C, C++ and Rust editors, with scan again,
 * restart and log. Quiet by design: slowness and failure are texts here, never messages.
 */
import * as vscode from 'vscode';
import { DisposableList } from '../dispose';
import { Command } from '../shared/ids';
import type { ScanStatus } from '../shared/serverProtocol';
import { DOCUMENTS, type LanguageService } from './languageService';

const integer = new Intl.NumberFormat();

function scanText(scan: ScanStatus): string {
  const files = integer.format(scan.files);
  const tags = integer.format(scan.tags);
  return scan.state === 'scanning'
    ? vscode.l10n.t('PoolLens: scanning, {0} files so far', files)
    : vscode.l10n.t('PoolLens: {0} pool tags in {1} files', tags, files);
}

function scanDetail(scan: ScanStatus): string {
  const time = vscode.l10n.t('{0} ms', integer.format(scan.milliseconds));
  if (scan.issues.length === 0) return time;
  return vscode.l10n.t('{0}, {1} files with problems (see the log)', time, integer.format(scan.issues.length));
}

export class LanguageStatus implements vscode.Disposable {
  private readonly owned = new DisposableList();
  private readonly scanItem = this.owned.add(
    vscode.languages.createLanguageStatusItem('poollens.scan', [...DOCUMENTS]),
  );
  private readonly serverItem = this.owned.add(
    vscode.languages.createLanguageStatusItem('poollens.server', [...DOCUMENTS]),
  );

  constructor(private readonly service: LanguageService) {
    this.scanItem.name = vscode.l10n.t('PoolLens scan');
    this.serverItem.name = vscode.l10n.t('PoolLens language server');
    this.owned.add(
      service.onDidChangeState(() => {
        this.render();
      }),
    );
    this.render();
  }

  dispose(): void {
    this.owned.dispose();
  }

  private render(): void {
    const { state, scan } = this.service;
    this.scanItem.busy = state.kind === 'starting' || scan?.state === 'scanning';
    this.scanItem.text = scan === undefined ? vscode.l10n.t('PoolLens: not scanned yet') : scanText(scan);
    this.scanItem.detail = scan === undefined ? '' : scanDetail(scan);
    this.scanItem.command = { command: Command.rescan, title: vscode.l10n.t('Scan Again') };
    this.renderServer();
  }

  private renderServer(): void {
    const { state } = this.service;
    const item = this.serverItem;
    item.severity =
      state.kind === 'failed' ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
    if (state.kind === 'failed') {
      item.text = vscode.l10n.t('PoolLens: language server failed');
      item.detail = state.message;
      item.command = { command: Command.restartServer, title: vscode.l10n.t('Restart') };
      return;
    }
    item.text = vscode.l10n.t('PoolLens: language server');
    item.detail = {
      stopped: vscode.l10n.t('stopped'),
      starting: vscode.l10n.t('starting'),
      running: vscode.l10n.t('running'),
    }[state.kind];
    item.command = { command: Command.showLog, title: vscode.l10n.t('Show Log') };
  }
}
