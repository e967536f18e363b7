/**
 * Sites as locations one can open, each once: a source's own range; an image's source line where its PDB names one that
 * lies in the workspace, else the image itself.
 */
import type { Location } from 'vscode-languageserver/node';
import type { TagSite } from '../../src/shared/facts';
import { localSource } from './localSource';
import { lineLocation, placeLocation } from './positions';
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

function locate(workspace: Workspace, site: TagSite): Location {
  if (site.place.kind === 'source') return placeLocation(site.place);
  const local = localSource(workspace, site);
  return local === undefined ? placeLocation(site.place) : lineLocation(local.file, local.line, local.column);
}
