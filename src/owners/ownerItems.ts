/**
 * Rows of the owners quick pick: a separator for each module with its evidence, a row for each place.
 */
import * as vscode from 'vscode';
import { baseName } from '../shared/baseName';
import type { Evidence, ImageMaker, SiteRole, TagSite } from '../shared/facts';
import type { SettingId } from '../shared/ids';
import type { OwnerPlace, TagOwner } from '../shared/serverProtocol';
import type { TagOccurrence } from '../shared/tagOccurrence';

export interface PlaceItem extends vscode.QuickPickItem {
  /** Absent on separators and on rows that only tell something. */
  readonly entry?: OwnerPlace;
  /** Setting to open instead of a place. */
  readonly setting?: SettingId;
  /** A place that is no use of the tag, but where its value occurs. */
  readonly occurrence?: TagOccurrence;
  /** Begins or ends the search for such places. */
  readonly search?: 'start' | 'stop';
}

const ROLE_ICONS: Readonly<Record<SiteRole, string>> = {
  allocate: 'add',
  untagged: 'add',
  bind: 'link',
  verify: 'check',
  free: 'trash',
};

/** How sure an answer is, in words. */
export function evidenceText(evidence: Evidence): string {
  return {
    call: vscode.l10n.t('allocator call'),
    wrapper: vscode.l10n.t('wrapper call'),
    field: vscode.l10n.t('tag in a structure'),
    'service-name': vscode.l10n.t('default tag from the service name'),
    catalogue: vscode.l10n.t('listed in pooltag.txt'),
    constant: vscode.l10n.t('constant in the code, no allocator seen'),
    bytes: vscode.l10n.t('the four bytes occur, nothing more'),
  }[evidence];
}

export const showCode: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('file-binary'),
  tooltip: vscode.l10n.t('Show Disassembly'),
};

function shortPath(file: string): string {
  return vscode.workspace.asRelativePath(file);
}

/** `leaky/leaky.c:39`, or the line a PDB names, or the address. */
function whereText({ place }: TagSite): string {
  if (place.kind === 'source') return `${shortPath(place.file)}:${String(place.range.start.line + 1)}`;
  if (place.source === undefined) return `${shortPath(place.file)} +0x${place.rva.toString(16)}`;
  return `${baseName(place.source.file)}:${String(place.source.line + 1)}`;
}

function placeItem(entry: OwnerPlace): PlaceItem {
  const { site, images } = entry;
  const call = site.via === undefined ? site.api : vscode.l10n.t('{0} through {1}', site.api, site.via);
  const found = images.length === 0 ? '' : vscode.l10n.t('in {0}', images.map(shortPath).join(', '));
  // An offset into the function matters only where no line is known.
  const lineKnown = site.place.kind === 'source' || site.place.source !== undefined;
  const name = lineKnown ? site.place.function?.replace(/\+0x[0-9a-f]+$/i, '') : site.place.function;
  return {
    label: `$(${ROLE_ICONS[site.role]}) ${name ?? call}`,
    description: whereText(site),
    detail: [evidenceText(site.evidence), call, found].filter((text) => text !== '').join(' · '),
    entry,
    ...(site.place.kind === 'image' ? { buttons: [showCode] } : {}),
  };
}

/** Who made the module, as its image says. */
function makerTexts({ company, signer }: ImageMaker): string[] {
  const signed = signer && vscode.l10n.t('signed by {0} (not verified)', signer.name);
  return [company, signed].filter((text) => text !== undefined);
}

/** All rows for the owners of one tag. */
export function ownerItems(owners: readonly TagOwner[]): PlaceItem[] {
  return owners.flatMap((owner) => [
    {
      label: [`${owner.module} (${evidenceText(owner.evidence)})`, ...makerTexts(owner.maker ?? {})].join(' · '),
      kind: vscode.QuickPickItemKind.Separator,
    },
    ...owner.places.map(placeItem),
  ]);
}
