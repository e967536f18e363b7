/**
 * One life of the monitor process: started beside the extension host, spoken to with vscode-jsonrpc over its stdio.
 * Knows the protocol's methods and nothing of sources or panels. Does not import vscode, so that it runs in any Node.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import {
  createMessageConnection,
  Emitter,
  StreamMessageReader,
  StreamMessageWriter,
  type Event,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type { GrowthMessage } from '../shared/growth';
import {
  MONITOR_PROTOCOL_VERSION,
  MonitorNotification,
  MonitorRequest,
  type HelloResult,
  type MonitorState,
  type RecordingState,
  type SampleMessage,
} from '../shared/monitorProtocol';
import { MonitorFailureError, type MonitorFailure } from './monitorFailure';
import { Watchdog, type WatchTimes } from './watchdog';

/** What the process says to somebody reading a log. */
export interface ProcessLog {
  info(line: string): void;
  error(line: string): void;
}

export interface MonitorLaunch {
  /** Program that runs JavaScript: VS Code's own executable. */
  readonly executable: string;
  /** The monitor's bundle. */
  readonly script: string;
  /** Milliseconds to say hello in: a first start may wait for a virus scanner. */
  readonly helloTimeout: number;
  /** When a process that says nothing is taken as hung; tests have less time. */
  readonly watch?: WatchTimes;
}

const LONGEST_LINE = 500;
/** A process that ignores being asked to end is made to, after this. */
const GRACE_MS = 3000;

export class MonitorProcess {
  private readonly sampled = new Emitter<SampleMessage>();
  private readonly grown = new Emitter<GrowthMessage>();
  private readonly changed = new Emitter<MonitorState>();
  private readonly marked = new Emitter<unknown>();
  private readonly recorded = new Emitter<RecordingState>();
  private readonly endings = new Emitter<MonitorFailure>();
  readonly onSample: Event<SampleMessage> = this.sampled.event;
  readonly onGrowth: Event<GrowthMessage> = this.grown.event;
  readonly onState: Event<MonitorState> = this.changed.event;
  /** An EventMark, to be checked. */
  readonly onMark: Event<unknown> = this.marked.event;
  readonly onRecording: Event<RecordingState> = this.recorded.event;
  /** Fires once, when the process is of no more use; not after dispose. */
  readonly onEnd: Event<MonitorFailure> = this.endings.event;

  private readonly connection: MessageConnection;
  private watchdog: Watchdog | undefined;
  private lastWords: string | undefined;
  private over = false;
  private failure: MonitorFailure | undefined;

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly log: ProcessLog,
  ) {
    this.connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    this.listen();
  }

  /** Starts the process and waits for its hello. Rejects with MonitorFailureError. */
  static async start(
    launch: MonitorLaunch,
    log: ProcessLog,
  ): Promise<{ readonly process: MonitorProcess; readonly hello: HelloResult }> {
    const child = spawn(launch.executable, [launch.script, '--stdio'], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: 'pipe',
      windowsHide: true,
    });
    const started = new MonitorProcess(child, log);
    try {
      const hello = await started.greet(launch.helloTimeout);
      if (started.failure !== undefined) throw new MonitorFailureError(started.failure);
      started.watch(launch.watch);
      log.info(`monitor ${hello.version} runs as process ${String(child.pid)} on ${hello.platform}`);
      return { process: started, hello };
    } catch (error) {
      started.dispose();
      throw error;
    }
  }

  /** Sends a request; rejects with the monitor's one clear line, or when the process ends. */
  async request<R>(method: string, params?: object): Promise<R> {
    return params === undefined
      ? await this.connection.sendRequest<R>(method)
      : await this.connection.sendRequest<R>(method, params);
  }

  dispose(): void {
    this.over = true;
    this.watchdog?.dispose();
    this.connection.dispose();
    this.child.stdin.destroy();
    this.endChild();
    const emitters = [this.sampled, this.grown, this.changed, this.marked, this.recorded, this.endings];
    for (const emitter of emitters) emitter.dispose();
  }

  private listen(): void {
    const { child, connection } = this;
    connection.onNotification(MonitorNotification.sample, (sample: SampleMessage) => {
      this.sampled.fire(sample);
    });
    connection.onNotification(MonitorNotification.growth, (growth: GrowthMessage) => {
      this.grown.fire(growth);
    });
    connection.onNotification(MonitorNotification.state, (state: MonitorState) => {
      this.changed.fire(state);
    });
    connection.onNotification(MonitorNotification.mark, (mark: unknown) => {
      this.marked.fire(mark);
    });
    connection.onNotification(MonitorNotification.recording, (state: RecordingState) => {
      this.recorded.fire(state);
    });
    connection.onError(([error]) => this.end({ kind: 'garbled', reason: error.message }));
    connection.listen();
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.lastWords = line.slice(0, LONGEST_LINE);
      this.log.info(`monitor: ${this.lastWords}`);
    });
    child.on('error', (error) => this.end({ kind: 'start', reason: error.message }));
    // A write to a process that is gone; its exit tells the story.
    child.stdin.on('error', () => undefined);
    child.on('close', (code, signal) =>
      this.end({
        kind: 'ended',
        code: code ?? undefined,
        signal: signal ?? undefined,
        lastWords: this.lastWords,
      }),
    );
  }

  private async greet(timeout: number): Promise<HelloResult> {
    let timer: NodeJS.Timeout | undefined;
    const failed = new Promise<never>((_, reject) => {
      const fail = (failure: MonitorFailure): void => reject(new MonitorFailureError(failure));
      this.onEnd(fail);
      timer = setTimeout(() => fail({ kind: 'silent', milliseconds: timeout }), timeout);
    });
    try {
      const asked = this.request<HelloResult>(MonitorRequest.hello);
      const hello = await Promise.race([asked, failed]);
      if (hello.protocol !== MONITOR_PROTOCOL_VERSION) {
        throw new MonitorFailureError({ kind: 'version', version: hello.protocol });
      }
      return hello;
    } finally {
      clearTimeout(timer);
    }
  }

  private watch(times: WatchTimes | undefined): void {
    const ask = (): Promise<unknown> => this.request(MonitorRequest.hello);
    const hung = (milliseconds: number): void => {
      this.end({ kind: 'hung', milliseconds });
      // A process that answers nothing may also not end when it is asked to.
      this.child.kill('SIGKILL');
    };
    this.watchdog = new Watchdog(ask, hung, times);
    this.child.stdout.on('data', () => this.watchdog?.heard());
  }

  private end(failure: MonitorFailure): void {
    if (this.over) return;
    this.over = true;
    this.watchdog?.dispose();
    this.failure = failure;
    this.endings.fire(failure);
    // Requests still open are rejected by this.
    this.connection.dispose();
    this.endChild();
  }

  /** Asks it to end, and makes it: one that is stopped or busy hears nothing. */
  private endChild(): void {
    const { child } = this;
    child.kill();
    const force = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    force.unref();
    child.once('close', () => clearTimeout(force));
  }
}
