/**
 * Notices a process that lives and says nothing: after a silence it is asked, and must answer. Does not import vscode.
 */

export interface WatchTimes {
  /** Milliseconds without a message after which it is asked. */
  readonly silence: number;
  /** Milliseconds it has to answer. */
  readonly answer: number;
}

/** A large recording takes seconds to open, in which nothing is answered. */
export const WATCH_TIMES: WatchTimes = { silence: 15_000, answer: 30_000 };

export class Watchdog {
  private timer: NodeJS.Timeout | undefined;
  private over = false;

  /** `hung` is called once, with the milliseconds it had to answer. */
  constructor(
    private readonly ask: () => Promise<unknown>,
    private readonly hung: (milliseconds: number) => void,
    private readonly times: WatchTimes = WATCH_TIMES,
  ) {
    this.heard();
  }

  /** Something came: it lives. */
  heard(): void {
    clearTimeout(this.timer);
    if (this.over) return;
    this.timer = setTimeout(() => this.question(), this.times.silence);
    this.timer.unref();
  }

  dispose(): void {
    this.over = true;
    clearTimeout(this.timer);
  }

  private question(): void {
    const heard = (): void => this.heard();
    // A refusal is an answer, too.
    this.ask().then(heard, heard);
    this.wait();
  }

  private wait(): void {
    const { answer } = this.times;
    const due = Date.now() + answer;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      // This machine has slept, or its clock jumped: the process gets its time once more.
      if (Date.now() > due + answer) this.wait();
      else {
        this.dispose();
        this.hung(answer);
      }
    }, answer);
    this.timer.unref();
  }
}
