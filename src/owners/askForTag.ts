/**
 * Asks which tag is meant: any tag the scan has found, with its owner, or one typed in.
 */
import * as vscode from 'vscode';
import { DisposableList } from '../dispose';
import type { OwnerLabels } from '../services';
import { tagSpellings } from '../shared/poolTag';
import { readTagInput } from './tagInput';

interface TagItem extends vscode.QuickPickItem {
  readonly tag: number;
}

/** The tag that is typed, in its spellings; first in the list, whatever the list's own filter thinks of them. */
function typedItem(tag: number, owner: string | undefined): TagItem {
  const { text, literal, hex } = tagSpellings(tag);
  const description = [literal, hex, owner].filter((part) => part !== undefined).join(' · ');
  return { label: text, description, alwaysShow: true, tag };
}

/** What is selected in the editor, if that reads as a tag. */
function selectedText(): string {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || editor.selection.isEmpty || !editor.selection.isSingleLine) return '';
  const text = editor.document.getText(editor.selection);
  return readTagInput(text) === undefined ? '' : text;
}

/** The tag somebody chose or typed; undefined when the question was left. */
export async function askForTag(labels: OwnerLabels): Promise<number | undefined> {
  const owned = new DisposableList();
  const pick = owned.add(vscode.window.createQuickPick<TagItem>());
  pick.title = vscode.l10n.t('Find Tag');
  pick.placeholder = vscode.l10n.t("Fred as PoolMon shows it, 'derF' as C spells it, or 0x64657246");
  pick.matchOnDescription = true;
  pick.value = selectedText();
  let known: readonly TagItem[] = [];
  const render = (): void => {
    const tag = readTagInput(pick.value);
    if (tag === undefined) pick.items = known;
    else {
      const owner = known.find((item) => item.tag === tag)?.description;
      pick.items = [typedItem(tag, owner), ...known.filter((item) => item.tag !== tag)];
    }
  };
  const answer = new Promise<number | undefined>((resolve) => {
    owned.add(pick.onDidChangeValue(render));
    owned.add(
      pick.onDidAccept(() => {
        const tag = pick.selectedItems[0]?.tag;
        if (tag !== undefined) resolve(tag);
      }),
    );
    owned.add(
      pick.onDidHide(() => {
        resolve(undefined);
      }),
    );
  });
  render();
  const load = async (): Promise<void> => {
    const list = await labels.request();
    known = list.map(({ tag, label }) => ({ label: tagSpellings(tag).text, description: label, tag }));
    render();
  };
  // The server may be starting or scanning: what it learns joins the list while that is open.
  owned.add(labels.onDidChange(() => void load()));
  pick.show();
  void load();
  try {
    return await answer;
  } finally {
    owned.dispose();
  }
}
