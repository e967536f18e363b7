/**
 * The one monitor of this window: opens sources, survives the process's death, and says what came of each wish.
 * Does not import vscode: commands, panel and settings stand around it.
 */
import { Emitter, type Event } from 'vscode-jsonrpc/node';
import type { EventMark } from '../shared/eventMark';
import {
  MonitorRequest,
  type MonitorState,
  type OpenParams,
  type RecordingState,
  type SourceInfo,
  type SourceSpec,
} from '../shared/monitorProtocol';
import { EventMarks } from './eventMarks';
import { leftOpen, type LeftOpen } from './leftOpen';
import { failureWords, MonitorFailureError, type MonitorFailure } from './monitorFailure';
import { shownSource, type MonitorPhase } from './monitorPhase';
import type { MonitorLaunch, MonitorProcess, ProcessLog } from './monitorProcess';
import { PastQuestions } from './pastQuestions';
import { ProcessHolder } from './processHolder';
import { Readings } from './readings';
import { RecentRestart } from './recentRestart';
import { RecordingKeeper } from './recordingKeeper';
import { RestartPolicy } from './restartPolicy';

export class MonitorService {
  private readonly changed = new Emitter<void>();
  /** Phase, interval or recording is another. */
  readonly onDidChange: Event<void> = this.changed.event;
  /** What was told about the open source. */
  readonly readings = new Readings();
  readonly past: PastQuestions;
  /** What happened to it. */
  readonly marks = new EventMarks();

  private readonly holder: ProcessHolder;
  private readonly recording: RecordingKeeper;
  private readonly restarted = new RecentRestart(() => {
    this.changed.fire();
  });
  private readonly restarts = new RestartPolicy();
  private current: MonitorPhase = { kind: 'idle' };
  /** Counts the wishes for a source; an answer to an older one is dropped. */
  private wish = 0;
  private retry: NodeJS.Timeout | undefined;
  private disposed = false;
  /** Source of the last wish: what a restart opens. */
  private lastSpec: SourceSpec | undefined;
  /** Whose pools were chosen of the open source; undefined: the system's. */
  private scope: string | undefined;
  /** How the source was left when its process ended; undefined once it is open again. */
  private left: LeftOpen | undefined;
  /** What came while a source was being opened. */
  private earlyState: MonitorState | undefined;

  constructor(
    launch: MonitorLaunch,
    private readonly log: ProcessLog,
    private interval: number,
    private growthWindow: number,
  ) {
    this.holder = new ProcessHolder(launch, log, {
      started: (process) => this.listen(process),
      failed: (failure) => this.processFailed(failure),
    });
    this.recording = new RecordingKeeper(this.holder, log, () => {
      const { state } = this.recording;
      if (state !== undefined) this.marks.recording(state, this.readings.time ?? Date.now());
      this.changed.fire();
    });
    this.past = new PastQuestions(this.holder, log, () => (this.current.kind === 'open' ? this.wish : undefined));
  }

  get phase(): MonitorPhase {
    return this.current;
  }

  get intervalMs(): number {
    return this.interval;
  }

  /** Minutes that growth looks back. */
  get growthMinutes(): number {
    return this.growthWindow;
  }

  /** What became of the last wish to record; undefined before the first, and after another source was opened. */
  get recordingState(): RecordingState | undefined {
    return this.recording.state;
  }

  /** What happened to the process before, for a while after another has taken over. */
  get restartedAfter(): MonitorFailure | undefined {
    return this.restarted.failure;
  }

  /** File being recorded to, or to be gone on with when the process is there again. */
  get recordsTo(): string | undefined {
    return this.recording.file;
  }

  /**
   * Opens a source in place of the open one; `withoutLive` where live data was asked for and there is none here.
   * Never rejects: the phase says what came of it.
   */
  async open(spec: SourceSpec, withoutLive?: SourceSpec): Promise<void> {
    this.restarts.reset();
    this.left = undefined;
    await this.openNow(spec, withoutLive);
  }

