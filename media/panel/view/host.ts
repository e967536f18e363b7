/**
 * The other side of the webview: messages out and the state VS Code keeps for us. Called once, kept out of globals.
 */
import type { FromPanel, PanelCommand } from '../../../src/shared/panelMessages';
import { panelStateFrom, type PanelState } from '../model/panelState';

interface VsCodeApi {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: PanelState): unknown;
}

declare function acquireVsCodeApi(): VsCodeApi;

export class Host {
  private readonly api = acquireVsCodeApi();
  private state = panelStateFrom(this.api.getState());

  post(message: FromPanel): void {
    this.api.postMessage(message);
  }

  command(command: PanelCommand): void {
    this.post({ type: 'command', command });
  }

  get remembered(): PanelState {
    return this.state;
  }

  remember(change: Partial<PanelState>): void {
    this.state = { ...this.state, ...change };
    this.api.setState(this.state);
  }
}
