/**
 * Shows a place of a text file in an editor, in the middle if it was out of sight.
 */
import * as vscode from 'vscode';
import type { LocalLine } from './shared/serverProtocol';

/** Opens a file with a range of it selected. */
export async function showRange(
  file: string,
  selection: (document: vscode.TextDocument) => vscode.Range,
): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  const range = selection(document);
  const editor = await vscode.window.showTextDocument(document, { selection: range });
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Opens a file at a line. */
export function showLine({ file, line, column }: LocalLine): Promise<void> {
  return showRange(file, (document) => lineRange(document, line, column));
}

/** The line's text without its indentation, where no column is known. */
function lineRange(document: vscode.TextDocument, line: number, column: number | undefined): vscode.Range {
  const text = document.lineAt(Math.min(Math.max(line, 0), document.lineCount - 1));
  return new vscode.Range(
    text.lineNumber,
    column ?? text.firstNonWhitespaceCharacterIndex,
    text.lineNumber,
    text.range.end.character,
  );
}
