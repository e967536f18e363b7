/**
 * The totals of a scan, counted as facts come.
 */
import { siteTag, type FileFacts } from '../../src/shared/facts';
import type { ScanTotals as Totals } from '../core/report/contractLines';
import type { KeptImageFields } from '../scan/cache/keptImage';
import type { ScanOutcome } from '../scan/scanFolders';

export class ScanTotals {
  #files = 0;
  #bytes = 0;
  #sites = 0;
  /** Allocations and the like whose tag is not known, or not only one. */
  #open = 0;
  #issues = 0;
  readonly #tags = new Set<number>();

  add({ size, sites, issues }: FileFacts): void {
    this.#files += 1;
    this.#bytes += size;
    this.#sites += sites.length;
    this.#issues += issues.length;
    for (const site of sites) {
      if (site.role !== 'untagged' && siteTag(site) === undefined) this.#open += 1;
      for (const tag of site.tags) this.#tags.add(tag);
    }
  }

  addKept({ size, sites, tags }: KeptImageFields): void {
    this.#files += 1;
    this.#bytes += size;
    this.#sites += sites;
    for (const tag of tags) this.#tags.add(tag);
  }

  /** A file or folder that could not be looked into. */
  addIssue(): void {
    this.#issues += 1;
  }

  result(milliseconds: number): Totals {
    return { files: this.#files, bytes: this.#bytes, sites: this.#sites, tags: this.#tags.size, milliseconds };
  }

  /** `812 files (800 unchanged, 3 copies), 4711 sites, 391 tags, 12 not one tag, 2 issues in 0.95 s`. */
  summary({ fromCache, copies, milliseconds }: ScanOutcome): string {
    const about = [
      ...(fromCache > 0 ? [`${String(fromCache)} unchanged`] : []),
      ...(copies > 0 ? [counted(copies, 'copy', 'copies')] : []),
    ];
    const parts = [
      `${counted(this.#files, 'file')}${about.length === 0 ? '' : ` (${about.join(', ')})`}`,
      counted(this.#sites, 'site'),
      counted(this.#tags.size, 'tag'),
      `${String(this.#open)} without one known tag`,
      counted(this.#issues, 'issue'),
    ];
    return `${parts.join(', ')} in ${(milliseconds / 1000).toFixed(2)} s`;
  }
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}
