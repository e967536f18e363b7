/**
 * Wrappers of the headers a file includes: as they read alone, or, where that leaves names open, in the file's own place.
 * Scans nothing itself.
 */
import type { FileExports, Wrapper } from './externals';
import type { SourceCache } from './sourceCache';
import type { SourceText } from './text/sourceText';
import type { SourceFiles, UnitBuild } from './translationUnit';

export interface HeaderWrapperSources {
  readonly root: SourceText;
  readonly cache: SourceCache;
  readonly options: UnitBuild & { readonly files: SourceFiles; readonly includedBy?: SourceText | undefined };
  /** What a header exports, alone or in the place of a file that includes it; of the project it knows nothing. */
  readonly scan: (source: SourceText, includedBy: SourceText | undefined) => FileExports;
}

export class HeaderWrappers {
  constructor(private readonly sources: HeaderWrapperSources) {}

  /** Those that an included file defines as it reads alone. */
  readonly alone = (path: string): readonly Wrapper[] => {
    const { cache, options, scan } = this.sources;
    if (path === options.includedBy?.path) return [];
    return cache.wrappers(path, options, (source) => scan(source, undefined));
  };

  /** Those of an included file in this place. */
  readonly here = (path: string): readonly Wrapper[] => {
    const { root, cache, options, scan } = this.sources;
    const alone = this.alone(path);
    // In the place of another file headers are read alone: no place within a place.
    const mayDiffer = options.includedBy === undefined && cache.isOpen(path);
    const source =
      mayDiffer && alone.some(({ kind }) => kind === 'function') ? cache.load(path, options.files) : undefined;
    if (source === undefined) return alone;
    const { wrappers } = scan(source, root);
    cache.leave(root);
    return wrappers;
  };
}
