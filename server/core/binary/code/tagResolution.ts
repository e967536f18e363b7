/**
 * From the values at call sites to tags: constants directly, parameters through the callers that hand them on.
 * A part that is not known keeps its reason and leaves the site unresolved.
 */
import type { PoolTag } from '../../../../src/shared/poolTag';
import type { CallSite } from './callSearch';
import { wrapperKey } from './callSearch';
import type { Value } from './value';

export interface ResolvedTags {
  /** Ascending. */
  readonly tags: readonly PoolTag[];
  readonly unresolved?: string;
}

/** More different tags than this at one site are reported as too many. */
const MOST_TAGS = 256;
/** Calls followed for one site; generated code with more is not worth the time. */
const MOST_CALLERS = 4096;

export class TagResolution {
  /** Sites that call a wrapper, by its key. */
  readonly #callers = new Map<string, CallSite[]>();

  constructor(
    sites: readonly CallSite[],
    /** Whether the function can be called from places that were not seen (exported, address taken). */
    private readonly isOpen: (entry: number) => boolean,
    private readonly nameOf: (entry: number) => string,
    /** What a variable of the image can hold; never another variable. */
    private readonly globalValue: (rva: number) => Value,
  ) {
    for (const site of sites) {
      if (site.via === undefined) continue;
      const callers = this.#callers.get(site.via.wrapper);
      if (callers === undefined) this.#callers.set(site.via.wrapper, [site]);
      else callers.push(site);
    }
  }

  resolve(site: CallSite): ResolvedTags {
    const [only, more] = site.value ?? [];
    // Most sites.
    if (only?.kind === 'constant' && more === undefined) return { tags: [only.value] };
    const tags = new Set<PoolTag>();
    const reasons = new Set<string>();
    this.#collect(site, tags, reasons, new Set());
    if (tags.size > MOST_TAGS) return { tags: [], unresolved: 'too many possible values' };
    const sorted = [...tags].sort((a, b) => a - b);
    const [reason] = reasons;
    if (reason !== undefined) return { tags: sorted, unresolved: reason };
    return sorted.length === 0 ? { tags: [], unresolved: 'not reached by any known path' } : { tags: sorted };
  }

  #collect(site: CallSite, tags: Set<PoolTag>, reasons: Set<string>, visited: Set<CallSite>): void {
    if (visited.has(site)) return;
    visited.add(site);
    if (visited.size > MOST_CALLERS) {
      reasons.add('too many callers');
      return;
    }
    const value = (site.value ?? []).flatMap((atom) => (atom.kind === 'global' ? this.globalValue(atom.rva) : [atom]));
    for (const atom of value) {
      switch (atom.kind) {
        case 'constant':
          tags.add(atom.value);
          break;
        case 'entry':
          this.#collectCallers(site, wrapperKey(site.caller, site.allocator, atom.location), tags, reasons, visited);
          break;
        case 'unknown':
          reasons.add(atom.reason);
          break;
        case 'cycle':
          reasons.add('changes in a loop');
          break;
        case 'stack':
        case 'image':
        case 'import':
        case 'global':
          reasons.add('an address, not a tag');
          break;
      }
    }
  }

  #collectCallers(site: CallSite, key: string, tags: Set<PoolTag>, reasons: Set<string>, visited: Set<CallSite>): void {
    const callers = this.#callers.get(key) ?? [];
    if (this.isOpen(site.caller))
      reasons.add(`parameter of ${this.nameOf(site.caller)}, which is also called from elsewhere`);
    else if (callers.length === 0)
      reasons.add(`parameter of ${this.nameOf(site.caller)}, which is never called directly`);
    for (const caller of callers) this.#collect(caller, tags, reasons, visited);
  }
}
