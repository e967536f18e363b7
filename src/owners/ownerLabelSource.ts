/**
 * Owner labels for the panel's rows, from the language server. Empty while the server is down: a label is never waited for.
 */
import type { Event, LogOutputChannel } from 'vscode';
import type { LanguageService } from '../language/languageService';
import { describeError } from '../notify';
import type { OwnerLabels } from '../services';
import type { OwnerLabel } from '../shared/panelMessages';
import { ServerRequest, type OwnerLabelsParams, type OwnerLabelsResult } from '../shared/serverProtocol';

export class OwnerLabelSource implements OwnerLabels {
  readonly onDidChange: Event<void>;

  constructor(
    private readonly language: LanguageService,
    private readonly log: LogOutputChannel,
  ) {
    this.onDidChange = language.onDidChangeIndex;
  }

  async request(tags?: readonly number[]): Promise<readonly OwnerLabel[]> {
    if (this.language.state.kind !== 'running') return [];
    const params: OwnerLabelsParams = tags === undefined ? {} : { tags };
    try {
      return (await this.language.request<OwnerLabelsResult>(ServerRequest.ownerLabels, params)).labels;
    } catch (error) {
      this.log.warn('owner labels', describeError(error));
      return [];
    }
  }
}
