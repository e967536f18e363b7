/**
 * The search of all images for one tag's value, as the owners picker offers it: offered, running, done. Knows the state
 * and the rows for it; the picker shows them.
 */
import * as vscode from 'vscode';
import type { LanguageService } from '../language/languageService';
import { describeError } from '../notify';
import {
  ServerRequest,
  type OccurrencesParams,
  type OccurrencesProgress,
  type OccurrencesResult,
} from '../shared/serverProtocol';
import { occurrenceItems, searchFailedItem, searchItem } from './occurrenceItems';
import type { PlaceItem } from './ownerItems';

type State =
  | { readonly kind: 'offered' }
  | { readonly kind: 'running'; readonly cancel: vscode.CancellationTokenSource }
  | { readonly kind: 'done'; readonly result: OccurrencesResult }
  | { readonly kind: 'failed'; readonly reason: string };

export class OccurrenceSearch implements vscode.Disposable {
  private state: State = { kind: 'offered' };
  private started = false;

  constructor(
    private readonly language: LanguageService,
    private readonly tag: number,
    private readonly events: {
      /** Other rows are to be shown. */
      changed(): void;
      progress(progress: OccurrencesProgress): void;
    },
  ) {}

  get running(): boolean {
    return this.state.kind === 'running';
  }

  /** Whether it was ever begun, by itself or by the user. */
  get wasStarted(): boolean {
    return this.started;
  }

  /** `besides`: the picker lists drivers that use the tag. */
  rows(besides: boolean): PlaceItem[] {
    switch (this.state.kind) {
      case 'done':
        return occurrenceItems(this.state.result, besides);
      case 'failed':
        return searchFailedItem(this.state.reason);
      case 'offered':
      case 'running':
        return searchItem(this.state.kind);
    }
  }

  /** Begins a search unless one runs. Never rejects. */
  async start(): Promise<void> {
    if (this.state.kind === 'running') return;
    const cancel = new vscode.CancellationTokenSource();
    this.started = true;
    this.become({ kind: 'running', cancel });
    const params: OccurrencesParams = { tag: this.tag };
    try {
      const result = await this.language.requestWithProgress<OccurrencesResult, OccurrencesProgress>(
        ServerRequest.occurrences,
        params,
        (progress) => {
          if (!cancel.token.isCancellationRequested) this.events.progress(progress);
        },
        cancel.token,
      );
      if (!cancel.token.isCancellationRequested) this.become({ kind: 'done', result });
    } catch (error) {
      if (!cancel.token.isCancellationRequested) this.become({ kind: 'failed', reason: describeError(error) });
    } finally {
      cancel.dispose();
    }
  }

  /** Gives a running search up; it can be begun again. */
  stop(): void {
    if (this.state.kind !== 'running') return;
    this.state.cancel.cancel();
    this.become({ kind: 'offered' });
  }

  dispose(): void {
    if (this.state.kind === 'running') this.state.cancel.cancel();
  }

  private become(state: State): void {
    this.state = state;
    this.events.changed();
  }
}
