/**
 * Facts for tests, with everything filled in that a test does not care about.
 */
import type { FileFacts, ImagePlace, SourcePlace, TagSite } from '../../src/shared/facts';

export const FRED = 0x64657246;

/** A source's place: called name of eight units on a line (from 0), the tag right after it. */
export function sourcePlace(file: string, line: number, more: Partial<SourcePlace> = {}): SourcePlace {
  const at = (column: number): SourcePlace['range']['start'] => ({ line, column });
  return {
    kind: 'source',
    file,
    range: { start: at(4), end: at(12) },
    tagRange: { start: at(20), end: at(26) },
    ...more,
  };
}

export function imagePlace(file: string, rva: number, more: Partial<ImagePlace> = {}): ImagePlace {
  return { kind: 'image', file, rva, ...more };
}

export function site(place: TagSite['place'], more: Partial<TagSite> = {}): TagSite {
  return {
    tags: [FRED],
    api: 'ExAllocatePoolWithTag',
    role: 'allocate',
    evidence: 'call',
    module: 'toaster.sys',
    place,
    ...more,
  };
}

/** Facts of one file; the sites' own file decides which. */
export function factsOf(file: string, sites: readonly TagSite[], more: Partial<FileFacts> = {}): FileFacts {
  const kind = sites[0]?.place.kind ?? 'source';
  return { file, kind, size: 100, sites, issues: [], milliseconds: 1, ...more };
}
