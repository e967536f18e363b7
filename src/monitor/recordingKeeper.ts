/**
 * The recording the user has asked for, over the lives of the processes that write it: when one ends, the next goes on with
 * the file, unless somebody stops it meanwhile. Does not import vscode.
 */
import { MonitorRequest, type RecordingState } from '../shared/monitorProtocol';
import type { ProcessLog } from './monitorProcess';
import type { ProcessHolder } from './processHolder';

/** Said of a recording that nobody stopped. */
const MONITOR_GONE = 'the monitor process is gone; what it had written is in the file';

export class RecordingKeeper {
  private current: RecordingState | undefined;
  /** File of a process that is gone, to be gone on with. */
  private waiting: string | undefined;

  constructor(
    private readonly holder: ProcessHolder,
    private readonly log: ProcessLog,
    private readonly changed: () => void,
  ) {}

  /** What became of the last wish to record; undefined before the first, and after another source was opened. */
  get state(): RecordingState | undefined {
    return this.current;
  }

  /** File being recorded to, or to be gone on with. */
  get file(): string | undefined {
    return this.current?.recording === true ? this.current.file : undefined;
  }

  /** Records to a new file. Rejects with one clear line. */
  async start(file: string): Promise<void> {
    await this.holder.ask(MonitorRequest.startRecording, { file });
  }

  /** Returns the number of samples written. Rejects with one clear line. */
  async stop(): Promise<number> {
    const { current } = this;
    if (current?.recording !== true) return 0;
    if (this.waiting !== undefined) {
      // Nobody writes to it now, and nobody is to go on with it.
      this.waiting = undefined;
      this.told({ ...current, recording: false });
      return current.samples;
    }
    const stopped = await this.holder.ask<{ readonly samples: number }>(MonitorRequest.stopRecording);
    return stopped?.samples ?? 0;
  }

  /** The process has said this. */
  told(state: RecordingState): void {
    this.current = state;
    this.changed();
  }

  /** The process that wrote is gone. `forGood`: no other follows by itself, though somebody may start one. */
  processEnded(forGood: boolean): void {
    const { file } = this;
    if (file === undefined) return;
    this.waiting = file;
    if (forGood) this.current = { recording: false, samples: 0, bytes: 0, ...this.current, message: MONITOR_GONE };
  }

  /** The source is open again: its recording goes on, if one was running. `why`: one sentence, kept in the file. */
  async goOn(why: string): Promise<void> {
    const file = this.waiting;
    this.waiting = undefined;
    if (file === undefined) return;
    try {
      await this.holder.ask(MonitorRequest.startRecording, { file, goOn: why });
    } catch (error) {
      // A process that ended here, too, has told so itself.
      if (this.holder.now === undefined) {
        this.waiting = file;
        return;
      }
      const message = error instanceof Error ? error.message : String(error);
      this.log.error(message);
      this.told({ samples: 0, bytes: 0, ...this.current, recording: false, file, message });
    }
  }

  /** Another source follows, or none. */
  forget(): void {
    this.current = undefined;
    this.waiting = undefined;
  }
}
