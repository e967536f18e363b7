/**
 * That the process was started again, and why: said for a minute, and then no more. Does not import vscode.
 */
import type { MonitorFailure } from './monitorFailure';

const SAID_MS = 60_000;

export class RecentRestart {
  private timer: NodeJS.Timeout | undefined;
  private said: MonitorFailure | undefined;

  constructor(private readonly changed: () => void) {}

  /** What happened to the process before. */
  get failure(): MonitorFailure | undefined {
    return this.said;
  }

  say(failure: MonitorFailure): void {
    this.clear();
    this.said = failure;
    this.timer = setTimeout(() => {
      this.clear();
      this.changed();
    }, SAID_MS);
    this.timer.unref();
  }

  clear(): void {
    clearTimeout(this.timer);
    this.said = undefined;
  }
}
