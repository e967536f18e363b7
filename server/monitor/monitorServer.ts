/**
 * The monitor as a server: vscode-jsonrpc over two streams, one sampling loop, one recorder. Translates and delegates.
 * Protocol: src/shared/monitorProtocol.ts. Standard output belongs to the protocol; messages for people go to stderr.
 */
import type { Readable, Writable } from 'node:stream';
import type { Logger, MessageConnection } from 'vscode-jsonrpc/node';
import {
  createMessageConnection,
  ErrorCodes,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type {
  ExportParams,
  HelloResult,
  OpenParams,
  RecordParams,
  SampleMessage,
  SourceInfo,
} from '../../src/shared/monitorProtocol';
import { MONITOR_PROTOCOL_VERSION, MonitorNotification, MonitorRequest } from '../../src/shared/monitorProtocol';
import { exportSample } from './exportSample';
import { GrowthFeed } from './growthFeed';
import {
  parseExportParams,
  parseGrowthWindow,
  parseInterval,
  parseMarkParams,
  parseOpenParams,
  parseRecordParams,
  parseScope,
  parseCompanionsParams,
  parseSeekParams,
  parseTracesParams,
  parseTag,
} from './monitorParams';
import { liveAvailability } from './ntdllSource';
import type { OpenSourceOptions } from './openPoolSource';
import { openPoolSource } from './openPoolSource';
import { PoolSourceError, type FeedSource, type LiveQueries, type PoolSource } from './poolSource';
import { lastReadings, RecordingSession } from './recordingSession';
import { SamplingLoop } from './samplingLoop';

export interface MonitorOptions extends OpenSourceOptions {
  /** PoolLens' version, for `hello`. */
  readonly version: string;
}

/** Serves until the input ends. Resolves then; never rejects. */
export async function runMonitor(input: Readable, output: Writable, options: MonitorOptions): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    input
      .once('end', resolve)
      .once('close', resolve)
      .once('error', () => resolve());
    output.once('error', () => resolve()).once('close', resolve);
  });
  const connection = createMessageConnection(
    new StreamMessageReader(input),
    new StreamMessageWriter(output),
    stderrLogger,
  );
  const monitor = new Monitor(connection, options);
  monitor.listen();
  await ended;
  // What arrived before the end is still being decoded.
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  monitor.dispose();
}

class Monitor {
  readonly #connection: MessageConnection;
  readonly #options: MonitorOptions;
  readonly #loop: SamplingLoop;
  readonly #growth: GrowthFeed;
  readonly #recording: RecordingSession;
  /** Messages written and not yet taken by the pipe. */
  #inFlight = 0;
  #disposed = false;

