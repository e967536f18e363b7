/**
 * The only place that shows messages: answers to what somebody asked for, never news. Everything else is a status.
 */
import * as vscode from 'vscode';

/** One line for a person; the log has the details. */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? text;
}

export class Notifier {
  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** A command that was asked for has failed: says what, and leads to the log. Returns at once. */
  failed(what: string, error: unknown): void {
    this.log.error(what, error instanceof Error ? error : String(error));
    const showLog = vscode.l10n.t('Show Log');
    void vscode.window.showErrorMessage(`${what}: ${describeError(error)}`, showLog).then((choice) => {
      if (choice === showLog) this.log.show(true);
    });
  }
}
