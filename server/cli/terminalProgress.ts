/**
 * One line of progress on standard error, rewritten in place, and only on a terminal.
 */
const MS_BETWEEN_UPDATES = 100;

export class TerminalProgress {
  #last = 0;
  #shown = false;

  constructor(
    private readonly terminal: boolean,
    /** What happens to the files: `scanned 12 of 40 files`. */
    private readonly verb = 'scanned',
  ) {}

  show(done: number, total: number): void {
    const now = performance.now();
    if (!this.terminal || now - this.#last < MS_BETWEEN_UPDATES) return;
    this.#last = now;
    this.#shown = true;
    process.stderr.write(`\r\u001b[K${this.verb} ${String(done)} of ${String(total)} files`);
  }

  clear(): void {
    if (this.#shown) process.stderr.write('\r\u001b[K');
    this.#shown = false;
  }
}