  constructor(connection: MessageConnection, options: MonitorOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#recording = new RecordingSession((state) => this.#notify(MonitorNotification.recording, state));
    this.#loop = new SamplingLoop({
      ready: () => this.#inFlight === 0,
      message: (message) => this.#sendSample(message),
      state: (state) => {
        this.#recording.state(state);
        this.#notify(MonitorNotification.state, state);
      },
      sample: (sample) => {
        this.#recording.sample(sample);
        this.#growth.sample(sample);
      },
      jumped: (past) => this.#growth.restart(past),
    });
    this.#growth = new GrowthFeed({
      ready: () => this.#inFlight === 0,
      message: (message) => this.#notify(MonitorNotification.growth, message),
      mark: (mark) => {
        this.#recording.mark(mark);
        this.#notify(MonitorNotification.mark, mark);
      },
    });
  }

  listen(): void {
    const { answer, act } = this.#handlers();
    answer(MonitorRequest.hello, () => this.#hello());
    answer(MonitorRequest.open, (params) => this.#open(parseOpenParams(params)));
    act(MonitorRequest.close, () => {
      this.#loop.close();
      this.#growth.restart();
      this.#recording.stop();
    });
    act(MonitorRequest.pause, () => this.#loop.pause());
    act(MonitorRequest.resume, () => this.#loop.resume());
    act(MonitorRequest.setInterval, (params) => this.#loop.setInterval(parseInterval(params)));
    act(MonitorRequest.refresh, () => this.#loop.refresh());
    act(MonitorRequest.setGrowthWindow, (params) => this.#growth.setWindow(parseGrowthWindow(params)));
    answer(MonitorRequest.traces, (params) => this.#growth.traces(parseTracesParams(params)));
    answer(MonitorRequest.companions, (params) => this.#growth.companions(parseCompanionsParams(params)));
    act(MonitorRequest.mark, (params) => {
      const mark = parseMarkParams(params);
      this.#recording.mark(mark);
    });
    act(MonitorRequest.seek, (params) => this.#loop.seek(parseSeekParams(params).index));
    answer(MonitorRequest.scopes, () => this.#queries().scopes());
    answer(MonitorRequest.bigAllocations, (params) => {
      const tag = parseTag(params);
      return this.#queries().bigAllocations(tag);
    });
    answer(MonitorRequest.setScope, (params) => this.#setScope(parseScope(params)));
    act(MonitorRequest.exportSample, (params) => this.#export(parseExportParams(params)));
    act(MonitorRequest.startRecording, (params) => this.#startRecording(parseRecordParams(params)));
    answer(MonitorRequest.stopRecording, () => ({ samples: this.#recording.stop().samples }));
    this.#connection.onError(([error]) => toStderr(error.message));
    this.#connection.listen();
  }

  dispose(): void {
    this.#disposed = true;
    this.#loop.close();
    this.#growth.stop();
    this.#recording.stop();
    this.#connection.dispose();
  }

  /** `answer` registers a request with a result, `act` one that answers null. */
  #handlers(): Record<'answer' | 'act', (method: string, handler: (params: unknown) => unknown) => void> {
    const answer = (method: string, handler: (params: unknown) => unknown): void => {
      this.#connection.onRequest<unknown, ErrorData>(method, (params: unknown) => guarded(() => handler(params)));
    };
    const act = (method: string, handler: (params: unknown) => unknown): void => {
      answer(method, (params) => {
        handler(params);
        return null;
      });
    };
    return { answer, act };
  }

  #hello(): HelloResult {
    return {
      protocol: MONITOR_PROTOCOL_VERSION,
      version: this.#options.version,
      platform: `${process.platform}-${process.arch}`,
      live: liveAvailability(this.#options.ntdll),
    };
  }

  /** A recording belongs to one source: it ends when another is opened. */
  #open({ source: spec, intervalMs, growthMinutes, scope, index, paused }: OpenParams): SourceInfo {
    const source = openPoolSource(spec, this.#options);
    this.#recording.stop();
    if (growthMinutes !== undefined) this.#growth.setWindow(growthMinutes);
    const refused = scope === undefined ? undefined : scopeRefusal(source, scope);
    this.#loop.open(source, intervalMs);
    if (paused === true) this.#loop.pause();
    if (index !== undefined) this.#loop.seek(index);
    const { info } = source;
    return refused === undefined ? info : { ...info, issues: [...(info.issues ?? []), refused] };
  }

  #queries(): LiveQueries {
    const { source } = this.#loop;
    if (source === undefined) throw new PoolSourceError('Nothing is open.');
    if (source.queries === undefined) throw new PoolSourceError('Only a live machine can be asked for this.');
    return source.queries;
  }

  #export(params: ExportParams): void {
    const { last, source } = this.#loop;
    if (last === undefined || source === undefined) throw new PoolSourceError('There is no reading yet.');
    exportSample(params, last, source.info.kind);
  }

  async #setScope(scope: string): Promise<null> {
    await this.#queries().setScope(scope);
    this.#loop.refresh();
    return null;
  }

  #startRecording({ file, goOn }: RecordParams): void {
    const { source, last } = this.#loop;
    if (goOn === undefined) this.#recording.start(file, source?.info.label ?? '', last);
    else {
      // What the process before knew of the past is in the file.
      const past = source?.info.live === true ? lastReadings(file) : undefined;
      this.#recording.goOn(file, goOn, last);
      if (past !== undefined) this.#growth.restart(past);
    }
    this.#recording.readsClock = source?.info.kind === 'ntdll';
  }

  #sendSample(message: SampleMessage): void {
    this.#inFlight++;
    const finished = (): void => {
      this.#inFlight--;
    };
    this.#send(MonitorNotification.sample, message).then(finished, finished);
  }

  #notify(method: string, params: unknown): void {
    if (this.#disposed) return;
    // A pipe that is gone ends the monitor through its own event.
    this.#send(method, params).catch(() => undefined);
  }

  /** A connection that has just closed throws at once instead of rejecting: both are a rejection here. */
  async #send(method: string, params: unknown): Promise<void> {
    await this.#connection.sendNotification(method, params);
  }
}

/** Chooses what a source was left with; gives the one line that says why it can't be, and the system is read. */
function scopeRefusal({ queries }: PoolSource | FeedSource, scope: string): string | undefined {
  try {
    // Of another machine it is known later, and then its own failure.
    void Promise.resolve(queries?.setScope(scope)).catch(() => undefined);
    return undefined;
  } catch (error) {
    if (!(error instanceof PoolSourceError)) throw error;
    return error.message;
  }
}

interface ErrorData {
  /** `0xc0000003`, when the kernel refused. */
  readonly ntstatus?: string;
}

/** Errors the user can act on become the request's error, with the kernel's status where there is one. */
function guarded(handler: () => unknown): unknown {
  try {
    const result = handler();
    return result instanceof Promise ? result.catch(refused) : result;
  } catch (error) {
    return refused(error);
  }
}

function refused(error: unknown): ResponseError<ErrorData> {
  if (!(error instanceof PoolSourceError)) throw error;
  const data: ErrorData = error.ntstatus === undefined ? {} : { ntstatus: error.ntstatus };
  return new ResponseError<ErrorData>(ErrorCodes.InvalidRequest, error.message, data);
}

const toStderr = (message: string): void => {
  process.stderr.write(`poollens monitor: ${message}\n`);
};
const stderrLogger: Logger = { error: toStderr, warn: toStderr, info: () => undefined, log: () => undefined };
