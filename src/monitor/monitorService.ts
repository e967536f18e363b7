/**
 * The one monitor of this window: opens sources, survives the process's death, and says what came of each wish.
 * Does not import vscode: commands, panel and settings stand around it.
 */
import { Emitter, type Event } from 'vscode-jsonrpc/node';
import {
  MonitorRequest,
  type HelloResult,
  type MonitorState,
  type OpenParams,
  type RecordingState,
  type SourceInfo,
  type SourceSpec,
} from '../shared/monitorProtocol';
import type { CompanionsParams, CompanionsResult, TracesParams, TracesResult } from '../shared/trace';
import { MonitorFailureError, type MonitorFailure } from './monitorFailure';
import { shownSource, type MonitorPhase } from './monitorPhase';
import { MonitorProcess, type MonitorLaunch, type ProcessLog } from './monitorProcess';
import { Readings } from './readings';
import { RestartPolicy } from './restartPolicy';

/** Said of a recording that nobody stopped. */
const MONITOR_GONE = 'the monitor process is gone; what it had written is in the file';

interface Running {
  readonly process: MonitorProcess;
  readonly hello: HelloResult;
}

export class MonitorService {
  private readonly changed = new Emitter<void>();
  /** Phase, interval or recording is another. */
  readonly onDidChange: Event<void> = this.changed.event;
  /** What was told about the open source. */
  readonly readings = new Readings();

  private readonly restarts = new RestartPolicy();
  private current: MonitorPhase = { kind: 'idle' };
  private recording: RecordingState | undefined;
  private running: Promise<Running> | undefined;
  /** Counts the wishes for a source; an answer to an older one is dropped. */
  private wish = 0;
  private retry: NodeJS.Timeout | undefined;
  private disposed = false;
  /** Source of the last wish: what a restart opens. */
  private lastSpec: SourceSpec | undefined;
  /** What came while a source was being opened. */
  private earlyState: MonitorState | undefined;

