/**
 * "Copy Debugger Commands": lists what can be pasted for a tag into WinDbg or a command prompt, and copies what is
 * chosen. Scripts that change loaded code join the list once they are proved, and never otherwise.
 */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { DisposableList } from '../dispose';
import type { LanguageService } from '../language/languageService';
import { describeError } from '../notify';
import { tagSpellings } from '../shared/poolTag';
import {
  ServerRequest,
  type DebuggerCommandsParams,
  type DebuggerCommandsResult,
  type RetagParams,
  type RetagResult,
} from '../shared/serverProtocol';
import { pasteText, wholeText, type PasteText } from './debuggerTexts';

interface PasteItem extends vscode.QuickPickItem {
  readonly text?: string;
  /** Opened instead of copied. */
  readonly opens?: boolean;
}

/** Copied without a word more than a status: nobody waits for it. */
async function take(item: PasteItem): Promise<void> {
  if (item.text === undefined) return;
  if (item.opens === true) {
    const document = await vscode.workspace.openTextDocument({ content: item.text });
    await vscode.window.showTextDocument(document);
    return;
  }
  await vscode.env.clipboard.writeText(item.text);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Copied: {0}', item.label), 3000);
}

function itemOf({ title, note, lines }: PasteText): PasteItem {
  return { label: title, description: note, detail: lines.join('  ·  ').slice(0, 300), text: `${lines.join('\n')}\n` };
}

class CommandsPicker {
  private readonly owned = new DisposableList();
  private readonly pick = this.owned.add(vscode.window.createQuickPick<PasteItem>());
  private readonly cancel = this.owned.add(new vscode.CancellationTokenSource());
  private parts: readonly PasteText[] = [];
  private readonly scripts: PasteText[] = [];

  constructor(
    private readonly language: LanguageService,
    private readonly tag: number,
  ) {
    const { text, hex } = tagSpellings(tag);
    this.pick.title = vscode.l10n.t('Debugger commands for pool tag {0} ({1})', text, hex);
    this.pick.placeholder = vscode.l10n.t('Choose what to copy');
    this.pick.matchOnDescription = true;
    this.pick.matchOnDetail = true;
  }

  async run(): Promise<void> {
    const done = new Promise<PasteItem | undefined>((resolve) => {
      this.owned.add(this.pick.onDidAccept(() => resolve(this.pick.selectedItems[0])));
      this.owned.add(this.pick.onDidHide(() => resolve(undefined)));
    });
    this.pick.busy = true;
    this.pick.show();
    void this.fill();
    try {
      const chosen = await done;
      this.pick.hide();
      if (chosen !== undefined) await take(chosen);
    } finally {
      this.cancel.cancel();
      this.owned.dispose();
    }
  }

  private async fill(): Promise<void> {
    try {
      const params: DebuggerCommandsParams = { tag: this.tag };
      const { sections, images } = await this.ask<DebuggerCommandsResult>(ServerRequest.debuggerCommands, params);
      this.parts = sections.filter((section) => section.lines.length > 0).map(pasteText);
      this.render();
      for (const { file } of images) await this.prove(file);
    } catch (error) {
      if (!this.cancel.token.isCancellationRequested) this.pick.placeholder = describeError(error);
    } finally {
      if (!this.cancel.token.isCancellationRequested) this.pick.busy = false;
    }
  }

  /** Offered only where every constant's address is known. */
  private async prove(file: string): Promise<void> {
    const params: RetagParams = { tag: this.tag, file };
    const { lines, places } = await this.ask<RetagResult>(ServerRequest.retag, params);
    if (lines === undefined || places === undefined) return;
    this.scripts.push({
      title: vscode.l10n.t('A tag of its own for each of {0} places in {1}', places, path.basename(file)),
      note: vscode.l10n.t('Changes the loaded code, to tell which place leaks; with !poolfind lines and the undo'),
      shell: 'windbg',
      lines,
    });
    this.render();
  }

  private async ask<Result>(method: string, params: object): Promise<Result> {
    return await this.language.request<Result>(method, params, this.cancel.token);
  }

  private render(): void {
    if (this.cancel.token.isCancellationRequested) return;
    const { text, literal, hex } = tagSpellings(this.tag);
    // A tag may hold what ends a comment.
    const plain = (spelling: string): string => spelling.replace(/[^A-Za-z0-9_' ]/g, '?');
    const heading = `$$ ${plain(text)} ${plain(literal)} ${hex}`;
    const separator = (label: string): PasteItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
    const all = [...this.parts, ...this.scripts];
    const of = (shell: PasteText['shell']): PasteItem[] => all.filter((part) => part.shell === shell).map(itemOf);
    const active = this.pick.activeItems[0]?.label;
    this.pick.keepScrollPosition = true;
    this.pick.items = [
      {
        label: vscode.l10n.t('Open everything in a new editor'),
        text: wholeText(heading, all),
        opens: true,
      },
      separator(vscode.l10n.t('WinDbg')),
      ...of('windbg'),
      separator(vscode.l10n.t('Command prompt, as administrator')),
      ...of('prompt'),
    ];
    const again = this.pick.items.find((item) => item.label === active);
    if (again !== undefined) this.pick.activeItems = [again];
  }
}

/** Ends when something was copied or the list was left. Never rejects for what the server says. */
export async function copyDebuggerCommands(language: LanguageService, tag: number): Promise<void> {
  await new CommandsPicker(language, tag).run();
}