  async pause(): Promise<void> {
    await this.ask(MonitorRequest.pause);
  }

  /** Goes on; a finite source at its end plays again from its start. */
  async resume(): Promise<void> {
    await this.ask(MonitorRequest.resume);
  }

  async refresh(): Promise<void> {
    await this.ask(MonitorRequest.refresh);
  }

  /** Shows a sample of a finite source now, paused or not. */
  async seek(index: number): Promise<void> {
    await this.ask(MonitorRequest.seek, { index });
  }

  async setInterval(intervalMs: number): Promise<void> {
    if (intervalMs === this.interval) return;
    this.interval = intervalMs;
    this.changed.fire();
    await this.ask(MonitorRequest.setInterval, { intervalMs });
  }

  async setGrowthMinutes(minutes: number): Promise<void> {
    if (minutes === this.growthWindow) return;
    this.growthWindow = minutes;
    this.changed.fire();
    await this.ask(MonitorRequest.setGrowthWindow, { minutes });
  }

  /** Chooses whose pools are read. Rejects with one clear line. */
  async setScope(scope: string): Promise<void> {
    const { wish } = this;
    await this.query<null>(MonitorRequest.setScope, { scope });
    if (wish === this.wish) this.scope = scope;
  }

  /** Records to a file from now on. Rejects with one clear line. */
  async startRecording(file: string): Promise<void> {
    if (this.current.kind === 'open') await this.recording.start(file);
  }

  /** Marks something that happened; into the recording, too, where one is being made. */
  async mark(mark: EventMark): Promise<void> {
    this.marks.add(mark);
    await this.ask(MonitorRequest.mark, mark);
  }

  /** Returns the number of samples written. Rejects with one clear line. */
  async stopRecording(): Promise<number> {
    return await this.recording.stop();
  }

  /** Closes the source and ends the process; a recording is closed with its last sample. `restart` opens the same again. */
  async stop(): Promise<void> {
    await this.stopRecording().catch((error: unknown) => {
      this.log.error(`stop: ${error instanceof Error ? error.message : String(error)}`);
    });
    this.endProcess();
    this.left = undefined;
    this.recording.forget();
    this.restarted.clear();
    this.nothingOpen({ kind: 'idle' });
  }

  /** Ends the process and starts it again with the source it had as it was left, or with the given one. */
  async restart(fallback: SourceSpec, withoutLive?: SourceSpec): Promise<void> {
    const spec = this.lastSpec ?? fallback;
    this.leave('the monitor process was restarted', false);
    this.endProcess();
    this.restarts.reset();
    await this.openNow(spec, withoutLive);
  }

  dispose(): void {
    this.disposed = true;
    this.endProcess();
    this.restarted.clear();
    this.changed.dispose();
    this.readings.dispose();
    this.marks.dispose();
  }

  /** Opens a source: as it was left, where a process before had it open. */
  private async openNow(spec: SourceSpec, withoutLive?: SourceSpec): Promise<void> {
    const wish = ++this.wish;
    const { left } = this;
    this.lastSpec = spec;
    clearTimeout(this.retry);
    this.readings.hold();
    this.earlyState = undefined;
    if (left === undefined) {
      this.recording.forget();
      this.restarted.clear();
      this.scope = undefined;
      this.readings.clear();
      this.marks.clear();
    }
    const source = left === undefined ? undefined : shownSource(this.current);
    this.setPhase({ kind: 'opening', spec, ...(source === undefined ? {} : { source }) });
    try {
      const { process, hello } = await this.holder.provide();
      if (wish !== this.wish) return;
      if (spec.kind === 'ntdll' && !hello.live.available) {
        if (withoutLive !== undefined) return await this.open(withoutLive);
        await process.request(MonitorRequest.close);
        if (wish === this.wish) this.nothingOpen({ kind: 'notLive', live: hello.live });
        return;
      }
      const info = await process.request<SourceInfo>(MonitorRequest.open, {
        ...{ source: spec, intervalMs: this.interval, growthMinutes: this.growthWindow },
        ...left?.params,
      } satisfies OpenParams);
      if (wish !== this.wish) return;
      this.opened(spec, info);
      this.left = undefined;
      if (left !== undefined && info.live)
        this.marks.add({ kind: 'monitorRestarted', time: Date.now(), text: left.why });
      if (left !== undefined) await this.recording.goOn(left.why);
    } catch (error) {
      if (wish === this.wish) this.openFailed(spec, error);
    }
  }

