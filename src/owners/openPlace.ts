/**
 * Opens the editor where a tag is used. A place in an image goes through the server, which knows the PDB's line and
 * where that source lies on this machine.
 */
import * as vscode from 'vscode';
import type { LanguageService } from '../language/languageService';
import type { TagSite, TextRange } from '../shared/facts';
import { baseName } from '../shared/baseName';
import {
  ServerRequest,
  type LocalLine,
  type ResolvePlaceParams,
  type ResolvePlaceResult,
} from '../shared/serverProtocol';

function toRange({ start, end }: TextRange): vscode.Range {
  return new vscode.Range(start.line, start.column, end.line, end.column);
}

async function show(file: string, selection: (document: vscode.TextDocument) => vscode.Range): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  const range = selection(document);
  const editor = await vscode.window.showTextDocument(document, { selection: range });
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
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

/** Asks which of several files with the same tail of a path is meant: nobody but the user can know. */
async function chooseLine(pdbPath: string, lines: readonly LocalLine[]): Promise<LocalLine | undefined> {
  const rows = lines.map((line) => ({
    label: `$(file-code) ${baseName(line.file)}:${String(line.line + 1)}`,
    description: vscode.workspace.asRelativePath(line.file),
    line,
  }));
  const row = await vscode.window.showQuickPick(rows, {
    title: vscode.l10n.t('Several files could be {0}', pdbPath),
    placeHolder: vscode.l10n.t('Choose the source this driver was built from'),
    matchOnDescription: true,
  });
  return row?.line;
}

export async function showLine({ file, line, column }: LocalLine): Promise<void> {
  await show(file, (document) => lineRange(document, line, column));
}

/**
 * Opens the place of a site with its range selected.
 * @returns undefined when it is open, else why there is nothing to open, in one line.
 */
export async function openPlace(
  language: LanguageService,
  site: TagSite,
  token?: vscode.CancellationToken,
): Promise<string | undefined> {
  const { place } = site;
  if (place.kind === 'source') {
    await show(place.file, () => toRange(place.range));
    return undefined;
  }
  const params: ResolvePlaceParams = { site };
  const { lines, reason } = await language.request<ResolvePlaceResult>(ServerRequest.resolvePlace, params, token);
  const [first, ...others] = lines;
  if (first === undefined) return reason ?? vscode.l10n.t('no source for this place is at hand');
  const chosen = others.length === 0 ? first : await chooseLine(place.source?.file ?? '', lines);
  if (chosen !== undefined) await showLine(chosen);
  return undefined;
}
