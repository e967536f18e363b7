/**
 * Sites as locations one can open, each once: a source's own range; an image's source line where its PDB names one that
 * lies in the workspace, else the image's code, or the image itself.
 */
import type { Location } from 'vscode-languageserver/node';
import type { TagSite } from '../../src/shared/facts';
import { localSource } from './localSource';
import { lineLocation, placeLocation } from './positions';
import { uriOfImageAddress } from './uris';
import type { Workspace } from './workspace';

export function placesIn(workspace: Workspace, sites: readonly TagSite[]): Location[] {
  const locations = new Map<string, Location>();
  // Sources first: an image's line that is a source's site adds nothing.
  for (const site of [...sites].sort((a, b) => order(a) - order(b))) {
    const location = locate(workspace, site);
    const { uri, range } = location;
    const line = `${uri}#${String(range.start.line)}`;
    if (site.place.kind === 'source') {
      locations.set(line, locations.get(line) ?? location);
      const called = `${uri}#${String(site.place.range.start.line)}`;
      locations.set(called, locations.get(called) ?? location);
    } else if (!locations.has(line)) locations.set(line, location);
  }
  return [...new Set(locations.values())];
}

function order(site: TagSite): number {
  return site.place.kind === 'source' ? 0 : 1;
}

/** Where a site can be looked at: a source's range, an image's source line, else the image's code where the client shows it. */
export function locate(workspace: Workspace, site: TagSite): Location {
  const { place } = site;
  if (place.kind === 'source') return placeLocation(place);
  const local = localSource(workspace, site);
  if (local !== undefined) return lineLocation(local.file, local.line, local.column);
  const { imageScheme } = workspace;
  if (imageScheme === undefined) return placeLocation(place);
  const { file, rva } = place;
  const name = place.function?.replace(/\+0x[0-9a-f]+$/i, '') ?? `0x${rva.toString(16)}`;
  const { range } = lineLocation(file);
  return { uri: uriOfImageAddress(imageScheme, { file, rva }, name), range };
}
