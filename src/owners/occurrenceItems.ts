/**
 * Rows of the owners quick pick for the weak evidence: drivers in which a tag's value only occurs, apart from everything
 * that was seen using it, and labelled as what it is.
 */
import * as vscode from 'vscode';
import { baseName } from '../shared/baseName';
import type { OccurrencesResult } from '../shared/serverProtocol';
import type { OccurrenceModule, TagOccurrence, WeakEvidence } from '../shared/tagOccurrence';
import { showCode, type PlaceItem } from './ownerItems';

/** Constants listed of one driver; the rest is counted. */
const MOST_CONSTANTS = 4;

const integer = new Intl.NumberFormat();

function separator(label: string): PlaceItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function headingText(evidence: WeakEvidence): string {
  return {
    constant: vscode.l10n.t('weak: constant in code, may be chance'),
    bytes: vscode.l10n.t('weakest: bare bytes, often chance'),
  }[evidence];
}

/** Without the offset into it, which matters only where no line is known. */
function functionName({ function: name }: TagOccurrence): string | undefined {
  return name?.replace(/\+0x[0-9a-f]+$/i, '');
}

/** `Entry toaster.c:12`, `Entry+0x1f (+0x101f)`, `.rdata +0x4000`, `offset 0x40`. */
function whereText(occurrence: TagOccurrence): string {
  const { rva, function: name, section, offset, source } = occurrence;
  if (source !== undefined) {
    const line = `${baseName(source.file)}:${String(source.line + 1)}`;
    return [functionName(occurrence), line].filter((part) => part !== undefined).join(' · ');
  }
  if (rva === undefined) return vscode.l10n.t('offset {0}', `0x${offset.toString(16)}`);
  const address = `+0x${rva.toString(16)}`;
  if (name !== undefined) return `${name} (${address})`;
  return section === undefined || section === '' ? address : `${section} ${address}`;
}

/** One place to a reader: builds of a driver for several machines agree on function and line. */
interface OccurrencePlace {
  readonly first: TagOccurrence;
  readonly files: string[];
  count: number;
}

function placesOf(occurrences: readonly TagOccurrence[]): OccurrencePlace[] {
  const places = new Map<string, OccurrencePlace>();
  for (const found of occurrences) {
    const { file, offset, source } = found;
    const key =
      source === undefined ? `${file}\0${String(offset)}` : `\0${functionName(found) ?? ''}\0${whereText(found)}`;
    const place = places.get(key);
    if (place === undefined) places.set(key, { first: found, files: [file], count: 1 });
    else {
      place.count += 1;
      if (!place.files.includes(file)) place.files.push(file);
    }
  }
  return [...places.values()];
}

function evidenceWords(evidence: WeakEvidence): string {
  return {
    constant: vscode.l10n.t('an instruction makes the value, no allocator seen'),
    bytes: vscode.l10n.t('the four bytes occur, nothing more'),
  }[evidence];
}

function item(module: OccurrenceModule, { first, files }: OccurrencePlace, more: number): PlaceItem {
  const { evidence } = first;
  const rest = more > 0 ? [vscode.l10n.t('{0} more in this driver', integer.format(more))] : [];
  const paths = files.map((file) => vscode.workspace.asRelativePath(file)).join(', ');
  return {
    label: `$(${evidence === 'constant' ? 'symbol-constant' : 'file-binary'}) ${module.module}`,
    description: whereText(first),
    detail: [evidenceWords(evidence), ...rest, vscode.l10n.t('in {0}', paths), module.maker?.company]
      .filter((part) => part !== undefined)
      .join(' · '),
    occurrence: first,
    ...(evidence === 'constant' ? { buttons: [showCode] } : {}),
  };
}

function moduleItems(module: OccurrenceModule): PlaceItem[] {
  const { occurrences, count, evidence } = module;
  const shown = evidence === 'constant' ? occurrences.filter((found) => found.evidence === 'constant') : occurrences;
  const listed = placesOf(shown).slice(0, evidence === 'constant' ? MOST_CONSTANTS : 1);
  const left = count - listed.reduce((sum, place) => sum + place.count, 0);
  return listed.map((place, at) => item(module, place, at === listed.length - 1 ? left : 0));
}

/**
 * Rows for what a search has found, under a separator for each kind of evidence. `besides`: drivers that use the tag are
 * listed already, and not searched for again.
 */
export function occurrenceItems(
  { modules, moreModules, files, unreadable, telling }: OccurrencesResult,
  besides: boolean,
): PlaceItem[] {
  if (!telling) return [note(vscode.l10n.t('Bytes like these are in every image: they tell nothing'))];
  if (modules.length === 0) {
    const count = integer.format(files);
    const text = besides
      ? vscode.l10n.t('These four bytes occur in no other driver ({0} images searched)', count)
      : vscode.l10n.t('These four bytes occur in none of the {0} images', count);
    return [note(text, unreadable)];
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