  /** State and samples may have come before the answer to `open`. */
  private opened(spec: SourceSpec, source: SourceInfo): void {
    const monitor = this.earlyState ?? { state: 'running' };
    this.setPhase({ kind: 'open', spec, source, monitor });
    this.marks.add(...(source.marks ?? []));
    this.readings.release();
  }

  private openFailed(spec: SourceSpec, error: unknown): void {
    if (error instanceof MonitorFailureError) {
      this.processFailed(error.failure);
      return;
    }
    // The process ended while it was asked; its end has been told already.
    if (this.holder.now === undefined) return;
    const message = error instanceof Error ? error.message : String(error);
    this.log.error(message);
    // What was open before stays open in the monitor; nobody would see it.
    void this.holder.ask(MonitorRequest.close).catch(() => undefined);
    this.left = undefined;
    this.nothingOpen({ kind: 'refused', spec, message });
  }

  private nothingOpen(phase: MonitorPhase): void {
    this.readings.close();
    this.readings.clear();
    this.setPhase(phase);
  }

  private listen(process: MonitorProcess): void {
    process.onSample((sample) => this.readings.sample(sample));
    process.onGrowth((growth) => this.readings.growth(growth));
    process.onState((monitor) => {
      const { current } = this;
      if (current.kind === 'open') this.setPhase({ ...current, monitor });
      else if (current.kind === 'opening') this.earlyState = monitor;
    });
    process.onMark((mark) => {
      // While a source is being opened it would be the old one's.
      if (this.current.kind === 'open') this.marks.add(mark);
    });
    process.onRecording((recording) => this.recording.told(recording));
  }

  private processFailed(failure: MonitorFailure): void {
    if (this.disposed) return;
    this.log.error(`monitor failed: ${JSON.stringify(failure)}`);
    this.readings.close();
    const source = shownSource(this.current);
    const spec = this.lastSpec;
    const retryInMs = spec === undefined ? undefined : this.restarts.crashed(Date.now());
    if (spec !== undefined && retryInMs !== undefined) {
      this.retry = setTimeout(() => void this.openNow(spec), retryInMs);
      this.restarted.say(failure);
    }
    this.leave(`the monitor process ${failureWords(failure)}`, retryInMs === undefined);
    this.setPhase({
      kind: 'failed',
      failure,
      ...(source === undefined ? {} : { source }),
      ...(retryInMs === undefined ? {} : { retryInMs }),
    });
  }

  /** Asks the open source for something. Rejects with one clear line. */
  async query<R>(method: string, params?: object): Promise<R> {
    const { now } = this.holder;
    if (this.current.kind !== 'open' || now === undefined) throw new Error('Nothing is open.');
    const { process } = await now;
    return await process.request<R>(method, params);
  }

  /** A request that changes how the open source runs; what goes wrong is in the log and, if it lasts, in the state. */
  private async ask(method: string, params?: object): Promise<void> {
    if (this.current.kind !== 'open') return;
    try {
      await this.holder.ask(method, params);
    } catch (error) {
      this.log.error(`${method}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Keeps how the open source is, for the process that follows. */
  private leave(why: string, forGood: boolean): void {
    const { current } = this;
    if (current.kind === 'open') this.left ??= leftOpen(why, current.monitor, this.readings.index, this.scope);
    this.recording.processEnded(forGood);
  }

  private endProcess(): void {
    clearTimeout(this.retry);
    this.wish += 1;
    this.holder.end();
  }

  private setPhase(phase: MonitorPhase): void {
    this.current = phase;
    this.changed.fire();
  }
}
