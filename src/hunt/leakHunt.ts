/**
 * "Leak Hunt": one command that leads through the documented procedure and always offers the next step. The run is kept
 * in a file, so that a reload of the window costs a snapshot at most.
 */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { DisposableList } from '../dispose';
import type { LanguageService } from '../language/languageService';
import type { MonitorService } from '../monitor/monitorService';
import { describeError, Notifier } from '../notify';
import type { MarkKind } from '../shared/eventMark';
import { huntFindings } from '../shared/hunt/huntFindings';
import { huntProblem, type HuntProblem, type OpenReading } from '../shared/hunt/huntReading';
import { huntHtml, huntMarkdown, MOST_REPORTED } from '../shared/hunt/huntReport';
import { beginHunt, finishHunt, stopHunt, withSnapshot, type HuntPool, type HuntRun } from '../shared/hunt/huntRun';
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
    // Said before anything is asked.
    this.liveReading();
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
    const { source, scope, time, rows } = this.liveReading();
    await this.keep(beginHunt({ pool: pool.pool, everyMinutes: interval.minutes, source, scope }, time, rows));
    await this.mark('huntStarted');
    vscode.window.setStatusBarMessage(vscode.l10n.t('PoolLens: snapshot taken, start the test now'), 10_000);
  }

  /** What is open now; undefined before there is any reading. */
  private openReading(): OpenReading | undefined {
    const whole = this.parts.service.readings.whole();
    const { phase } = this.parts.service;
    const source = phase.kind === 'open' ? phase.source : undefined;
    return whole === undefined ? undefined : { ...whole, source: source?.label, live: source?.live === true };
  }

  private liveReading(): OpenReading & { readonly source: string } {
    const open = this.openReading();
    if (open?.source === undefined || !open.live) {
      throw new Error(vscode.l10n.t('there is no reading of a live machine: open one in the panel first'));
    }
    return { ...open, source: open.source };
  }

  /** Rejects where what is read now can't be compared with the hunt's other snapshots. */
  private async snapshot(): Promise<void> {
    const { run } = this;
    if (run === undefined) return;
    const open = this.openReading();
    const problem = huntProblem(run, open);
    if (problem !== undefined || open === undefined) throw new Error(problemText(problem ?? 'nothing', run));
    await this.keep(withSnapshot(run, open.time, open.rows));
  }

  private async stop(): Promise<void> {
    await this.snapshot();
    if (this.run !== undefined) await this.keep(stopHunt(this.run));
    await this.mark('huntTestStopped');
  }

  private async finish(): Promise<void> {
    await this.snapshot();
    if (this.run === undefined) return;
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
    await this.mark('huntFinished');
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

  /** A snapshot could not be taken while nobody asked for one: said where the hunt is shown, until the next. */
  private missed(error: unknown): void {
    const reason = describeError(error);
    this.parts.log.warn(`leak hunt: no snapshot: ${reason}`);
    this.item.text = vscode.l10n.t('$(warning) Leak hunt: snapshot missed');
    this.item.tooltip = reason;
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
      this.snapshot().catch((error: unknown) => this.missed(error));
    }, run.everyMinutes * MINUTE);
  }
}

function problemText(problem: HuntProblem, { source, scope }: HuntRun): string {
  switch (problem) {
    case 'nothing':
      return vscode.l10n.t('nothing is read now: start the monitor on {0}', source);
    case 'otherSource':
      return vscode.l10n.t('something else is open: the hunt reads {0}, open it again', source);
    case 'otherScope':
      return vscode.l10n.t('the hunt reads the pools of "{0}": choose them again', scope);
    case 'restarted':
      return vscode.l10n.t('the machine was started anew since the hunt began: give it up and begin again');
    case 'notLater':
      return vscode.l10n.t('nothing was read since the last snapshot: the monitor must be running');
  }
}
