/**
 * From a place in an image to the line of a source here, by what its PDB says.
 */
import { siteTag, type PdbLine, type TagSite } from '../../src/shared/facts';
import type { LocalLine } from '../../src/shared/serverProtocol';
import type { Workspace } from './workspace';

/** The line for an image's site; undefined without a PDB line, without such a source, or when several could be meant. */
export function localSource(workspace: Workspace, site: TagSite): LocalLine | undefined {
  return only(localSources(workspace, site));
}

/** Every line that could be meant, those nearest to the image first. */
export function localSources(workspace: Workspace, site: TagSite): readonly LocalLine[] {
  if (site.place.kind !== 'image' || site.place.source === undefined) return [];
  return localLines(workspace, site.place.file, site.place.source, siteTag(site));
}

/** The line of an image's PDB here, whatever uses it. */
export function localLine(workspace: Workspace, image: string, source: PdbLine): LocalLine | undefined {
  return only(localLines(workspace, image, source, undefined));
}

function only<T>([first, ...others]: readonly T[]): T | undefined {
  return others.length === 0 ? first : undefined;
}

function localLines(
  workspace: Workspace,
  image: string,
  { file: pdbPath, line }: PdbLine,
  tag: number | undefined,
): readonly LocalLine[] {
  const files = workspace.sourceMapping().find(pdbPath, image);
  return files.map((file) => lineIn(workspace, file, line, tag));
}

function lineIn(workspace: Workspace, file: string, line: number, tag: number | undefined): LocalLine {
  // A call over several lines: the PDB names the statement's line, the source's site the called name's.
  const own = workspace.index.facts(file)?.sites.find((candidate) => {
    const { place } = candidate;
    if (place.kind !== 'source' || (tag !== undefined && !candidate.tags.includes(tag))) return false;
    return place.range.start.line <= line && line <= (place.tagRange ?? place.range).end.line;
  });
  if (own?.place.kind !== 'source') return { file, line };
  return { file, line: own.place.range.start.line, column: own.place.range.start.column };
}
