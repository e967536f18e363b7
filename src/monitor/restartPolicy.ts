/**
 * When a monitor that died is started again: later each time, and not for ever. Pure: time comes from outside.
 */

const FIRST_DELAY_MS = 500;
const MOST_CRASHES = 5;
const WITHIN_MS = 3 * 60_000;

export class RestartPolicy {
  private crashes: number[] = [];

  /** Milliseconds to wait before the next start; undefined: give up until somebody asks. */
  crashed(now: number): number | undefined {
    this.crashes = [...this.crashes.filter((time) => now - time < WITHIN_MS), now];
    if (this.crashes.length >= MOST_CRASHES) return undefined;
    return FIRST_DELAY_MS * 2 ** (this.crashes.length - 1);
  }

  /** Somebody asked: all is forgiven. */
  reset(): void {
    this.crashes = [];
  }
}
