/**
 * vscode-languageclient without its messages: what it would pop up (a crash, a failed start, a failed request) goes to
 * the log, and the status item tells of the server's state.
 */
import { LanguageClient } from 'vscode-languageclient/node';

export class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  override warn(message: string, data?: unknown): void {
    super.warn(message, data, false);
  }

  override info(message: string, data?: unknown): void {
    super.info(message, data, false);
  }
}
