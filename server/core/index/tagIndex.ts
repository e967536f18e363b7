/**
 * The index: facts of many files, reachable by tag, by module and by file. One file's facts are replaced as a whole.
 * Holds what it was given and ranks nothing; reads no files and knows no paths but as keys.
 */
import { moduleKey, type FileFacts, type TagSite } from '../../../src/shared/facts';
import { withoutProtection, type PoolTag } from '../../../src/shared/poolTag';
import { IncludeIndex } from './includeIndex';

export interface IndexCounts {
  readonly files: number;
  readonly sites: number;
  readonly tags: number;
}

/** Keys of one kind (tag, module) → files that bear them. */
class FilesByKey<K> {
  readonly #files = new Map<K, Set<string>>();

  add(key: K, file: string): void {
    const files = this.#files.get(key);
    if (files === undefined) this.#files.set(key, new Set([file]));
    else files.add(file);
  }

  delete(key: K, file: string): void {
    const files = this.#files.get(key);
    files?.delete(file);
    if (files?.size === 0) this.#files.delete(key);
  }

  get(key: K): ReadonlySet<string> {
    return this.#files.get(key) ?? new Set();
  }

  keys(): K[] {
    return [...this.#files.keys()];
  }
}

/**
 * Facts by file, tag and module. Tags are looked up as the pool tables show them, that is without PROTECTED_POOL:
 * `'derF' | PROTECTED_POOL` and `'derF'` are the same tag here.
 */
export class TagIndex {
  readonly #facts = new Map<string, FileFacts>();
  readonly #byTag = new FilesByKey<PoolTag>();
  readonly #byMention = new FilesByKey<PoolTag>();
  readonly #byModule = new FilesByKey<string>();
  readonly #includes = new IncludeIndex();
  #sites = 0;
  #revision = 0;

  /** Grows with every change; equal revisions mean equal contents. */
  get revision(): number {
    return this.#revision;
  }

  get counts(): IndexCounts {
    return { files: this.#facts.size, sites: this.#sites, tags: this.#byTag.keys().length };
  }

  /** Puts a file's facts in place of those the index had of it. */
  replace(facts: FileFacts): void {
    this.#forget(facts.file);
    const { includes, ...kept } = facts;
    this.#facts.set(facts.file, kept);
    this.#includes.set(facts.file, includes ?? []);
    this.#sites += facts.sites.length;
    this.#eachKey(facts, (keys, key) => {
      keys.add(key, facts.file);
    });
    this.#revision += 1;
  }

  /** Forgets a file; false when the index had none of it. */
  remove(file: string): boolean {
    if (!this.#forget(file)) return false;
    this.#includes.set(file, []);
    this.#revision += 1;
    return true;
  }

  /** Without `includes`, as all facts given out here: they are to be asked of `includesOf`. */
  facts(file: string): FileFacts | undefined {
    return this.#facts.get(file);
  }

  files(): FileFacts[] {
    return [...this.#facts.values()];
  }

  /** Every tag some site names, ascending. */
  tags(): PoolTag[] {
    return this.#byTag.keys().sort((a, b) => a - b);
  }

  /** Keys (`moduleKey`) of all modules that have sites. */
  modules(): string[] {
    return this.#byModule.keys();
  }

  /** Every site whose tag, or set of tags, holds this one; files in the order of their paths. */
  sites(tag: PoolTag): TagSite[] {
    const key = withoutProtection(tag);
    return this.#collect(this.#byTag.get(key), (site) => site.tags.some((t) => withoutProtection(t) === key));
  }

  /** Every site of a module, whatever it is spelled like (`Toaster.sys`, `toaster`). */
  sitesOfModule(module: string): TagSite[] {
    const key = moduleKey(module);
    return this.#collect(this.#byModule.get(key), (site) => moduleKey(site.module) === key);
  }

  /** Files whose text spells this tag, for references and definitions. */
  filesMentioning(tag: PoolTag): FileFacts[] {
    return this.#factsOf(this.#byMention.get(withoutProtection(tag)));
  }

  /** Files whose facts depend on the text of this one, in the order of their paths. */
  includersOf(file: string): string[] {
    return this.#includes.includersOf(file);
  }

  /** Files on whose text the facts of this one depend. */
  includesOf(file: string): string[] {
    return this.#includes.includesOf(file);
  }

  /** Whether facts of some file depend on the text of this one. */
  isIncluded(file: string): boolean {
    return this.#includes.isIncluded(file);
  }

  #factsOf(files: ReadonlySet<string>): FileFacts[] {
    return [...files].sort().flatMap((file) => this.#facts.get(file) ?? []);
  }

  #collect(files: ReadonlySet<string>, wanted: (site: TagSite) => boolean): TagSite[] {
    return this.#factsOf(files).flatMap((facts) => facts.sites.filter(wanted));
  }

  #forget(file: string): boolean {
    const facts = this.#facts.get(file);
    if (facts === undefined) return false;
    this.#facts.delete(file);
    this.#sites -= facts.sites.length;
    this.#eachKey(facts, (keys, key) => {
      keys.delete(key, file);
    });
    return true;
  }

  #eachKey(facts: FileFacts, visit: <K>(keys: FilesByKey<K>, key: K) => void): void {
    for (const site of facts.sites) {
      for (const tag of site.tags) visit(this.#byTag, withoutProtection(tag));
      visit(this.#byModule, moduleKey(site.module));
    }
    for (const mention of facts.mentions ?? []) visit(this.#byMention, withoutProtection(mention.tag));
  }
}
