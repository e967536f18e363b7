/**
 * What happens when the language server dies: it is started again, unless it keeps dying. No popups; the status shows it.
 */
import * as vscode from 'vscode';
import { CloseAction, ErrorAction } from 'vscode-languageclient/node';
import type { CloseHandlerResult, ErrorHandler, ErrorHandlerResult } from 'vscode-languageclient/node';

const MOST_CRASHES = 4;
const WITHIN_MS = 3 * 60 * 1000;

export class CrashPolicy implements ErrorHandler {
  private readonly crashes: number[] = [];

  /** @param givenUp Called with one line when the server is not started again. */
  constructor(private readonly givenUp: (message: string) => void) {}

  error(): ErrorHandlerResult {
    return { action: ErrorAction.Continue, handled: true };
  }

  closed(): CloseHandlerResult {
    const now = Date.now();
    this.crashes.push(now);
    if (this.crashes.length > MOST_CRASHES) this.crashes.shift();
    const [first = now] = this.crashes;
    if (this.crashes.length < MOST_CRASHES || now - first > WITHIN_MS) {
      return { action: CloseAction.Restart, handled: true };
    }
    this.givenUp(vscode.l10n.t('it ended unexpectedly {0} times within three minutes', MOST_CRASHES));
    return { action: CloseAction.DoNotRestart, handled: true };
  }
}
