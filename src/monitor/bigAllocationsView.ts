/**
 * Big allocations of a tag in a read-only editor: searchable, selectable, ready to paste. Asked anew at every call.
 */
import * as vscode from 'vscode';
import { DisposableList } from '../dispose';
import { BIG_ALLOCATIONS_SCHEME } from '../shared/ids';
import { MonitorRequest, type BigAllocationsResult } from '../shared/monitorProtocol';
import { tagToText } from '../shared/poolTag';
import { bigAllocationText } from './bigAllocationText';
import { shownSource } from './monitorPhase';
import type { MonitorService } from './monitorService';

export class BigAllocationsView implements vscode.Disposable, vscode.TextDocumentContentProvider {
  private readonly owned = new DisposableList();
  private readonly changed = this.owned.add(new vscode.EventEmitter<vscode.Uri>());
  /** By URI, while the document is open. */
  private readonly texts = new Map<string, string>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly service: MonitorService) {
    this.owned.add(vscode.workspace.registerTextDocumentContentProvider(BIG_ALLOCATIONS_SCHEME, this));
    this.owned.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.texts.delete(uri.toString());
      }),
    );
  }

  dispose(): void {
    this.owned.dispose();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  /** Rejects with the monitor's one clear line. */
  async show(tag: number): Promise<void> {
    const result = await this.service.query<BigAllocationsResult>(MonitorRequest.bigAllocations, { tag });
    const source = shownSource(this.service.phase)?.label ?? '';
    // A slash in a tag would be a folder.
    const name = tagToText(tag).replaceAll('/', '∕');
    const uri = vscode.Uri.from({
      scheme: BIG_ALLOCATIONS_SCHEME,
      path: `/${vscode.l10n.t('Big allocations of {0}', name)}.txt`,
      query: String(tag),
    });
    this.texts.set(uri.toString(), bigAllocationText(tag, source, new Date(), result));
    this.changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }
}
