/**
 * Rows of the owners quick pick for the weak evidence: drivers in which a tag's value only occurs, apart from everything
 * that was seen using it, and labelled as what it is.
 */
import * as vscode from 'vscode';
import { baseName } from '../shared/baseName';
import type { OccurrencesResult } from '../shared/serverProtocol';
import type { OccurrenceModule, TagOccurrence, WeakEvidence } from '../shared/tagOccurrence';
import type { PlaceItem } from './ownerItems';

/** Constants listed of one driver; the rest is counted. */
const MOST_CONSTANTS = 5;

const integer = new Intl.NumberFormat();

function separator(label: string): PlaceItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function headingText(evidence: WeakEvidence): string {
  return {
    constant: vscode.l10n.t('weak: a constant in the code, no allocator seen; may be chance'),
    bytes: vscode.l10n.t('weakest: these four bytes occur, nothing more; often chance'),
  }[evidence];
}

/** `Entry+0x1f (+0x101f)`, `.rdata +0x4000`, `offset 0x40`. */
export function occurrenceWhere({ rva, function: name, section, offset, evidence }: TagOccurrence): string {
  if (rva === undefined) return vscode.l10n.t('offset {0}', `0x${offset.toString(16)}`);
  const address = `+0x${rva.toString(16)}`;
  if (evidence === 'constant') return name === undefined ? address : `${name} (${address})`;
  return section === undefined || section === '' ? address : `${section} ${address}`;
}

function item(module: OccurrenceModule, occurrence: TagOccurrence, more: number): PlaceItem {
  const { source, evidence, file } = occurrence;
  const line = source === undefined ? [] : [`${baseName(source.file)}:${String(source.line + 1)}`];
  const company = module.maker?.company;
  const rest = more > 0 ? [vscode.l10n.t('and {0} more in this driver', integer.format(more))] : [];
  return {
    label: `$(${evidence === 'constant' ? 'symbol-constant' : 'file-binary'}) ${baseName(file)}`,
    description: [occurrenceWhere(occurrence), ...line].join(' · '),
    detail: [vscode.workspace.asRelativePath(file), ...(company === undefined ? [] : [company]), ...rest].join(' · '),
    occurrence,
  };
}

function moduleItems(module: OccurrenceModule): PlaceItem[] {
  const { occurrences, count, evidence } = module;
  const shown = evidence === 'constant' ? occurrences.filter((found) => found.evidence === 'constant') : occurrences;
  const listed = shown.slice(0, evidence === 'constant' ? MOST_CONSTANTS : 1);
  return listed.map((occurrence, at) => item(module, occurrence, at === listed.length - 1 ? count - listed.length : 0));
}

/** Rows for what a search has found, under a separator for each kind of evidence. */
export function occurrenceItems({ modules, moreModules, files, unreadable, telling }: OccurrencesResult): PlaceItem[] {
  if (!telling) return [note(vscode.l10n.t('Bytes like these are in every image: they tell nothing'))];
  if (modules.length === 0) {
    return [note(vscode.l10n.t('These four bytes occur in none of the {0} images', integer.format(files)), unreadable)];
  }
  const rows = (['constant', 'bytes'] as const).flatMap((evidence) => {
    const items = modules.filter((module) => module.evidence === evidence).flatMap(moduleItems);
    return items.length === 0 ? [] : [separator(headingText(evidence)), ...items];
  });
  const left =
    moreModules > 0 ? [note(vscode.l10n.t('{0} more drivers hold these bytes', integer.format(moreModules)))] : [];
  return [...rows, ...left];
}

function note(text: string, unreadable = 0): PlaceItem {
  const detail = vscode.l10n.t('{0} images could not be read', integer.format(unreadable));
  return { label: `$(info) ${text}`, alwaysShow: true, ...(unreadable > 0 ? { detail } : {}) };
}

/** The row that starts the search, or stops it. */
export function searchItem(state: 'offered' | 'running'): PlaceItem[] {
  const heading = separator(vscode.l10n.t('weaker evidence'));
  if (state === 'running') {
    return [
      heading,
      {
        label: `$(loading~spin) ${vscode.l10n.t('Searching all images for these four bytes')}`,
        detail: vscode.l10n.t('Press Enter to stop'),
        alwaysShow: true,
        search: 'stop',
      },
    ];
  }
  return [
    heading,
    {
      label: `$(search) ${vscode.l10n.t('Search all images for these four bytes…')}`,
      detail: vscode.l10n.t('Constants and bytes in drivers nobody was seen allocating in; may be chance'),
      alwaysShow: true,
      search: 'start',
    },
  ];
}

/** The row that says why a search came to nothing. */
export function searchFailedItem(reason: string): PlaceItem[] {
  return [note(vscode.l10n.t('The images could not be searched: {0}', reason)), ...searchItem('offered').slice(1)];
}
