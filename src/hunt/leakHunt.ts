/**
 * "Leak Hunt": one command that leads through the documented procedure and always offers the next step. The run is kept
 * in a file, so that a reload of the window costs a snapshot at most.
 */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { DisposableList } from '../dispose';
import type { LanguageService } from '../language/languageService';
import type { MonitorService } from '../monitor/monitorService';
import { Notifier } from '../notify';
import { huntFindings } from '../shared/hunt/huntFindings';
import { huntHtml, huntMarkdown, MOST_REPORTED } from '../shared/hunt/huntReport';
import { beginHunt, finishHunt, stopHunt, withSnapshot, type HuntPool, type HuntRun } from '../shared/hunt/huntRun';
import type { MarkKind } from '../shared/eventMark';
import { Command } from '../shared/ids';
import { HuntFile } from './huntFile';
import { huntOwners } from './huntOwners';

const MINUTE = 60_000;

interface Step extends vscode.QuickPickItem {
  run(): Promise<void>;
}

export interface HuntParts {
  readonly service: MonitorService;
  readonly language: LanguageService;
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
}

export class LeakHunt implements vscode.Disposable {
  private readonly owned = new DisposableList();
  private readonly file: HuntFile;
  private readonly notifier: Notifier;
  private readonly item = this.owned.add(
    vscode.window.createStatusBarItem('poollens.hunt', vscode.StatusBarAlignment.Left, -11),
  );
  private run: HuntRun | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: HuntParts) {
    this.file = new HuntFile(parts.context.storageUri ?? parts.context.globalStorageUri);
    this.notifier = new Notifier(parts.log);
    this.item.command = Command.leakHunt;
    this.item.name = vscode.l10n.t('PoolLens: leak hunt');
    this.owned.add(vscode.commands.registerCommand(Command.leakHunt, () => this.next()));
    void this.restore();
  }

  dispose(): void {
    clearInterval(this.timer);
    this.owned.dispose();
  }

  /** A hunt of before the window was loaded anew goes on. */
  private async restore(): Promise<void> {
    const run = await this.file.read();
    if (run === undefined || run.phase === 'done' || this.run !== undefined) return;
    this.run = run;
    this.show();
    // Elsewhere the panel opens what it showed; until then there is nothing to take a snapshot of.
    const idle = this.parts.service.phase.kind === 'idle';
    if (idle && process.platform === 'win32') await this.parts.service.open({ kind: 'ntdll' });
  }

  private async next(): Promise<void> {
    const steps = this.steps();
    const title = vscode.l10n.t('Leak Hunt');
    const placeHolder = vscode.l10n.t('Next step');
    const step = steps.length === 1 ? steps[0] : await vscode.window.showQuickPick(steps, { title, placeHolder });
    try {
      await step?.run();
    } catch (error) {
      this.notifier.failed(title, error);
    }
  }

  private steps(): readonly Step[] {
    const step = (label: string, detail: string, run: () => Promise<void>): Step => ({ label, detail, run });
    const give = step(vscode.l10n.t('Give up the hunt'), vscode.l10n.t('Forgets its snapshots'), () =>
      this.keep(undefined),
    );
    if (this.run === undefined) return [step(vscode.l10n.t('Start'), '', () => this.start())];
    if (this.run.phase === 'testing') {
      return [
        step(
          vscode.l10n.t('The test has stopped'),
          vscode.l10n.t('Takes a snapshot; then wait until everything the test used should be freed'),
          () => this.stop(),
        ),
        step(vscode.l10n.t('Snapshot now'), '', () => this.snapshot()),
        give,
      ];
    }
    return [
      step(
        vscode.l10n.t('Finish: how much was freed?'),
        vscode.l10n.t('Takes the last snapshot and writes the report'),
        () => this.finish(),
      ),
      give,
    ];
  }

  private async start(): Promise<void> {
    const title = vscode.l10n.t('Leak Hunt: before the test');
    const pools: readonly (vscode.QuickPickItem & { readonly pool: HuntPool })[] = [
      { label: vscode.l10n.t('Both pools'), pool: 'both' },
      { label: vscode.l10n.t('Nonpaged pool'), pool: 'nonPaged' },
      { label: vscode.l10n.t('Paged pool'), pool: 'paged' },
    ];
    const pool = await vscode.window.showQuickPick(pools, { title, placeHolder: vscode.l10n.t('Which pool leaks?') });
    if (pool === undefined) return;
    const every = [1, 5, 10, 30, 60].map((minutes) => ({
      label: vscode.l10n.t('{0} min', minutes),
      minutes,
    }));
    const interval = await vscode.window.showQuickPick(every, {
      title,
      placeHolder: vscode.l10n.t('A snapshot every'),
    });
    if (interval === undefined) return;
    const whole = this.parts.service.readings.whole();
    const { phase } = this.parts.service;
    if (whole === undefined || phase.kind !== 'open' || !phase.source.live) {
      throw new Error(vscode.l10n.t('there is no reading of a live machine: open one in the panel first'));
    }
    const source = phase.source.label;
    await this.keep(beginHunt({ pool: pool.pool, everyMinutes: interval.minutes, source }, whole.time, whole.rows));
    await this.mark('huntStarted');
    vscode.window.setStatusBarMessage(vscode.l10n.t('PoolLens: snapshot taken, start the test now'), 10_000);
  }

  private async snapshot(): Promise<void> {
    const whole = this.parts.service.readings.whole();
    if (this.run === undefined || whole === undefined) return;
    const next = withSnapshot(this.run, whole.time, whole.rows);
    if (next !== this.run) await this.keep(next);
  }

  /** A snapshot that the report can't do without. */
  private async freshSnapshot(): Promise<void> {
    const before = this.run?.snapshots.length;
    await this.snapshot();
    if (this.run?.snapshots.length === before) {
      throw new Error(vscode.l10n.t('nothing was read since the last snapshot: the monitor must be running'));
    }
  }

  private async stop(): Promise<void> {
    await this.freshSnapshot();
    if (this.run !== undefined) await this.keep(stopHunt(this.run));
    await this.mark('huntTestStopped');
  }

  private async finish(): Promise<void> {
    await this.freshSnapshot();
    if (this.run === undefined) return;
    await this.mark('huntFinished');
    const run = finishHunt(this.run);
    const tags = huntFindings(run)
      .slice(0, MOST_REPORTED)
      .map((found) => found.tag);
    const owners = await huntOwners(this.parts.language, tags);
    const uri = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Save Report'),
      filters: { [vscode.l10n.t('Reports')]: ['html'] },
    });
    // Left: the hunt stays where it is.
    if (uri === undefined) return;
    const markdown = uri.with({ path: `${uri.path.replace(/\.html$/i, '')}.md` });
    await vscode.workspace.fs.writeFile(uri, Buffer.from(huntHtml(run, owners)));
    await vscode.workspace.fs.writeFile(markdown, Buffer.from(huntMarkdown(run, owners)));
    await this.keep(undefined);
    this.parts.log.info(`leak hunt: ${path.basename(uri.path)}`);
    await vscode.commands.executeCommand('markdown.showPreview', markdown);
  }

  /** A line in the charts at the last snapshot. */
  private async mark(kind: MarkKind): Promise<void> {
    const last = this.run?.snapshots.at(-1);
    if (last !== undefined) await this.parts.service.mark({ kind, time: last.time, text: '' });
  }

  private async keep(run: HuntRun | undefined): Promise<void> {
    this.run = run;
    this.show();
    await this.file.write(run);
  }

  /** The phase in the status bar, and the timer of the test. */
  private show(): void {
    clearInterval(this.timer);
    const { run } = this;
    if (run === undefined) {
      this.item.hide();
      return;
    }
    const count = run.snapshots.length;
    const snapshots =
      count === 1 ? vscode.l10n.t('Leak hunt: 1 snapshot') : vscode.l10n.t('Leak hunt: {0} snapshots', count);
    this.item.text = `$(beaker) ${run.phase === 'testing' ? snapshots : vscode.l10n.t('Leak hunt: waiting')}`;
    this.item.tooltip = vscode.l10n.t('Leak hunt: choose the next step');
    this.item.show();
    if (run.phase !== 'testing') return;
    this.timer = setInterval(() => {
      this.snapshot().catch((error: unknown) => this.parts.log.error('leak hunt', String(error)));
    }, run.everyMinutes * MINUTE);
  }
}
