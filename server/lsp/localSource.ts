/**
 * From a place in an image to the line of a source in the workspace, by what its PDB says.
 */
import { siteTag, type TagSite } from '../../src/shared/facts';
import type { Workspace } from './workspace';

export interface LocalLine {
  /** Absolute path of a source of the workspace. */
  readonly file: string;
  /** From 0. */
  readonly line: number;
  /** Of the call, where the source's own facts have it. */
  readonly column?: number;
}

/** The workspace's line for an image's site; undefined without a PDB line, or when no such source is in the workspace. */
export function localSource(workspace: Workspace, site: TagSite): LocalLine | undefined {
  if (site.place.kind !== 'image' || site.place.source === undefined) return undefined;
  const { source } = site.place;
  const file = workspace.sourceMapping().find(source.file, site.place.file);
  if (file === undefined) return undefined;
  const tag = siteTag(site);
  // A call over several lines: the PDB names the statement's line, the source's site the called name's.
  const own = workspace.index.facts(file)?.sites.find((candidate) => {
    const { place } = candidate;
    if (place.kind !== 'source' || (tag !== undefined && !candidate.tags.includes(tag))) return false;
    return place.range.start.line <= source.line && source.line <= (place.tagRange ?? place.range).end.line;
  });
  if (own?.place.kind !== 'source') return { file, line: source.line };
  return { file, line: own.place.range.start.line, column: own.place.range.start.column };
}
