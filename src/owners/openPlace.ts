/**
 * Opens the editor where a tag is used. A place in an image goes through the server, which knows the PDB's line and
 * where that source lies on this machine; without a source the function is disassembled.
 */
import * as vscode from 'vscode';
import type { DisassemblyView } from '../disassembly/disassemblyView';
import type { LanguageService } from '../language/languageService';
import { baseName } from '../shared/baseName';
import type { TagSite, TextRange } from '../shared/facts';
import {
  ServerRequest,
  type LocalLine,
  type ResolvePlaceParams,
  type ResolvePlaceResult,
} from '../shared/serverProtocol';
import { showLine, showRange } from '../showLine';

function toRange({ start, end }: TextRange): vscode.Range {
  return new vscode.Range(start.line, start.column, end.line, end.column);
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

/** What it takes to go to a place. */
export interface PlaceServices {
  readonly language: LanguageService;
  readonly disassembly: DisassemblyView;
}

/**
 * Opens the place of a site with its range selected.
 * @returns undefined when it is open or somebody chose none, else why there is nothing to open, in one line.
 */
export async function openPlace(
  { language, disassembly }: PlaceServices,
  site: TagSite,
  token?: vscode.CancellationToken,
): Promise<string | undefined> {
  const { place } = site;
  if (place.kind === 'source') {
    await showRange(place.file, () => toRange(place.range));
    return undefined;
  }
  const params: ResolvePlaceParams = { site };
  const { lines } = await language.request<ResolvePlaceResult>(ServerRequest.resolvePlace, params, token);
  const [first, ...others] = lines;
  if (first === undefined) return disassembly.open(site, token);
  const chosen = others.length === 0 ? first : await chooseLine(place.source?.file ?? '', lines);
  if (chosen !== undefined) await showLine(chosen);
  return undefined;
}
