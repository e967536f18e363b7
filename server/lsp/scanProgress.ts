/**
 * A scan's progress in the client, with cancel. Nothing is shown for scans that end before anyone would read it, or when
 * the client can't show it.
 */
import type { Connection, WorkDoneProgressServerReporter } from 'vscode-languageserver/node';

const MS_BEFORE_SHOWN = 400;
const MS_BETWEEN_REPORTS = 100;

export class ScanProgress {
  #reporter: WorkDoneProgressServerReporter | undefined;
  #asked = false;
  #over = false;
  #lastReport = 0;
  readonly #started = performance.now();

  constructor(
    /** Undefined: the client shows no progress. */
    private readonly connection: Connection | undefined,
    private readonly cancel: () => void,
  ) {}

  report(done: number, total: number): void {
    const now = performance.now();
    if (this.connection === undefined || now - this.#started < MS_BEFORE_SHOWN) return;
    if (!this.#asked) this.#begin(this.connection);
    if (now - this.#lastReport < MS_BETWEEN_REPORTS || total === 0) return;
    this.#lastReport = now;
    this.#reporter?.report(Math.floor((done / total) * 100), `${String(done)} of ${String(total)} files`);
  }

  done(): void {
    this.#over = true;
    this.#reporter?.done();
    this.#reporter = undefined;
  }

  #begin(connection: Connection): void {
    this.#asked = true;
    connection.window.createWorkDoneProgress().then(
      (reporter) => {
        reporter.begin('PoolLens: scanning for pool tags', 0, undefined, true);
        reporter.token.onCancellationRequested(this.cancel);
        if (this.#over) reporter.done();
        else this.#reporter = reporter;
      },
      () => undefined,
    );
  }
}