  constructor(
    private readonly launch: MonitorLaunch,
    private readonly log: ProcessLog,
    private interval: number,
    private growthWindow: number,
  ) {}

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
    return this.recording;
  }

  /** File being recorded to. */
  get recordsTo(): string | undefined {
    return this.recording?.recording === true ? this.recording.file : undefined;
  }

  /**
   * Opens a source in place of the open one; `withoutLive` where live data was asked for and there is none here.
   * Never rejects: the phase says what came of it.
   */
  async open(spec: SourceSpec, withoutLive?: SourceSpec): Promise<void> {
    this.restarts.reset();
    await this.openNow(spec, undefined, withoutLive);
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

  /** The past of tags; undefined where nothing is open, or it can't be had: then the log says why. */
  async traces(params: TracesParams): Promise<TracesResult | undefined> {
    return await this.look<TracesResult>(MonitorRequest.traces, params);
  }

  /** Tags that move together with one; undefined as with traces. */
  async companions(params: CompanionsParams): Promise<CompanionsResult | undefined> {
    return await this.look<CompanionsResult>(MonitorRequest.companions, params);
  }

  /** Records to a file from now on. Rejects with one clear line. */
  async startRecording(file: string): Promise<void> {
    if (this.current.kind !== 'open' || this.running === undefined) return;
    const { process } = await this.running;
    await process.request(MonitorRequest.startRecording, { file });
  }

  /** Returns the number of samples written. Rejects with one clear line. */
  async stopRecording(): Promise<number> {
    if (this.recordsTo === undefined || this.running === undefined) return 0;
    const { process } = await this.running;
    const { samples } = await process.request<{ readonly samples: number }>(MonitorRequest.stopRecording);
    return samples;
  }

  /** Closes the source and ends the process; a recording is closed with its last sample. `restart` opens the same again. */
  async stop(): Promise<void> {
    await this.stopRecording().catch((error: unknown) => {
      this.log.error(`stop: ${error instanceof Error ? error.message : String(error)}`);
    });
    this.endProcess();
    this.nothingOpen({ kind: 'idle' });
  }

  /** Ends the process and starts it again with the source it had, or with the given one. */
  async restart(fallback: SourceSpec, withoutLive?: SourceSpec): Promise<void> {
    const spec = this.lastSpec ?? fallback;
    this.endProcess();
    await this.open(spec, withoutLive);
  }

  dispose(): void {
    this.disposed = true;
    this.endProcess();
    this.changed.dispose();
    this.readings.dispose();
  }

  private async openNow(spec: SourceSpec, resumeAt: number | undefined, withoutLive?: SourceSpec): Promise<void> {
    const wish = ++this.wish;
    this.lastSpec = spec;
    clearTimeout(this.retry);
    this.readings.hold();
    this.earlyState = undefined;
    if (resumeAt === undefined) {
      this.recording = undefined;
      this.readings.clear();
    }
    const source = resumeAt === undefined ? undefined : shownSource(this.current);
    this.setPhase({ kind: 'opening', spec, ...(source === undefined ? {} : { source }) });
    try {
      const { process, hello } = await this.provide();
      if (wish !== this.wish) return;
      if (spec.kind === 'ntdll' && !hello.live.available) {
        if (withoutLive !== undefined) return await this.openNow(withoutLive, undefined);
        await process.request(MonitorRequest.close);
        if (wish === this.wish) this.nothingOpen({ kind: 'notLive', live: hello.live });
        return;
      }
      const params: OpenParams = { source: spec, intervalMs: this.interval, growthMinutes: this.growthWindow };
      const info = await process.request<SourceInfo>(MonitorRequest.open, params);
      if (wish !== this.wish) return;
      this.opened(spec, info);
      if (resumeAt !== undefined && resumeAt > 0) await this.ask(MonitorRequest.seek, { index: resumeAt });
    } catch (error) {
      if (wish === this.wish) this.openFailed(spec, error);
    }
  }

  /** State and samples may have come before the answer to `open`. */
  private opened(spec: SourceSpec, source: SourceInfo): void {
    const monitor = this.earlyState ?? { state: 'running' };
    this.setPhase({ kind: 'open', spec, source, monitor });
    this.readings.release();
  }

  private openFailed(spec: SourceSpec, error: unknown): void {
    if (error instanceof MonitorFailureError) {
      this.processFailed(error.failure);
      return;
    }
    // The process ended while it was asked; its end has been told already.
    if (this.running === undefined) return;
    const message = error instanceof Error ? error.message : String(error);
    this.log.error(message);
    // What was open before stays open in the monitor; nobody would see it.
    void this.running.then(({ process }) => process.request(MonitorRequest.close)).catch(() => undefined);
    this.nothingOpen({ kind: 'refused', spec, message });
  }

  private nothingOpen(phase: MonitorPhase): void {
    this.readings.close();
    this.readings.clear();
    this.setPhase(phase);
  }

  private provide(): Promise<Running> {
    if (this.running !== undefined) return this.running;
    const starting = this.startProcess();
    this.running = starting;
    starting.catch(() => {
      if (this.running === starting) this.running = undefined;
    });
    return starting;
  }

  private async startProcess(): Promise<Running> {
    const running = await MonitorProcess.start(this.launch, this.log);
    this.listen(running.process);
    return running;
  }

  private listen(process: MonitorProcess): void {
    process.onSample((sample) => this.readings.sample(sample));
    process.onGrowth((growth) => this.readings.growth(growth));
    process.onState((monitor) => {
      const { current } = this;
      if (current.kind === 'open') this.setPhase({ ...current, monitor });
      else if (current.kind === 'opening') this.earlyState = monitor;
    });
    process.onRecording((recording) => {
      this.recording = recording;
      this.changed.fire();
    });
    process.onEnd((failure) => {
      this.running = undefined;
      this.processFailed(failure);
    });
  }

  private processFailed(failure: MonitorFailure): void {
    if (this.disposed) return;
    this.log.error(`monitor failed: ${JSON.stringify(failure)}`);
    this.readings.close();
    if (this.recording?.recording === true) {
      // What was written is in the file; what comes after the restart is not.
      this.recording = { ...this.recording, recording: false, message: MONITOR_GONE };
    }
    const source = shownSource(this.current);
    const spec = this.lastSpec;
    const retryInMs = spec === undefined ? undefined : this.restarts.crashed(Date.now());
    if (spec !== undefined && retryInMs !== undefined) {
      const resumeAt = this.readings.index ?? 0;
      this.retry = setTimeout(() => void this.openNow(spec, resumeAt), retryInMs);
    }
    this.setPhase({
      kind: 'failed',
      failure,
      ...(source === undefined ? {} : { source }),
      ...(retryInMs === undefined ? {} : { retryInMs }),
    });
  }

  /** Asks the open source for something. Rejects with one clear line. */
  async query<R>(method: string, params?: object): Promise<R> {
    if (this.current.kind !== 'open' || this.running === undefined) throw new Error('Nothing is open.');
    const { process } = await this.running;
    return await process.request<R>(method, params);
  }

  /** A request that changes how the open source runs; what goes wrong is in the log and, if it lasts, in the state. */
  private async ask(method: string, params?: object): Promise<void> {
    if (this.current.kind !== 'open' || this.running === undefined) return;
    try {
      const { process } = await this.running;
      await process.request(method, params);
    } catch (error) {
      this.log.error(`${method}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** A question about the open source; an answer that comes when another is open is dropped. */
  private async look<Result>(method: string, params: object): Promise<Result | undefined> {
    if (this.current.kind !== 'open' || this.running === undefined) return undefined;
    const { wish } = this;
    try {
      const { process } = await this.running;
      const result = await process.request<Result>(method, params);
      return wish === this.wish ? result : undefined;
    } catch (error) {
      this.log.error(`${method}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  private endProcess(): void {
    clearTimeout(this.retry);
    this.wish += 1;
    const ending = this.running;
    this.running = undefined;
    this.recording = undefined;
    void ending?.then(({ process }) => process.dispose()).catch(() => undefined);
  }

  private setPhase(phase: MonitorPhase): void {
    this.current = phase;
    this.changed.fire();
  }
}
