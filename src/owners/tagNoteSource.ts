/**
 * What pooltag.txt says of the panel's tags, from the language server, which alone reads the file.
 */
import * as vscode from 'vscode';
import { DisposableList } from '../dispose';
import type { LanguageService } from '../language/languageService';
import { describeError } from '../notify';
import type { TagNotes } from '../services';
import type { TagNote } from '../shared/panelMessages';
import { ServerRequest, type TagDescriptionsParams, type TagDescriptionsResult } from '../shared/serverProtocol';

export class TagNoteSource implements TagNotes, vscode.Disposable {
  private readonly owned = new DisposableList();
  private readonly changed = this.owned.add(new vscode.EventEmitter<void>());
  readonly onDidChange = this.changed.event;
  /** Of the file that was asked last. */
  private revision = '';

  constructor(
    private readonly language: LanguageService,
    private readonly log: vscode.LogOutputChannel,
  ) {
    // The index changes with every scan and every setting; only another file makes another answer.
    this.owned.add(language.onDidChangeIndex(() => void this.request([])));
  }

  async request(tags: readonly number[]): Promise<readonly TagNote[]> {
    if (this.language.state.kind !== 'running') {
      // Who asked now has no answer: once the server is up, whatever it says is news.
      this.revision = '';
      return [];
    }
    const params: TagDescriptionsParams = { tags };
    try {
      const answer = await this.language.request<TagDescriptionsResult>(ServerRequest.tagDescriptions, params);
      if (answer.revision !== this.revision) {
        this.revision = answer.revision;
        this.changed.fire();
      }
      return answer.descriptions;
    } catch (error) {
      this.log.warn('descriptions of tags', describeError(error));
      return [];
    }
  }

  dispose(): void {
    this.owned.dispose();
  }
}
