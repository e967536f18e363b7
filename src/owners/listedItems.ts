/**
 * Rows of the owners quick pick for what pooltag.txt lists: apart from everything that was seen in a driver, and labelled
 * as what a list says. Lead nowhere.
 */
import * as vscode from 'vscode';
import type { ListedOwner } from '../shared/serverProtocol';
import { evidenceText, type PlaceItem } from './ownerItems';

/** One row for each binary that the list names, below a heading. */
export function listedItems(listed: readonly ListedOwner[]): PlaceItem[] {
  if (listed.length === 0) return [];
  const heading = { label: evidenceText('catalogue'), kind: vscode.QuickPickItemKind.Separator };
  const rows = listed.map(({ binary, description, pattern }) => ({
    label: `$(book) ${binary}`,
    description: pattern,
    detail: description,
  }));
  return [heading, ...rows];
}
