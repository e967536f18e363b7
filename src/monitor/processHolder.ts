/**
 * The one monitor process there is at a time: started when somebody needs it, kept while it lives, forgotten when it ends.
 * Decides nothing: what came of it is told. Does not import vscode.
 */
import type { HelloResult } from '../shared/monitorProtocol';
import type { MonitorFailure } from './monitorFailure';
import { MonitorProcess, type MonitorLaunch, type ProcessLog } from './monitorProcess';

export interface Running {
  readonly process: MonitorProcess;
  readonly hello: HelloResult;
}

export interface ProcessEvents {
  /** It has said hello and is to be listened to. */
  readonly started: (process: MonitorProcess) => void;
  /** It is of no more use; not told of a process that `end` ended. */
  readonly failed: (failure: MonitorFailure) => void;
}

export class ProcessHolder {
  private running: Promise<Running> | undefined;

  constructor(
    private readonly launch: MonitorLaunch,
    private readonly log: ProcessLog,
    private readonly events: ProcessEvents,
  ) {}

  /** The process that runs or is being started. */
  get now(): Promise<Running> | undefined {
    return this.running;
  }

  /** The process, started where none runs. Rejects with MonitorFailureError. */
  provide(): Promise<Running> {
    if (this.running !== undefined) return this.running;
    const starting = this.start();
    this.running = starting;
    starting.catch(() => {
      if (this.running === starting) this.running = undefined;
    });
    return starting;
  }

  /** Asks the process that runs. Rejects with one clear line; undefined where there is none. */
  async ask<R>(method: string, params?: object): Promise<R | undefined> {
    if (this.running === undefined) return undefined;
    const { process } = await this.running;
    return await process.request<R>(method, params);
  }

  end(): void {
    const ending = this.running;
    this.running = undefined;
    void ending?.then(({ process }) => process.dispose()).catch(() => undefined);
  }

  private async start(): Promise<Running> {
    const running = await MonitorProcess.start(this.launch, this.log);
    running.process.onEnd((failure) => {
      this.running = undefined;
      this.events.failed(failure);
    });
    this.events.started(running.process);
    return running;
  }
}
